// HTML as text in which everything is escaped unless it is markup already: a template tag, so that
// no page can forget it. Descriptions come from files of other people.

export interface Markup {
  readonly markup: string
}

export type Content = Markup | string | number | null | readonly Content[]

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for between tags and inside quoted attributes; control characters are left out. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
    .replace(/[&<>"']/g, (character) => escapes[character] ?? '')
}

function printed(content: Content): string {
  if (content === null) return ''
  if (typeof content === 'string' || typeof content === 'number') return escapeHtml(`${content}`)
  return 'markup' in content ? content.markup : content.map(printed).join('')
}

/** html`<p>${text}</p>`: texts and numbers are escaped, markup stands as it is, null is nothing. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  const texts = contents.map((content, index) => `${parts[index]}${printed(content)}`)
  return { markup: `${texts.join('')}${parts[contents.length] ?? ''}` }
}

/** A name with places at which a narrow column may break it: behind each underscore and dot. */
export function breakable(name: string): Markup {
  return { markup: escapeHtml(name).replace(/[_.]/g, '$&<wbr>') }
}

/** Prose of a contract: what stands between backticks is code, everything else is text. */
export function prose(text: string): Markup {
  const parts = text.split(/`([^`]+)`/)
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`
}
