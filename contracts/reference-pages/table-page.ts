// The page of one contract: what it promises, column by column, and how backends stand to it.
import { standingMark } from './compatibility-page.ts'
import { breakable, type Content, html, type Markup, prose } from './html.ts'
import { columnAnchor, contractLink, linkFrom, type Page, paths } from './page-layout.ts'
import type { BackendStanding, Reference, StatedDeviation } from './reference.ts'
import { type CardRow, cardTable, listed, none, plainList } from './table-markup.ts'
import {
  type ColumnWords,
  type ConstraintWords,
  publicRowCount,
  sentenceCase,
  type TableWords,
} from './table-words.ts'

const codes = (texts: readonly string[]): Content =>
  listed(texts.map((text) => html`<code>${text}</code>`))

function constraint({ rule, lead, literals, tail }: ConstraintWords): Markup {
  const texts = literals.length === 0 ? null : [' ', codes(literals)]
  return html`${lead}${texts}${tail} <span class="rule">${rule}</span>`
}

function columnRow(words: ColumnWords, page: string): CardRow {
  const { name, type, description, constraints, dummy, mark } = words
  const anchor = columnAnchor(name)
  const link = html`<a class="anchor" href="#${anchor}"><code>${breakable(name)}</code></a>`
  const steering = html`<p class="dummy">In dummy extracts only: ${dummy.join('; ')}.</p>`
  const typePlace = `${linkFrom(page, paths.types)}#type-${type}`
  return {
    id: anchor,
    head: [link, mark === null ? null : html` <span class="mark">${mark}</span>`],
    cells: [
      html`<a href="${typePlace}"><code>${type}</code></a>`,
      [prose(description), dummy.length === 0 ? null : steering],
      constraints.length === 0 ? none('None') : plainList(constraints.map(constraint)),
    ],
  }
}

const patientRow: CardRow = {
  id: columnAnchor('patient_id'),
  head: html`<code>patient_id</code>`,
  cells: [
    'int or string',
    'The patient. Every table begins with it; its type is the same in all tables of a backend.',
    plainList([constraint({ rule: 'not_null', lead: 'Never null', literals: [], tail: '' })]),
  ],
}

function inheritance(
  { contract, isMarked }: TableWords,
  reference: Reference,
  page: string,
): Content {
  if (contract.extends === null) return null
  const base = contractLink(reference, page, contract.extends)
  return isMarked
    ? html`<p>As in ${base}, but for what is marked.</p>\n`
    : html`<p>All as in ${base}.</p>\n`
}

function columnsSection(words: TableWords, reference: Reference, page: string): Markup {
  const rows = words.columns.map((column) => columnRow(column, page))
  const heads = ['Column', 'Type', 'Meaning', 'Constraints']
  const table = cardTable(
    `Columns of ${words.contract.id}`,
    heads,
    [patientRow, ...rows],
    'columns',
  )
  return html`<section aria-labelledby="columns">
<h2 id="columns">Columns</h2>
${inheritance(words, reference, page)}${table}<p class="none">The word behind a constraint is the
rule under which the rows that break it are counted.</p>
</section>
`
}

