// The commit: one rename of an assembled folder to snapshots/<next>. The kernel refuses to rename
// over a folder that holds anything, and no snapshot is ever empty (its manifest is in it before the
// rename), so of two loads that made the same number exactly one wins. Everything is flushed before
// the rename and the new name after it; `current` follows and can be made anew from the manifests.
import { lstat, readdir, readlink, rename, symlink } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { LandingError } from '../contracts/errors.ts'
import type { SnapshotManifest } from '../contracts/snapshot-manifest.ts'
import {
  flushFile,
  flushFolder,
  makeFolderDurably,
  onStorage,
  removeTree,
  storageError,
  systemErrorCode,
} from './durable-files.ts'
import { failpoint } from './failpoints.ts'
import { checkedRunId, type LakeLayout, snapshotName } from './lake-layout.ts'
import { currentSnapshot } from './manifest.ts'

const taken: readonly string[] = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EISDIR']

/**
 * Publishes what `assembleSnapshot` put together for this run, swings `current`, and returns when
 * both are durable. `publish_race_lost` where the number was taken meanwhile: nothing changed then.
 */
export async function publishSnapshot(lake: LakeLayout, manifest: SnapshotManifest): Promise<void> {
  const folder = lake.stagingSnapshot(manifest.run)
  await expectExactly(folder, manifest)
  await flushTree(folder)
  failpoint('publish:files-flushed')
  const target = lake.snapshot(manifest.snapshot)
  await refuseTaken(target, manifest.snapshot)
  failpoint('publish:before-rename')
  try {
    await rename(folder, target)
  } catch (error) {
    if (taken.includes(systemErrorCode(error))) throw raceLost(manifest.snapshot)
    throw storageError(error, target)
  }
  failpoint('publish:after-rename')
  await flushFolder(lake.snapshots)
  await flushFolder(lake.stagingRun(manifest.run))
  failpoint('publish:before-current')
  await mendCurrent(lake, manifest.run)
  failpoint('publish:after-current')
}

/** Removes the staging folder of a run whose snapshot is published: its parts live on in there. */
export async function clearStaging(lake: LakeLayout, run: string): Promise<void> {
  failpoint('publish:before-clean')
  await removeTree(lake.stagingRun(run))
}

function raceLost(snapshot: number): LandingError {
  return new LandingError('publish_race_lost', `snapshot ${snapshot} was published by another load`)
}

// The rename itself would silently replace an EMPTY folder, which none of our commands makes. One made
// by hand before the number was chosen is passed over (`nextSnapshotNumber`); one made since is met here.
async function refuseTaken(target: string, snapshot: number): Promise<void> {
  try {
    await lstat(target)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return
    throw storageError(error, target)
  }
  throw raceLost(snapshot)
}

async function expectExactly(folder: string, manifest: SnapshotManifest): Promise<void> {
  const expected = new Set(['manifest.json'])
  for (const table of Object.values(manifest.tables)) {
    for (const file of table.files) expected.add(file.path)
  }
  const found = await onStorage(folder, () => listFiles(folder))
  if (found.length !== expected.size || !found.every((path) => expected.has(path))) {
    throw new Error('the assembled folder does not hold exactly the files of its manifest')
  }
}

/** Paths of all that is no folder below `folder`, relative to it, with `/`. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
}

async function flushTree(folder: string): Promise<void> {
  const entries = await onStorage(folder, () => readdir(folder, { withFileTypes: true }))
  for (const entry of entries) {
    const path = join(folder, entry.name)
    await (entry.isDirectory() ? flushTree(path) : flushFile(path))
  }
  await flushFolder(folder)
}

/**
 * Makes `current` point at the newest snapshot that the manifests know, and returns its number (null
 * where none is). `run` names the temporary link. Repeated until the newest did not change while the
 * link was swung: the last of several publishers to swing it then leaves the newest.
 */
export async function mendCurrent(lake: LakeLayout, run: string): Promise<number | null> {
  for (;;) {
    const newest = await currentSnapshot(lake)
    if (newest === null) return null
    const number = newest.manifest.snapshot
    if ((await currentLink(lake)) === linkText(number)) return number
    await swing(lake, number, run)
  }
}

const linkText = (snapshot: number): string => `snapshots/${snapshotName(snapshot)}`

/** The text of the `current` link; null where there is no link. */
export async function currentLink(lake: LakeLayout): Promise<string | null> {
  try {
    return await readlink(lake.current)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'EINVAL') return null
    throw storageError(error, lake.current)
  }
}

async function swing(lake: LakeLayout, snapshot: number, run: string): Promise<void> {
  const workshop = lake.stagingRun(checkedRunId(run))
  const temporary = join(workshop, 'current')
  await makeFolderDurably(workshop)
  await removeTree(temporary)
  await onStorage(lake.current, async () => {
    await symlink(linkText(snapshot), temporary)
    await rename(temporary, lake.current)
  })
  await flushFolder(lake.root)
}
