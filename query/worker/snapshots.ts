// The snapshots that statements read: which is current, what it holds, and that the bytes of a file
// are those that were published, asked once for each file before the engine first sees it.
import { join } from 'node:path'
import { limits } from '../../config/limits.ts'
import { isLandingError } from '../../contracts/errors.ts'
import type { SnapshotManifest } from '../../contracts/snapshot-manifest.ts'
import { digestFile, fileBytes } from '../../lake/durable-files.ts'
import type { LakeLayout } from '../../lake/lake-layout.ts'
import { currentSnapshotNumber, readManifest } from '../../lake/manifest.ts'
import {
  type CatalogueTable,
  type Descriptions,
  lakeSchemas,
  lakeTables,
} from '../catalogue/lake-tables.ts'
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
  /** A snapshot by number, or the current one. TrinoError where there is none. */
  open(snapshot: number | null): Promise<OpenSnapshot>
}

/** The snapshots of a lake; `onVerified` is told of files that were digested here. */
export function openSnapshots(
  lake: LakeLayout,
  descriptions: Descriptions,
  verified: VerifiedFiles,
  onVerified: (file: string) => void,
): Snapshots {
  const opened = new Map<number, OpenSnapshot>()
  /** Files that this process need not ask for again. */
  const known = new Set<string>()

  async function verifyTable(manifest: SnapshotManifest, table: string): Promise<void> {
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

  return {
    open: async (snapshot) => {
      // A manifest is read once: a published snapshot does not change.
      const number = snapshot ?? (await currentSnapshotNumber(lake))
      if (number === null) {
        throw new TrinoError('NOT_FOUND', 'the lake has no published snapshot yet')
      }
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
