// SEAM. Which files an extract has, for `check` and `doctor`: that patterns name files, that
// those can be read and are not directories. To be joined onto sources, whose file listing and
// header check are those of a load; this one looks at names only.
import { accessSync, constants, readdirSync, statSync } from 'node:fs'
import { basename, dirname, relative } from 'node:path'
import { LandingError } from '../contracts/errors.ts'
import type { TableMapping } from '../contracts/extract.ts'

export interface SourceFinding {
  readonly files: readonly string[]
  readonly errors: readonly LandingError[]
}

function filesOf(pattern: string): string[] {
  const name = basename(pattern)
  if (!/[*?]/.test(name)) return [pattern]
  const expression = new RegExp(
    `^${name
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  )
  try {
    return readdirSync(dirname(pattern))
      .filter((entry) => expression.test(entry) && !entry.startsWith('.'))
      .sort()
      .map((entry) => `${dirname(pattern)}/${entry}`)
  } catch {
    return []
  }
}

function fileError(path: string, shown: string): LandingError | null {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return new LandingError('extract_missing', `no file ${shown}`)
  if (stats.isDirectory()) return new LandingError('source_is_directory', `${shown} is a directory`)
  if (stats.size === 0) return new LandingError('extract_empty', `${shown} has no bytes`)
  try {
    accessSync(path, constants.R_OK)
    return null
  } catch (cause) {
    return new LandingError('source_unreadable', `${shown} cannot be read`, { cause })
  }
}

/** The files of a table's extract, and what is wrong with them. Never throws for a file. */
export function checkSources(mapping: TableMapping, folder: string): SourceFinding {
  const files: string[] = []
  const errors: LandingError[] = []
  for (const pattern of mapping.source.patterns) {
    const shown = relative(folder, pattern) || pattern
    const found = filesOf(pattern)
    if (found.length === 0) {
      errors.push(new LandingError('extract_missing', `${mapping.table}: no file matches ${shown}`))
    }
    for (const path of found) {
      const error = fileError(path, relative(folder, path) || path)
      if (error === null) files.push(path)
      else errors.push(error)
    }
  }
  return { files, errors }
}
