// The whole reference as files: the site at the root, the same in Markdown below it.
import { markdownPages } from './markdown-pages.ts'
import type { Reference } from './reference.ts'
import { sitePages } from './site-pages.ts'

export const markdownFolder = 'markdown'

/** Text of every file by its path below the folder of the reference, with forward slashes. */
export function renderReference(reference: Reference): Map<string, string> {
  const markdown = [...markdownPages(reference)].map(
    ([path, text]) => [`${markdownFolder}/${path}`, text] as const,
  )
  return new Map([...sitePages(reference), ...markdown])
}
