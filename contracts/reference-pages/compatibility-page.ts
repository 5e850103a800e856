// The compatibility matrices: which backend implements which contract, and which namespace has
// which table.
import { type Content, html, type Markup } from './html.ts'
import { contractLink, linkFrom, type Page, paths } from './page-layout.ts'
import {
  type BackendStanding,
  namespacesOf,
  type Reference,
  standingsOf,
  tableNamesOf,
} from './reference.ts'
import { hiddenWords, none, scrollingTable } from './table-markup.ts'
import { sentenceCase, standingWords } from './table-words.ts'

const page = paths.compatibility

/** How a backend stands to a contract, in words with a colour. */
export function standingMark(standing: BackendStanding): Markup {
  const words = sentenceCase(standingWords(standing))
  return html`<span class="standing ${standing.implementation}">${words}</span>`
}

function backendsSection(reference: Reference): Markup {
  const rows = reference.contracts.map(({ id }) => ({
    head: contractLink(reference, page, id),
    cells: standingsOf(reference, id).map(standingMark),
  }))
  const heads = ['Contract', ...reference.backends.map(({ name }) => name)]
  return html`<section aria-labelledby="backends">
<h2 id="backends">Contracts and backends</h2>
<p>A backend implements a contract when its project file maps an extract to it. Columns that the
extract does not have land as null in every row; deviations are entries of the backend’s register
that are in force.</p>
${scrollingTable('Contracts and backends', heads, rows)}</section>
`
}

function namespacesSection(reference: Reference): Markup {
  const namespaces = namespacesOf(reference)
  const ids = new Set(reference.contracts.map(({ id }) => id))
  const cellOf = (id: string): Content => {
    if (!ids.has(id)) return none('–')
    const tick = html`<span aria-hidden="true">✓</span>`
    return html`<a href="${linkFrom(page, paths.table(id))}">${tick}${hiddenWords(id)}</a>`
  }
  const rows = tableNamesOf(reference).map((table) => ({
    head: html`<code>${table}</code>`,
    cells: namespaces.map((namespace) => cellOf(`${namespace}/${table}`)),
  }))
  return html`<section aria-labelledby="namespaces">
<h2 id="namespaces">Tables and namespaces</h2>
<p>The same name in several namespaces means the same kind of table; what differs is on its
pages.</p>
${scrollingTable('Tables and namespaces', ['Table', ...namespaces], rows)}</section>
`
}

/** The page of both matrices; that of backends only where backends are known. */
export function compatibilityPage(reference: Reference): Page {
  const backends = reference.backends.length === 0 ? null : backendsSection(reference)
  const body = html`<h1>Compatibility</h1>
<p class="lead">What a researcher can count on where: a study that uses only what two backends
share runs on both.</p>
${backends}${namespacesSection(reference)}`
  return { path: page, title: 'Compatibility', body }
}
