// Takes HTML pages apart for tests: links, anchors, tags, and the text that a reader sees. No parser of
// any HTML: the pages are ours, and every attribute of theirs stands in double quotes.

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

const unescaped = (text: string): string =>
  text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity)

/** The text between tags, white space made one blank. */
export function textOf(page: string): string {
  const body = page.replace(/<head>[\s\S]*?<\/head>/, '').replace(/<wbr>/g, '')
  return unescaped(body.replace(/<\/?(?:code|span|a)\b[^>]*>/g, '').replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .replace(/ ,/g, ',')
}

/** Values of an attribute, in order. */
export function attributesOf(page: string, name: string): string[] {
  const pattern = new RegExp(`<[a-z][^>]*? ${name}="([^"]*)"`, 'g')
  return [...page.matchAll(pattern)].map(([, value = '']) => unescaped(value))
}

/** Names of all tags, opening and closing, in order. */
export function tagsOf(page: string): string[] {
  return [...page.matchAll(/<(\/?[a-zA-Z][^\s>]*)/g)].map(([, name = '']) => name)
}
