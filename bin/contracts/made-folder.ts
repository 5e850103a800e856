// A folder that a command makes as a whole: new, empty, or made by the same command before. A marker in
// it lists what was written, and only that is ever replaced or removed.
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
import * as z from 'zod'
import { LandingError } from '../../contracts/errors.ts'

export interface MadeFolder {
  /** Absolute path. */
  readonly path: string
  /** The folder as it was named. */
  readonly shown: string
  /** Name of the marker in it. */
  readonly marker: string
  /** What the marker says of itself: the command, and what else is worth knowing. */
  readonly about: Readonly<Record<string, unknown>> & { readonly made_by: string }
  /** Writes beside and over files of others. */
  readonly isForced: boolean
}

const pathPattern = /^(?!.*(?:^|\/)\.)[a-z0-9_.-]+(?:\/[a-z0-9_.-]+)*$/i

/** The files that the marker lists; null where there is none that this command wrote. */
function readMarker({ path, marker, about }: MadeFolder): readonly string[] | null {
  const schema = z.looseObject({
    made_by: z.literal(about.made_by),
    files: z.array(z.string().regex(pathPattern)),
  })
  try {
    return schema.parse(JSON.parse(readFileSync(join(path, marker), 'utf8'))).files
  } catch {
    return null
  }
}

function writeMarker({ path, marker, about }: MadeFolder, files: Iterable<string>): void {
  const content = { ...about, files: [...new Set(files)].sort() }
  writeFileSync(join(path, marker), `${JSON.stringify(content, null, 2)}\n`)
}

function refuseForeign(
  { path, shown }: MadeFolder,
  earlier: readonly string[] | null,
  files: readonly string[],
): void {
  if (earlier === null) {
    if (readdirSync(path).length === 0) return
    throw new LandingError('usage', `${shown} has files that this command did not write`, {
      remedy: 'Name an empty or a new folder; what others wrote is never replaced.',
    })
  }
  const foreign = files.filter((file) => !earlier.includes(file) && existsSync(join(path, file)))
  if (foreign.length === 0) return
  const which = foreign.length === 1 ? foreign[0] : `${foreign[0]} and ${foreign.length - 1} more`
  throw new LandingError('usage', `${shown} has ${which}, which this command did not write`, {
    remedy: 'Move what is in the way, or name another folder.',
  })
}

/** Folders above a file, the nearest first, without the one that is made. */
function foldersAbove(file: string): string[] {
  const parent = dirname(file)
  return parent === '.' ? [] : [parent, ...foldersAbove(parent)]
}

/** Removes files, and the folders that this empties. */
export function removeMade({ path }: MadeFolder, files: readonly string[]): void {
  for (const file of files) rmSync(join(path, file), { force: true })
  const folders = new Set(files.flatMap(foldersAbove))
  for (const folder of [...folders].sort((left, right) => right.length - left.length)) {
    const full = join(path, folder)
    if (existsSync(full) && readdirSync(full).length === 0) rmSync(full, { recursive: true })
  }
}

/**
 * Makes the folder and notes the files to come beside those that are there, so that what a killed
 * command left is known the next time. Returns what was written before; throws `usage` where the
 * folder holds anything else that is in the way.
 */
export function beginFolder(made: MadeFolder, files: readonly string[]): readonly string[] {
  if (statSync(made.path, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new LandingError('usage', `${made.shown} is a file`, { remedy: 'Name a folder.' })
  }
  mkdirSync(made.path, { recursive: true })
  const earlier = readMarker(made)
  if (!made.isForced) refuseForeign(made, earlier, files)
  writeMarker(made, [...(earlier ?? []), ...files])
  return earlier ?? []
}

/** Removes what was written before and is not among the files; notes these alone. */
export function finishFolder(
  made: MadeFolder,
  earlier: readonly string[],
  files: readonly string[],
): { readonly removed: number } {
  const kept = new Set(files)
  const stale = earlier.filter((file) => !kept.has(file))
  removeMade(made, stale)
  writeMarker(made, files)
  return { removed: stale.length }
}