/** A section with a list, or with a sentence where the list is empty. */
function listSection(id: string, title: string, items: readonly Content[], empty: string): Markup {
  const list = html`<ul>\n${items.map((item) => html`<li>${item}</li>\n`)}</ul>\n`
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${items.length === 0 ? html`<p class="none">${empty}</p>\n` : list}</section>
`
}

function standingRow(standing: BackendStanding): CardRow {
  const { backend, absentColumns, snapshot } = standing
  const landed =
    snapshot === null
      ? none('Nothing published')
      : `Snapshot ${snapshot.number} of ${snapshot.publishedOn}: ` +
        `${publicRowCount(snapshot.rows)} rows, version ${snapshot.version}`
  const absent = absentColumns.length === 0 ? none('None') : codes(absentColumns)
  return { id: null, head: backend, cells: [standingMark(standing), absent, landed] }
}

function approval({ inForce, status, approvedOn, expires }: StatedDeviation): Content {
  const words = inForce ? 'In force' : `Not in force (${status})`
  const kind = inForce ? 'deviating' : 'not_implemented'
  return [
    html`<span class="standing ${kind}">${words}</span>`,
    approvedOn === null ? null : ` approved on ${approvedOn}`,
    expires === null ? null : `, expires on ${expires}`,
  ]
}

const sentenceOf = ({ what, kind }: StatedDeviation): Content =>
  html`${what} <span class="rule">${kind}</span>`

function deviationRows({ backend, deviations }: BackendStanding): CardRow[] {
  return deviations.map((entry) => ({
    id: null,
    head: html`${backend} <span class="note">${entry.id}</span>`,
    cells: [
      entry.columns.length === 0 ? 'the table' : codes(entry.columns),
      html`${prose(entry.publicWording)} <span class="note">${sentenceOf(entry)}</span>`,
      entry.ceiling ?? 'none',
      approval(entry),
    ],
  }))
}

function backendsSection({ standings, contract }: TableWords): Markup | null {
  if (standings.length === 0) return null
  const entries = standings.flatMap(deviationRows)
  const standingHeads = ['Backend', 'Standing', 'Absent columns', 'Last snapshot']
  const heads = ['Backend', 'Column', 'What differs', 'Ceiling', 'Approval']
  const deviations =
    entries.length === 0
      ? html`<p class="none">None is registered.</p>\n`
      : cardTable(`Permitted deviations from ${contract.id}`, heads, entries)
  return html`<section aria-labelledby="backends">
<h2 id="backends">Backends</h2>
${cardTable(`Backends and ${contract.id}`, standingHeads, standings.map(standingRow))}</section>
<section aria-labelledby="deviations">
<h2 id="deviations">Deviations</h2>
${deviations}</section>
`
}

function factList({ contract, rows, extendedBy }: TableWords, reference: Reference): Markup {
  const linkTo = (id: string): Markup => contractLink(reference, paths.table(contract.id), id)
  const facts: readonly (readonly [string, Content])[] = [
    ['Version', contract.version],
    ['Rows', sentenceCase(rows)],
    ['Extends', contract.extends === null ? null : linkTo(contract.extends)],
    ['Extended by', extendedBy.length === 0 ? null : listed(extendedBy.map(linkTo))],
    ['Digest', html`<code class="digest">${contract.digest}</code>`],
  ]
  const items = facts
    .filter(([, value]) => value !== null)
    .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)
  return html`<dl class="facts">\n${items}</dl>\n`
}

function trail({ namespace, table }: TableWords['contract'], page: string): Markup {
  const index = linkFrom(page, paths.index)
  return html`<nav class="trail" aria-label="Where this page is">
<ol>
<li><a href="${index}">Contracts</a></li>
<li><a href="${index}#namespace-${namespace}">${namespace}</a></li>
<li aria-current="page">${table}</li>
</ol>
</nav>
`
}

/** The page of one contract. */
export function tablePage(words: TableWords, reference: Reference): Page {
  const { contract, checks, coverage } = words
  const { id, title, description } = contract
  const path = paths.table(id)
  const months = coverage.map(
    ({ column, first, last }) => html`<code>${column}</code>: ${first} to ${last}`,
  )
  const sections = [
    columnsSection(words, reference, path),
    listSection('checks', 'Checks of the whole table', checks, 'None.'),
    listSection(
      ...(['coverage', 'Coverage', months] as const),
      'The contract states no months that must be there.',
    ),
    backendsSection(words),
  ]
  const body = html`${trail(contract, path)}<h1>${title} <code>${id}</code></h1>
<p class="lead">${prose(description)}</p>
${factList(words, reference)}${sections}`
  return { path, title: `${title} (${id})`, body }
}
