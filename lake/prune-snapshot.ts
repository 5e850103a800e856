// Deleting the data of one snapshot: the mark first, then a second look at who reads it, then its files
// by name. A kill anywhere leaves a mark and some files, which the next prune deletes; a name that has
// another (a file that a kept snapshot shares) frees nothing and is counted so.
import { lstat, readdir, rmdir, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isLandingError } from '../contracts/errors.ts'
import type { SnapshotManifest } from '../contracts/snapshot-manifest.ts'
import type { SnapshotData, SnapshotFacts } from './choose-pruned.ts'
import { flushFolder, onStorage, storageError, systemErrorCode } from './durable-files.ts'
import { failpoint } from './failpoints.ts'
import type { LakeLayout } from './lake-layout.ts'
import { listSnapshots, type ReadManifest, readManifest } from './manifest.ts'
import { isPruned, withdrawTombstone, writeTombstone } from './tombstone.ts'

const pathsOf = ({ tables }: SnapshotManifest): string[] =>
  Object.values(tables).flatMap(({ files }) => files.map(({ path }) => path))

interface FoundFile {
  readonly bytes: number
  readonly names: number
  readonly inode: string
}

async function findFile(path: string): Promise<FoundFile | null> {
  try {
    const { size, nlink, dev, ino } = await lstat(path)
    return { bytes: size, names: nlink, inode: `${dev}:${ino}` }
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null
    throw storageError(error, path)
  }
}

/** What every snapshot of the lake is, ascending. */
export async function snapshotFacts(lake: LakeLayout): Promise<SnapshotFacts[]> {
  const facts: SnapshotFacts[] = []
  for (const snapshot of await listSnapshots(lake)) {
    try {
      const { manifest } = await readManifest(lake, snapshot)
      const isMarked = await isPruned(lake, snapshot)
      const data = isMarked ? await markedData(lake, manifest) : 'whole'
      facts.push({ snapshot, data, publishedAt: manifest.published_at })
    } catch (error) {
      if (!isLandingError(error) || error.errorName !== 'lake_damaged') throw error
      facts.push({ snapshot, data: 'damaged', publishedAt: null })
    }
  }
  return facts
}

async function markedData(lake: LakeLayout, manifest: SnapshotManifest): Promise<SnapshotData> {
  const left = await filesLeft(lake, manifest)
  if (left === 0) return 'pruned'
  return left === pathsOf(manifest).length ? 'marked' : 'partial'
}

/** How many of the files of a snapshot are there. */
export async function filesLeft(lake: LakeLayout, manifest: SnapshotManifest): Promise<number> {
  let left = 0
  for (const path of pathsOf(manifest)) {
    if ((await findFile(join(lake.snapshot(manifest.snapshot), path))) !== null) left += 1
  }
  return left
}

export interface PruneMeasure {
  readonly files: number
  readonly bytes: number
  /** Bytes that the disk gets back; those of a file go to the last snapshot whose name it loses. */
  readonly frees: number
}

/** What deleting these snapshots, ascending, would free: a file is free when its last name goes. */
export async function measurePrune(
  lake: LakeLayout,
  snapshots: readonly number[],
): Promise<Map<number, PruneMeasure>> {
  const measures = new Map<number, PruneMeasure>()
  /** Names of files with several that have gone so far. */
  const gone = new Map<string, number>()
  for (const snapshot of snapshots) {
    const { manifest } = await readManifest(lake, snapshot)
    const measure = { files: 0, bytes: 0, frees: 0 }
    for (const path of pathsOf(manifest)) {
      const file = await findFile(join(lake.snapshot(snapshot), path))
      if (file === null) continue
      const names = (gone.get(file.inode) ?? 0) + 1
      if (file.names > 1) gone.set(file.inode, names)
      measure.files += 1
      measure.bytes += file.bytes
      if (names === file.names) measure.frees += file.bytes
    }
    measures.set(snapshot, measure)
  }
  return measures
}

export interface PruneOrder {
  readonly instant: string
  readonly software: string
  readonly rule: string
  /** Who holds the snapshot now, in words; asked again once the mark is there. */
  readonly holders: (snapshot: number) => Promise<readonly string[]>
}

/**
 * Marks a snapshot and deletes its files, what an ended prune left too. Returns what it deleted, or who
 * holds the snapshot since it was chosen: then nothing is deleted, and the mark is taken back.
 */
export async function pruneSnapshot(
  lake: LakeLayout,
  snapshot: number,
  order: PruneOrder,
): Promise<PruneMeasure | readonly string[]> {
  const read = await readManifest(lake, snapshot)
  failpoint('prune:before-mark')
  await writeMark(lake, read, order)
  failpoint('prune:marked')
  const holders = await order.holders(snapshot)
  if (holders.length > 0) {
    // A reader that came before the mark reads on; nothing may be missing when the mark goes.
    if ((await filesLeft(lake, read.manifest)) === pathsOf(read.manifest).length) {
      await withdrawTombstone(lake, snapshot)
    }
    return holders
  }
  const deleted = await deleteFiles(lake, read.manifest)
  failpoint('prune:files-deleted')
  return deleted
}

async function writeMark(
  lake: LakeLayout,
  { manifest, sha256 }: ReadManifest,
  { instant, software, rule }: PruneOrder,
): Promise<void> {
  const files = Object.values(manifest.tables).flatMap((table) => table.files)
  await writeTombstone(lake, {
    ...{ snapshot: manifest.snapshot, manifest_sha256: sha256, instant, software, rule },
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  })
}

async function deleteFiles(lake: LakeLayout, manifest: SnapshotManifest): Promise<PruneMeasure> {
  const root = lake.snapshot(manifest.snapshot)
  const measure = { files: 0, bytes: 0, frees: 0 }
  const folders = new Set<string>()
  for (const path of pathsOf(manifest)) {
    const whole = join(root, path)
    const file = await findFile(whole)
    if (file === null) continue
    await onStorage(whole, () => unlink(whole))
    failpoint('prune:file-deleted')
    folders.add(dirname(whole))
    measure.files += 1
    measure.bytes += file.bytes
    if (file.names === 1) measure.frees += file.bytes
  }
  for (const folder of folders) await flushFolder(folder)
  await removeEmptyFolders(root)
  await flushFolder(root)
  return measure
}

/** Folders of tables go with their files; one that holds anything else stays. */
async function removeEmptyFolders(folder: string): Promise<void> {
  const entries = await onStorage(folder, () => readdir(folder, { withFileTypes: true }))
  for (const entry of entries) {
    if (!entry.isDirectory()) continue
    const path = join(folder, entry.name)
    await removeEmptyFolders(path)
    await rmdir(path).catch((error: unknown) => {
      if (!['ENOTEMPTY', 'EEXIST'].includes(systemErrorCode(error))) throw storageError(error, path)
    })
  }
}
