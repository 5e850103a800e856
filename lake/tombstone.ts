// What stands for the data of a pruned snapshot: pruned.json beside its manifest, sealed. It is there
// before the first file goes, so whoever finds it knows that files may be missing on purpose; the
// manifest, whose digest the next one names, is never touched.
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { isLandingError, LandingError } from '../contracts/errors.ts'
import {
  flushFolder,
  onStorage,
  removeTree,
  replaceFileDurably,
  storageError,
  systemErrorCode,
} from './durable-files.ts'
import type { LakeLayout } from './lake-layout.ts'
import { listSnapshots } from './manifest.ts'
import { sealJson, unsealJson } from './sealed-json.ts'

export const tombstoneName = 'pruned.json'
const tombstoneFormat = 1
const tombstoneBytesMax = 64 * 1024

export interface Tombstone {
  readonly format: typeof tombstoneFormat
  readonly snapshot: number
  /** SHA-256 of manifest.json, which lists every file that was deleted with its digest. */
  readonly manifest_sha256: string
  /** ISO instant of the decision. */
  readonly instant: string
  readonly software: string
  /** The rule it was deleted by, as it was typed: `keep 3, older than 90d`. */
  readonly rule: string
  readonly files: number
  readonly bytes: number
}

const count = z.int().min(0)
const tombstoneSchema: z.ZodType<Tombstone> = z.strictObject({
  format: z.literal(tombstoneFormat),
  snapshot: z.int().min(1),
  manifest_sha256: z.string().regex(/^[0-9a-f]{64}$/),
  instant: z.iso.datetime(),
  software: z.string().max(200),
  rule: z.string().max(200),
  files: count,
  bytes: count,
})

const pathOf = (lake: LakeLayout, snapshot: number): string =>
  join(lake.snapshot(snapshot), tombstoneName)

/** True where a snapshot is marked as pruned, whether or not the mark can be read. */
export async function isPruned(lake: LakeLayout, snapshot: number): Promise<boolean> {
  const path = pathOf(lake, snapshot)
  try {
    await stat(path)
    return true
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false
    throw storageError(error, path)
  }
}

/** The mark of a snapshot, null where it has none; `lake_damaged` where it is not what was written. */
export async function readTombstone(lake: LakeLayout, snapshot: number): Promise<Tombstone | null> {
  const path = pathOf(lake, snapshot)
  let text: string
  try {
    if ((await stat(path)).size > tombstoneBytesMax) throw damaged(path)
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null
    throw storageError(error, path)
  }
  const value = text.endsWith('\n') ? unsealJson(text.slice(0, -1)) : null
  const parsed = tombstoneSchema.safeParse(value)
  if (!parsed.success || parsed.data.snapshot !== snapshot) throw damaged(path)
  return parsed.data
}

const damaged = (path: string): LandingError =>
  new LandingError('lake_damaged', `${path}: not the mark that was written`, {
    remedy: 'Run `safelanding snapshots prune` again: it writes the mark anew.',
  })

/** When a snapshot was pruned; null where it was not, `unknown` where its mark cannot be read. */
export async function prunedAt(lake: LakeLayout, snapshot: number): Promise<string | null> {
  try {
    return (await readTombstone(lake, snapshot))?.instant ?? null
  } catch (error) {
    if (isLandingError(error) && error.errorName === 'lake_damaged') return 'unknown'
    throw error
  }
}

/** Marks a snapshot as pruned, durably. */
export async function writeTombstone(
  lake: LakeLayout,
  tombstone: Omit<Tombstone, 'format'>,
): Promise<void> {
  const path = pathOf(lake, tombstone.snapshot)
  const text = `${sealJson({ format: tombstoneFormat, ...tombstone })}\n`
  await onStorage(path, () => replaceFileDurably(path, text, 0o440))
}

/** Takes the mark back; only while every file is still there. */
export async function withdrawTombstone(lake: LakeLayout, snapshot: number): Promise<void> {
  await removeTree(pathOf(lake, snapshot))
  await flushFolder(lake.snapshot(snapshot))
}

/** Refuses a snapshot whose data files are deleted with `snapshot_pruned`, naming its neighbours. */
export async function refusePruned(lake: LakeLayout, snapshot: number): Promise<void> {
  if (!(await isPruned(lake, snapshot))) return
  const instant = await prunedAt(lake, snapshot)
  const numbers = await listSnapshots(lake)
  const nearest = async (candidates: readonly number[]): Promise<number[]> => {
    for (const number of candidates) if (!(await isPruned(lake, number))) return [number]
    return []
  }
  const kept = [
    ...(await nearest(numbers.filter((number) => number < snapshot).reverse())),
    ...(await nearest(numbers.filter((number) => number > snapshot))),
  ]
  const when = instant === null || instant === 'unknown' ? '' : ` on ${instant.slice(0, 10)}`
  throw new LandingError(
    'snapshot_pruned',
    `snapshot ${snapshot} was pruned${when}; the nearest that are kept: ${kept.join(' and ')}`,
  )
}
