// Reads a snapshot again, every byte, and says everything that differs from its manifest. Bit rot in
// Parquet is silent (readers return wrong values without an error), so this is how it is found. Never
// stops at the first finding: an operator restores all files in one go.
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { isLandingError } from '../contracts/errors.ts'
import type { SnapshotManifest } from '../contracts/snapshot-manifest.ts'
import { digestFile, onStorage } from './durable-files.ts'
import { type LakeLayout, snapshotName } from './lake-layout.ts'
import { listSnapshots, readManifest } from './manifest.ts'
import { currentLink, listFiles } from './publish.ts'
import { readStoredContract } from './stored-contracts.ts'
import { readTombstone, tombstoneName } from './tombstone.ts'

export type FindingKind =
  | 'manifest_damaged'
  | 'file_missing'
  | 'file_surplus'
  | 'file_unreadable'
  | 'bytes_differ'
  | 'sha256_differs'
  | 'not_a_file'
  | 'contract_damaged'
  | 'mark_damaged'
  | 'prune_unfinished'
  | 'previous_missing'
  | 'previous_differs'
  | 'current_behind'

export interface Finding {
  readonly kind: FindingKind
  readonly snapshot: number
  /** Relative to the lake. */
  readonly path: string
  /** What is wrong, in words. */
  readonly message: string
}

export interface VerifyProgress {
  readonly files: number
  readonly bytes: number
}

/**
 * Every difference between a snapshot on disk and its manifest, and of the chain of `previous`
 * digests below it. Empty: the snapshot is whole. `unknown_name` where there is no such snapshot.
 */
export async function verifySnapshot(
  lake: LakeLayout,
  snapshot: number,
  onProgress: (progress: VerifyProgress) => void = () => {},
): Promise<Finding[]> {
  const findings: Finding[] = []
  const manifest = await manifestOrFinding(lake, snapshot, findings)
  if (manifest === null) return findings
  const folder = lake.snapshot(snapshot)
  const report: Report = (kind, path, message) =>
    void findings.push({
      kind,
      snapshot,
      path: `snapshots/${snapshotName(snapshot)}/${path}`,
      message,
    })
  const found = new Set(await onStorage(folder, () => listFiles(folder)))
  found.delete('manifest.json')
  // What a prune that was ended wrote aside, and never put in place.
  found.delete(`${tombstoneName}.new`)
  if (found.delete(tombstoneName)) {
    await verifyPruned(lake, manifest, found, report)
    await verifyContracts(lake, manifest, findings)
    await verifyChain(lake, manifest, findings)
    return findings
  }
  let files = 0
  let bytes = 0
  for (const table of Object.values(manifest.tables)) {
    for (const file of table.files) {
      if (!found.delete(file.path)) {
        report('file_missing', file.path, 'the file is missing')
        continue
      }
      const [kind, message] = await compareFile(join(folder, file.path), file)
      if (kind !== null) report(kind, file.path, message)
      files += 1
      bytes += file.bytes
      onProgress({ files, bytes })
    }
  }
  for (const path of found) report('file_surplus', path, 'the manifest does not list this file')
  await verifyContracts(lake, manifest, findings)
  await verifyChain(lake, manifest, findings)
  return findings
}

type Report = (kind: FindingKind, path: string, message: string) => void

/** Of a pruned snapshot no data file may be there; manifest and chain are held as ever. */
async function verifyPruned(
  lake: LakeLayout,
  manifest: SnapshotManifest,
  found: Set<string>,
  report: Report,
): Promise<void> {
  const { sha256 } = await readManifest(lake, manifest.snapshot)
  try {
    const mark = await readTombstone(lake, manifest.snapshot)
    if (mark !== null && mark.manifest_sha256 !== sha256) {
      report('mark_damaged', tombstoneName, 'it was made for another manifest')
    }
  } catch (error) {
    if (!isLandingError(error)) throw error
    report('mark_damaged', tombstoneName, 'not the mark that was written')
  }
  const listed = Object.values(manifest.tables).flatMap((table) => table.files)
  let left = 0
  for (const { path } of listed) if (found.delete(path)) left += 1
  if (left > 0) {
    const message = `${left} of ${listed.length} files are left: run snapshots prune again`
    report('prune_unfinished', tombstoneName, message)
  }
  for (const path of found) report('file_surplus', path, 'the manifest does not list this file')
}

/** Contracts that are stored are whole; lakes of older versions have none. */
async function verifyContracts(
  lake: LakeLayout,
  { snapshot, tables }: SnapshotManifest,
  findings: Finding[],
): Promise<void> {
  for (const digest of new Set(Object.values(tables).map((table) => table.contract_sha256))) {
    try {
      await readStoredContract(lake, digest)
    } catch (error) {
      if (!isLandingError(error)) throw error
      const [kind, path] = ['contract_damaged', `contracts/${digest}.json`] as const
      findings.push({ kind, snapshot, path, message: error.message })
    }
  }
}

async function compareFile(
  path: string,
  expected: { readonly bytes: number; readonly sha256: string },
): Promise<readonly [FindingKind | null, string]> {
  try {
    if (!(await onStorage(path, () => lstat(path))).isFile()) return ['not_a_file', 'not a file']
    const { bytes, sha256 } = await digestFile(path)
    if (bytes !== expected.bytes) {
      return ['bytes_differ', `${bytes} bytes, expected ${expected.bytes}`]
    }
    if (sha256 !== expected.sha256) return ['sha256_differs', 'the checksum differs']
    return [null, '']
  } catch (error) {
    if (!isLandingError(error)) throw error
    return ['file_unreadable', error.message]
  }
}

async function manifestOrFinding(
  lake: LakeLayout,
  snapshot: number,
  findings: Finding[],
): Promise<SnapshotManifest | null> {
  try {
    return (await readManifest(lake, snapshot)).manifest
  } catch (error) {
    if (!isLandingError(error) || error.errorName === 'unknown_name') throw error
    const path = `snapshots/${snapshotName(snapshot)}/manifest.json`
    findings.push({ kind: 'manifest_damaged', snapshot, path, message: error.message })
    return null
  }
}

// Digests of manifests only: the files of older snapshots are verified when those are asked for.
async function verifyChain(
  lake: LakeLayout,
  newest: SnapshotManifest,
  findings: Finding[],
): Promise<void> {
  let { snapshot, previous } = newest
  while (previous !== null) {
    const path = `snapshots/${snapshotName(previous.snapshot)}/manifest.json`
    const finding = (kind: FindingKind, message: string) =>
      findings.push({ kind, snapshot: previous?.snapshot ?? snapshot, path, message })
    try {
      const older = await readManifest(lake, previous.snapshot)
      if (older.sha256 !== previous.sha256) {
        finding('previous_differs', `not the manifest that snapshot ${snapshot} was built on`)
      }
      snapshot = previous.snapshot
      previous = older.manifest.previous
    } catch (error) {
      if (!isLandingError(error)) throw error
      const missing = error.errorName === 'unknown_name'
      finding(missing ? 'previous_missing' : 'manifest_damaged', error.message)
      return
    }
  }
}

/** Findings about the `current` link: it must exist and name the newest snapshot. */
export async function verifyCurrent(lake: LakeLayout): Promise<Finding[]> {
  const newest = (await listSnapshots(lake)).at(-1)
  if (newest === undefined) return []
  const expected = `snapshots/${snapshotName(newest)}`
  if ((await currentLink(lake)) === expected) return []
  const message = `the link does not point to ${expected}; the next load mends it`
  return [{ kind: 'current_behind', snapshot: newest, path: 'current', message }]
}
