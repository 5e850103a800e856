// The static site: plain HTML with one style sheet and one script, all of it relative links.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../package-root.ts'
import { compatibilityPage } from './compatibility-page.ts'
import { indexPage } from './index-page.ts'
import { layOut, paths } from './page-layout.ts'
import type { Reference } from './reference.ts'
import { tablePage } from './table-page.ts'
import { tableWords } from './table-words.ts'
import { typesPage } from './types-page.ts'

function asset(name: string): string {
  const folder = join(packageRoot, 'contracts', 'reference-pages', 'assets')
  return readFileSync(join(folder, name), 'utf8')
}

/** Every file of the site by its path. Equal references make equal files. */
export function sitePages(reference: Reference): Map<string, string> {
  const pages = [
    indexPage(reference),
    compatibilityPage(reference),
    typesPage(reference),
    ...reference.contracts.map((contract) => tablePage(tableWords(reference, contract), reference)),
  ]
  return new Map([
    ...pages.map((page) => [page.path, layOut(reference, page)] as const),
    [paths.style, asset(paths.style)],
    [paths.script, asset(paths.script)],
  ])
}
