// What all pages of the site share: head, header with the search, the list of contracts beside the
// page, and footer. Links are relative, so that the site works from a folder and below any address.
import type { Content, Markup } from './html.ts'
import { breakable, html } from './html.ts'
import { namespacesOf, type Reference } from './reference.ts'

export const siteTitle = 'Contract reference'

export const paths = {
  index: 'index.html',
  compatibility: 'compatibility.html',
  types: 'types.html',
  style: 'reference.css',
  script: 'reference.js',
  table: (id: string): string => `${id}.html`,
} as const

/** The id of a column's row on the page of its table. */
export const columnAnchor = (name: string): string => `column-${name}`

export interface Page {
  /** Path from the root of the site. */
  readonly path: string
  readonly title: string
  readonly body: Content
}

/** A link from a page to another of the site: `../types.html`. */
export function linkFrom(page: string, target: string): string {
  return `${'../'.repeat(page.split('/').length - 1)}${target}`
}

/** The name of a contract, as a link where it has a page. */
export function contractLink(reference: Reference, page: string, id: string): Markup {
  const known = reference.contracts.some((contract) => contract.id === id)
  if (!known) return html`<code>${id}</code>`
  return html`<a href="${linkFrom(page, paths.table(id))}"><code>${breakable(id)}</code></a>`
}

function contractList(reference: Reference, page: string): Markup {
  const lists = namespacesOf(reference).map((namespace) => {
    const items = reference.contracts
      .filter((contract) => contract.namespace === namespace)
      .map(({ id, table }) => {
        const target = paths.table(id)
        const current = target === page ? html` aria-current="page"` : null
        const name = breakable(table)
        return html`<li><a href="${linkFrom(page, target)}"${current}>${name}</a></li>\n`
      })
    return html`<li><span class="namespace">${namespace}</span>\n<ul>\n${items}</ul>\n</li>\n`
  })
  return html`<nav class="contracts" aria-label="All contracts">\n<ul>\n${lists}</ul>\n</nav>\n`
}

function siteHeader(page: string): Markup {
  const places = [
    ['Contracts', paths.index],
    ['Compatibility', paths.compatibility],
    ['Types', paths.types],
  ] as const
  const links = places.map(([name, target]) => {
    const current = target === page ? html` aria-current="page"` : null
    return html`<li><a href="${linkFrom(page, target)}"${current}>${name}</a></li>\n`
  })
  return html`<header class="site">
<a class="brand" href="${linkFrom(page, paths.index)}">${siteTitle}</a>
<nav aria-label="Pages">
<ul>
${links}</ul>
</nav>
<form role="search" action="${linkFrom(page, paths.index)}">
<label for="search">Search tables and columns</label>
<input id="search" name="q" type="search" autocomplete="off" spellcheck="false"
placeholder="date of death, icd10 …">
</form>
</header>
`
}

// A table of the lake, drawn in three strokes; in the page itself, so that nothing is fetched.
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E" +
  "%3Crect width='16' height='16' rx='3' fill='%23005eb8'/%3E" +
  "%3Cpath d='M3 5h10M3 8h10M3 11h6' stroke='white' stroke-width='1.5'/%3E%3C/svg%3E"

/** The whole text of a page. */
export function layOut(reference: Reference, { path, title, body }: Page): string {
  const { markup } = html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title === siteTitle ? title : `${title} · ${siteTitle}`}</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="${linkFrom(path, paths.style)}">
<script src="${linkFrom(path, paths.script)}" defer></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${siteHeader(path)}<div class="frame">
${contractList(reference, path)}<main id="content" tabindex="-1">
${body}</main>
</div>
<footer>
<p>Written by <code>safelanding contracts docs</code> from the contracts themselves.</p>
</footer>
</body>
</html>
`
  return markup
}
