// The snapshots that statements read: which is current, what it holds, and that the bytes of a file
// are those that were published, asked once for each file before the engine first sees it.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../../config/limits.ts'
import { isLandingError } from '../../contracts/errors.ts'
import type { SnapshotManifest } from '../../contracts/snapshot-manifest.ts'
import { digestFile, fileBytes } from '../../lake/durable-files.ts'
import type { LakeLayout } from '../../lake/lake-layout.ts'
import { currentSnapshotNumber, readManifest } from '../../lake/manifest.ts'
import { refusePruned } from '../../lake/tombstone.ts'
import {
  type CatalogueTable,
  type Descriptions,
  lakeSchemas,
  lakeTables,
} from '../catalogue/lake-tables.ts'
import type { SnapshotHolds } from '../snapshot-holds.ts'
import { TrinoError } from '../trino/trino-error.ts'
import { fileIdentity, type VerifiedFiles } from './verified-files.ts'

export interface OpenSnapshot {
  readonly number: number
  readonly manifest: SnapshotManifest
  readonly schemas: readonly string[]
  readonly tables: readonly CatalogueTable[]
  /** Makes sure that the files of tables (`core/patients`) are whole. */
  verify(tables: Iterable<string>): Promise<void>
}

export interface Snapshots {
  /**
   * A snapshot by number, or the current one, which stays until `release` of the same owner. TrinoError
   * where there is none, or its files were deleted.
   */
  open(snapshot: number | null, owner: object): Promise<OpenSnapshot>
  release(owner: object): void
  close(): void
}

/**
 * The snapshots of a lake, none of which is pruned while it is read; `onVerified` is told of files that
 * were digested here.
 */
export function openSnapshots(
  lake: LakeLayout,
  descriptions: Descriptions,
  holds: SnapshotHolds,
  verified: VerifiedFiles,
  onVerified: (file: string) => void,
): Snapshots {
  const opened = new Map<number, OpenSnapshot>()
  const current = openCurrent(lake)
  const verifyTable = openVerification(lake, verified, onVerified)
  return {
    release: (owner) => holds.release(owner),
    close: () => holds.close(),
    open: async (snapshot, owner) => {
      // A manifest is read once: a published snapshot does not change.
      const number = await holds.hold(owner, snapshot, current).catch(rethrowPruned)
      if (number === null) {
        throw new TrinoError('NOT_FOUND', 'the lake has no published snapshot yet')
      }
      if (snapshot !== null) await holds.pin(snapshot)
      const known = opened.get(number)
      if (known !== undefined) return known
      const { manifest } = await readManifest(lake, number).catch((error: unknown) => {
        if (!isLandingError(error) || error.errorName !== 'unknown_name') throw error
        throw new TrinoError('NOT_FOUND', `there is no snapshot ${number}`)
      })
      const open: OpenSnapshot = {
        number,
        manifest,
        schemas: lakeSchemas(manifest),
        tables: lakeTables(manifest, lake.snapshot(number), descriptions),
        verify: async (tables) => {
          for (const table of tables) await verifyTable(manifest, table)
        },
      }
      opened.set(number, open)
      const [oldest] = opened.keys()
      if (opened.size > limits.openSnapshotsMax && oldest !== undefined) opened.delete(oldest)
      return open
    },
  }
}

/**
 * Finds the number of the current snapshot. A publication changes the folder of snapshots, and so its
 * time: while that stays, the number does. A time of this very moment proves nothing, for clocks of file
 * systems are coarse: the folder is then listed again.
 */
function openCurrent(lake: LakeLayout): () => Promise<number | null> {
  let listed: { readonly number: number | null; readonly changed: bigint } | null = null
  return async () => {
    const changed = changeTime(lake.snapshots)
    if (changed === null) return currentSnapshotNumber(lake)
    if (listed?.changed === changed) return listed.number
    const isSettled = Date.now() - Number(changed / 1_000_000n) > limits.folderSettledMsMin
    const number = await currentSnapshotNumber(lake)
    listed = isSettled ? { number, changed } : null
    return number
  }
}

/** Makes sure, once, that the files of a table are what was published. */
function openVerification(
  lake: LakeLayout,
  verified: VerifiedFiles,
  onVerified: (file: string) => void,
): (manifest: SnapshotManifest, table: string) => Promise<void> {
  /** Files that this process need not ask for again. */
  const known = new Set<string>()
  return async (manifest, table) => {
    for (const file of manifest.tables[table]?.files ?? []) {
      const path = join(lake.snapshot(manifest.snapshot), file.path)
      // A file of equal digest under another snapshot is the same file.
      const key = `${file.path} ${file.sha256}`
      if (known.has(key)) continue
      // Asked before it is read: what is written to meanwhile is another file.
      const identity = await fileIdentity(path, file.sha256)
      if (identity !== null && verified.has(identity)) {
        known.add(key)
        continue
      }
      const isWhole = (await fileBytes(path)) === file.bytes
      if (!isWhole || (await digestFile(path)).sha256 !== file.sha256) {
        await refusePruned(lake, manifest.snapshot).catch(rethrowPruned)
        throw new TrinoError(
          'GENERIC_INTERNAL_ERROR',
          `a file of ${table} is not what was published: the operator runs \`snapshots verify\``,
        )
      }
      known.add(key)
      if (identity === null || verified.add([identity]).length === 0) continue
      onVerified(identity)
    }
  }
}

/** A refusal of the lake in the words of the protocol; anything else as it is. */
function rethrowPruned(error: unknown): never {
  if (!isLandingError(error) || error.errorName !== 'snapshot_pruned') throw error
  throw new TrinoError('NOT_FOUND', `${error.message} (${error.code})`)
}

/** When a folder changed last, in nanoseconds; null where that cannot be told. */
function changeTime(folder: string): bigint | null {
  try {
    return statSync(folder, { bigint: true }).mtimeNs
  } catch {
    return null
  }
}
