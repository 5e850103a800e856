// The files that the patterns of a source name. Node 20 has no stable glob; this one knows
// *, ?, [a-z], [!a-z] and ** and always gives the same order.
import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { limits } from '../../config/limits.ts'
import { LandingError } from '../../contracts/errors.ts'
import { sourceError, systemCode } from './source-error.ts'

/** What stands in a listed name for bytes that are not UTF-8. */
const undecodable = '\ufffd'

export interface MatchedFile {
  /** Absolute. */
  readonly path: string
  /** Relative to the folder, with `/`. */
  readonly name: string
  readonly bytes: number
  readonly modifiedMs: number
}

/**
 * The files of a source: patterns in the order given, the files of a pattern sorted by path, none
 * twice. Errors: extract_missing for a pattern without a file, source_is_directory,
 * source_unreadable.
 */
export function matchFiles(patterns: readonly string[], folder: string): MatchedFile[] {
  const files = new Map<string, MatchedFile>()
  for (const pattern of patterns) {
    for (const path of expandPattern(pattern, folder)) {
      if (!files.has(path)) files.set(path, describeFile(path, folder))
    }
  }
  if (files.size > limits.extractFilesMax) {
    const found = `${files.size} files match; at most ${limits.extractFilesMax} are read`
    throw new LandingError('source_unreadable', found)
  }
  return [...files.values()]
}

function describeFile(path: string, folder: string): MatchedFile {
  const name = relative(folder, path).split(sep).join('/')
  try {
    const stats = statSync(path)
    if (stats.isDirectory()) {
      throw new LandingError('source_is_directory', `${name}: is a directory; expected a file`)
    }
    if (!stats.isFile()) {
      throw new LandingError('source_unreadable', `${name}: is not a regular file`)
    }
    return { path, name, bytes: stats.size, modifiedMs: stats.mtimeMs }
  } catch (error) {
    if (name.includes(undecodable) && systemCode(error) === 'ENOENT') {
      throw new LandingError('source_unreadable', `${name}: the name is not UTF-8`, {
        remedy: 'Rename the file or its folder; nothing was published.',
      })
    }
    throw sourceError(error, name)
  }
}

/** Absolute paths that a pattern names, sorted. A path that exists is never read as a pattern. */
function expandPattern(pattern: string, folder: string): string[] {
  const absolute = isAbsolute(pattern) ? pattern : join(folder, pattern)
  if (!/[*?[]/.test(pattern) || exists(absolute)) return [resolve(absolute)]
  const parts = resolve(absolute).split(sep)
  const fixed = parts.findIndex((part) => /[*?[]/.test(part))
  const found: string[] = []
  walk(parts.slice(0, fixed).join(sep) || sep, parts.slice(fixed), found, pattern)
  const paths = [...new Set(found)].sort(byCodeUnits)
  if (paths.length === 0) {
    throw new LandingError('extract_missing', `${pattern}: no file matches`)
  }
  return paths
}

function exists(path: string): boolean {
  return look(path) !== undefined
}

/** What a path leads to; undefined where that cannot be told, which describeFile then explains. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** True where a name is there, whether or not it leads to anything. */
function isNamed(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return true
  }
}

function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function walk(folder: string, parts: readonly string[], found: string[], pattern: string): void {
  const [part = '', ...rest] = parts
  if (part === '**') {
    walk(folder, rest.length > 0 ? rest : ['*'], found, pattern)
    for (const name of namesIn(folder, pattern)) {
      const path = join(folder, name)
      if (!name.startsWith('.') && isFolder(path)) walk(path, parts, found, pattern)
    }
    return
  }
  const isLast = rest.length === 0
  const names = /[*?[]/.test(part) ? namesIn(folder, pattern).filter(nameMatcher(part)) : [part]
  for (const name of names) {
    const path = join(folder, name)
    const stats = look(path)
    if (stats === undefined) {
      // A link to nowhere or a name that is not UTF-8: left out, its rows would be lost unseen.
      if (name.includes(undecodable) || (isLast && isNamed(path))) found.push(path)
      continue
    }
    if (isLast && !stats.isDirectory()) found.push(path)
    if (!isLast && stats.isDirectory()) walk(path, rest, found, pattern)
  }
}

/** A folder reached by a link is not entered by `**`: a link to a parent would never end. */
function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function namesIn(folder: string, pattern: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw sourceError(error, pattern)
  }
}

/** Whether one name of a path matches one part of a pattern; `*` does not match a leading dot. */
export function nameMatcher(part: string): (name: string) => boolean {
  let expression = ''
  for (let index = 0; index < part.length; index++) {
    const character = part[index] ?? ''
    const close = character === '[' ? part.indexOf(']', index + 2) : -1
    if (character === '*') expression += '[^/]*'
    else if (character === '?') expression += '[^/]'
    else if (close > 0) {
      const inside = part.slice(index + 1, close).replace(/[\\[\]^]/g, '\\$&')
      expression += `[${inside.startsWith('!') ? `^${inside.slice(1)}` : inside}]`
      index = close
    } else expression += character.replace(/[.+^${}()|\\[\]]/g, '\\$&')
  }
  let matcher: RegExp
  try {
    matcher = new RegExp(`^${expression}$`, 'su')
  } catch {
    // A range such as [z-a] matches nothing.
    return () => false
  }
  return (name) => matcher.test(name) && (part.startsWith('.') || !name.startsWith('.'))
}
