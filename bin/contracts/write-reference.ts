// Writes the files of the reference into a folder that is empty or that this command wrote before: a
// marker in it lists what was written, and only that is ever replaced or removed.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { LandingError } from '../../contracts/errors.ts'
import { storageError } from '../../lake/durable-files.ts'

export const markerName = '.safelanding-reference.json'

interface Marker {
  readonly writtenBy: 'safelanding contracts docs'
  /** Paths below the folder, sorted. */
  readonly files: readonly string[]
}

const pathPattern = /^(?!.*(?:^|\/)\.)[a-z0-9_.-]+(?:\/[a-z0-9_.-]+)*$/i

/** The files that the marker lists; null where there is none that this command wrote. */
function readMarker(folder: string): readonly string[] | null {
  const file = join(folder, markerName)
  if (!existsSync(file)) return null
  try {
    const { writtenBy, files }: Partial<Marker> = JSON.parse(readFileSync(file, 'utf8'))
    if (writtenBy !== 'safelanding contracts docs' || !Array.isArray(files)) return null
    return files.every((path) => typeof path === 'string' && pathPattern.test(path)) ? files : null
  } catch {
    return null
  }
}

function writeMarker(folder: string, files: Iterable<string>): void {
  const marker: Marker = {
    writtenBy: 'safelanding contracts docs',
    files: [...new Set(files)].sort(),
  }
  writeFileSync(join(folder, markerName), `${JSON.stringify(marker, null, 2)}\n`)
}

function refuseForeign(folder: string, shown: string, files: readonly string[]): void {
  const earlier = readMarker(folder)
  if (earlier === null) {
    if (readdirSync(folder).length === 0) return
    throw new LandingError('usage', `${shown} has files that this command did not write`, {
      remedy: 'Name an empty or a new folder; what others wrote is never replaced.',
    })
  }
  const foreign = files.filter((path) => !earlier.includes(path) && existsSync(join(folder, path)))
  if (foreign.length === 0) return
  const which = foreign.length === 1 ? foreign[0] : `${foreign[0]} and ${foreign.length - 1} more`
  throw new LandingError('usage', `${shown} has ${which}, which this command did not write`, {
    remedy: 'Move what is in the way, or name another folder.',
  })
}

/** Folders above a file, the nearest first, without that of the reference. */
function foldersAbove(path: string): string[] {
  const parent = dirname(path)
  return parent === '.' ? [] : [parent, ...foldersAbove(parent)]
}

function removeStale(folder: string, stale: readonly string[]): void {
  for (const path of stale) rmSync(join(folder, path), { force: true })
  const folders = new Set(stale.flatMap(foldersAbove))
  for (const path of [...folders].sort((left, right) => right.length - left.length)) {
    const full = join(folder, path)
    if (existsSync(full) && readdirSync(full).length === 0) rmSync(full, { recursive: true })
  }
}

/**
 * Writes files by their paths below `folder`; `shown` is its name in messages. Files of an earlier
 * call that are not among them are removed. Throws `usage` where the folder holds anything else.
 */
export function writeReference(
  folder: string,
  shown: string,
  files: ReadonlyMap<string, string>,
): { readonly removed: number } {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new LandingError('usage', `${shown} is a file`, { remedy: 'Name a folder.' })
  }
  try {
    mkdirSync(folder, { recursive: true })
    refuseForeign(folder, shown, [...files.keys()])
    const earlier = readMarker(folder) ?? []
    // Named before they exist, so that what a killed command left is known the next time.
    writeMarker(folder, [...earlier, ...files.keys()])
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const stale = earlier.filter((path) => !files.has(path))
    removeStale(folder, stale)
    writeMarker(folder, files.keys())
    return { removed: stale.length }
  } catch (error) {
    throw storageError(error, shown)
  }
}
