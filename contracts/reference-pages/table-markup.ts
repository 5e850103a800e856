// Tables of the site. On a narrow screen the style turns a row into a card, which would take the
// meaning of rows and cells from the elements: their roles are said outright.
import type { Content, Markup } from './html.ts'
import { html } from './html.ts'

export interface CardRow {
  /** Anchor of the row; null: none. */
  readonly id: string | null
  readonly head: Content
  /** One for each heading after the first. */
  readonly cells: readonly Content[]
}

/** Words for who cannot see the page. */
export const hiddenWords = (text: string): Markup => html`<span class="hidden-words">${text}</span>`

/** What stands where there is nothing. */
export const none = (text: string): Markup => html`<span class="none">${text}</span>`

/** Contents with commas between them. */
export const listed = (contents: readonly Content[]): Content[] =>
  contents.map((content, index) => (index === 0 ? content : [', ', content]))

/** A list without bullets. */
export function plainList(items: readonly Content[]): Markup {
  return html`<ul class="plain">\n${items.map((item) => html`<li>${item}</li>\n`)}</ul>`
}

/** A table whose rows are cards on narrow screens. */
export function cardTable(
  caption: string,
  heads: readonly string[],
  rows: readonly CardRow[],
  kind = '',
): Markup {
  const headings = heads.map((name) => html`<th role="columnheader" scope="col">${name}</th>\n`)
  const body = rows.map(({ id, head, cells }) => {
    const anchor = id === null ? null : html` id="${id}"`
    const items = cells.map(
      (cell, index) => html`<td role="cell" data-label="${heads[index + 1] ?? ''}">${cell}</td>\n`,
    )
    return html`<tr role="row"${anchor}>
<th role="rowheader" scope="row">${head}</th>
${items}</tr>
`
  })
  return html`<table role="table" class="cards ${kind}">
<caption>${hiddenWords(caption)}</caption>
<thead role="rowgroup">
<tr role="row">
${headings}</tr>
</thead>
<tbody role="rowgroup">
${body}</tbody>
</table>
`
}

/** A table that scrolls within itself where it is too wide, also by keyboard. */
export function scrollingTable(
  label: string,
  heads: readonly string[],
  rows: readonly { readonly head: Content; readonly cells: readonly Content[] }[],
): Markup {
  const body = rows.map(({ head, cells }) => {
    const items = cells.map((cell) => html`<td>${cell}</td>\n`)
    return html`<tr>\n<th scope="row">${head}</th>\n${items}</tr>\n`
  })
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">
<table class="matrix">
<caption>${hiddenWords(label)}</caption>
<thead>
<tr>${heads.map((name) => html`<th scope="col">${name}</th>`)}</tr>
</thead>
<tbody>
${body}</tbody>
</table>
</div>
`
}
