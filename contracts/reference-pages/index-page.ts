// The first page of the site: every contract with its columns, which the search narrows.
import type { ContractColumn, TableContract } from '../table-contract.ts'
import { breakable, html, type Markup, prose } from './html.ts'
import { columnAnchor, type Page, paths, siteTitle } from './page-layout.ts'
import { namespacesOf, type Reference } from './reference.ts'
import { hiddenWords } from './table-markup.ts'
import { countOf } from './table-words.ts'

function columnItem(page: string, { name, type, description }: ContractColumn): Markup {
  const link = html`<a href="${page}#${columnAnchor(name)}"><code>${breakable(name)}</code></a>`
  return html`<li>${link} <span class="type">${type}</span>
<span class="about">${prose(description)}</span></li>
`
}

function entry({ id, title, description, rows, version, columns }: TableContract): Markup {
  const page = paths.table(id)
  const each = rows === 'one_per_patient' ? 'one row for each patient' : 'many rows for a patient'
  return html`<li class="entry">
<h3><a href="${page}">${title}</a> <code>${breakable(id)}</code></h3>
<p class="about">${prose(description)}</p>
<p class="facts">${countOf(columns.length, 'column')} · ${each} · version ${version}</p>
<details>
<summary>Columns${hiddenWords(` of ${id}`)}</summary>
<ul class="columns">
${columns.map((column) => columnItem(page, column))}</ul>
</details>
</li>
`
}

function namespaceSection(namespace: string, contracts: readonly TableContract[]): Markup {
  return html`<section class="namespace" aria-labelledby="namespace-${namespace}">
<h2 id="namespace-${namespace}">${namespace}</h2>
<ul class="entries">
${contracts.map(entry)}</ul>
</section>
`
}

/** The page of all contracts. */
export function indexPage(reference: Reference): Page {
  const { contracts } = reference
  const namespaces = namespacesOf(reference)
  const columnCount = contracts.reduce((sum, { columns }) => sum + columns.length, 0)
  const places = countOf(namespaces.length, 'namespace')
  const counts = `${countOf(contracts.length, 'contract')} in ${places}`
  const sections = namespaces.map((namespace) =>
    namespaceSection(
      namespace,
      contracts.filter((contract) => contract.namespace === namespace),
    ),
  )
  const jumps = namespaces.map(
    (namespace) => html`<li><a href="#namespace-${namespace}">${namespace}</a></li>\n`,
  )
  const body = html`<h1>Contracts</h1>
<p class="lead">A contract says what one table holds: its columns, their types, and what is true of
every row that was let in. Here are ${counts}, with ${countOf(columnCount, 'column')}.</p>
<nav class="jumps" aria-label="Namespaces">
<ul>
${jumps}</ul>
</nav>
<p id="found" role="status" aria-live="polite"></p>
<div id="contracts">
${sections}</div>
`
  return { path: paths.index, title: siteTitle, body }
}
