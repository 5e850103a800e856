// Writes generated Python modules into a folder: whole or not at all, the same text to the same place
// again without a trace, and never over a file that somebody else wrote.
import { lstatSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { LandingError } from '../contracts/errors.ts'
import { makeFolderDurably, replaceFileDurably, storageError } from '../lake/durable-files.ts'
import { isOwnModule } from '../query/ehrql/module-header.ts'

export interface GeneratedModule {
  /** Base name without `.py`. */
  readonly name: string
  readonly source: string
}

export interface WriteTarget {
  /** The folder as it was typed; made where there is none. */
  readonly out: string
  readonly workingFolder: string
  /** Replaces files that are not ours. */
  readonly force: boolean
}

export interface WrittenModule {
  /** As the operator names it: below `out`. */
  readonly path: string
  /** False where the file already had the text. */
  readonly changed: boolean
}

const fileModeOfSource = 0o644

/** The text at a path, null where there is none; whatever is no file is refused. */
function existingText(path: string): string | null {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return null
  if (!stats.isFile()) {
    throw new LandingError('usage', `${path} is no plain file`, {
      remedy: 'Move it away, or name another folder with --out.',
    })
  }
  return readFileSync(path, 'utf8')
}

/** Writes all modules, or none where one of them would replace a file of somebody else (`usage`). */
export async function writeModules(
  modules: readonly GeneratedModule[],
  { out, workingFolder, force }: WriteTarget,
): Promise<WrittenModule[]> {
  const folder = resolve(workingFolder, out)
  const planned = modules.map(({ name, source }) => {
    const file = join(folder, `${name}.py`)
    const path = join(out, `${name}.py`)
    try {
      return { file, path, source, existing: existingText(file) }
    } catch (error) {
      throw storageError(error, path)
    }
  })
  for (const { path, existing } of planned) {
    if (existing === null || force || isOwnModule(existing)) continue
    throw new LandingError('usage', `${path} was not written by Safe Landing`, {
      remedy: 'Name another folder with --out, or replace the file with --force.',
    })
  }
  await makeFolderDurably(folder, 0o755)
  const written: WrittenModule[] = []
  for (const { file, path, source, existing } of planned) {
    if (existing !== source) await replaceFileDurably(file, source, fileModeOfSource)
    written.push({ path, changed: existing !== source })
  }
  return written
}
