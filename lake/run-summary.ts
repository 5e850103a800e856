// summary.json of a run: what it came to, for people and tools. Derived from the ledger, so it may be
// written again at any time; replaced as a whole, never edited.
import { readFile } from 'node:fs/promises'
import { LandingError } from '../contracts/errors.ts'
import {
  makeFolderDurably,
  onStorage,
  removeTree,
  renameDurably,
  storageError,
  systemErrorCode,
  writeFileDurably,
} from './durable-files.ts'
import { failpoint } from './failpoints.ts'
import type { LakeLayout } from './lake-layout.ts'

/** Writes or replaces the summary of a run. It holds counts, names and positions, never values. */
export async function writeSummary(lake: LakeLayout, run: string, summary: object): Promise<void> {
  const path = lake.summary(run)
  const temporary = `${path}.new`
  await makeFolderDurably(lake.run(run))
  await removeTree(temporary)
  await writeFileDurably(temporary, `${JSON.stringify(summary, null, 2)}\n`)
  failpoint('summary:before-rename')
  await onStorage(path, () => renameDurably(temporary, path))
}

/** The summary of a run; null where none was written yet. The caller checks its shape. */
export async function readSummary(lake: LakeLayout, run: string): Promise<unknown> {
  const path = lake.summary(run)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null
    throw storageError(error, path)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new LandingError('lake_damaged', `${path}: not JSON`, { cause: error })
  }
}
