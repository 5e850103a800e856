// Takes Markdown pages apart for the tests of the documentation: fences, inline code, links, headings.
// No renderer: the pages are ours, and keep to the plain forms that this reads.

export interface Fence {
  readonly language: string
  readonly text: string
}

/** The fenced blocks of a page. */
export function fencesOf(page: string): Fence[] {
  return [...page.matchAll(/^```([a-z]*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', text = '']) => ({ language, text }),
  )
}

/** The page without its fenced blocks. */
export const proseOf = (page: string): string => page.replace(/^```[a-z]*\n[\s\S]*?^```$/gm, '')

/** Texts between single backticks, outside fences. */
export function codesOf(page: string): string[] {
  return [...proseOf(page).matchAll(/`([^`]+)`/g)].map(([, text = '']) => text.replace(/\s+/g, ' '))
}

/** Targets of links. */
export function linksOf(page: string): string[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
}

/** Anchors of the headings, as GitHub makes them. */
export function anchorsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** First cells of the tables below a heading of the second level. */
export function firstCellsBelow(page: string, heading: string): string[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell = '']) => cell)
}

/** The words of a shell line, with quotes read; a comment ends it. */
export function shellWords(line: string): string[] {
  const words: string[] = []
  for (const [word] of line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)) {
    if (word.startsWith('#')) break
    words.push(word.replace(/["']/g, ''))
  }
  return words
}

/** Command lines of a page: in shell fences every line, in console fences those behind `$`. */
export function commandLinesOf(page: string): string[] {
  const lines = fencesOf(page).flatMap(({ language, text }) => {
    const all = text.split('\n')
    if (language === 'console') {
      return all.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2))
    }
    return ['sh', 'ini', ''].includes(language) ? all : []
  })
  return [...lines, ...codesOf(page)].flatMap((line) => line.split('&&'))
}
