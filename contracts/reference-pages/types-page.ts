// The page of types: what a value of each type is, and how it lands.
import { html } from './html.ts'
import { type Page, paths } from './page-layout.ts'
import type { Reference } from './reference.ts'
import { cardTable } from './table-markup.ts'
import { typeUses, typeWords } from './type-words.ts'

const lead =
  'A type says which form a value takes and how it lands in Parquet. Codes are types of their ' +
  'own: each has the form of its system, and a value that has not is refused.'

/** The page of all types, those that no contract uses too. */
export function typesPage({ contracts }: Reference): Page {
  const uses = typeUses(contracts)
  const rows = typeWords.map(({ type, title, form, parquet }) => ({
    id: `type-${type}`,
    head: html`<code>${type}</code>`,
    cells: [title, form, html`<code>${parquet}</code>`, uses.get(type) ?? 0],
  }))
  const heads = ['Type', 'Means', 'Form', 'In Parquet', 'Columns']
  const body = html`<h1>Types</h1>
<p class="lead">${lead}</p>
${cardTable('Types of columns', heads, rows, 'types')}<p>Every table begins with
<code>patient_id</code>, which is never null: a whole number or a text, the same in all tables of a
backend.</p>
`
  return { path: paths.types, title: 'Types', body }
}
