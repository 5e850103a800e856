// Puts a snapshot together in staging/<run>/snapshot: the parts of this run and the unchanged tables
// of the previous snapshot as hard links, then manifest.json as the last file. Nothing outside reads
// staging, so a kill in here costs nothing: the next attempt starts the folder anew.
import assert from 'node:assert'
import { dirname, join } from 'node:path'
import { LandingError } from '../contracts/errors.ts'
import {
  type ManifestDeviation,
  type ManifestTable,
  manifestFormat,
  type SnapshotManifest,
} from '../contracts/snapshot-manifest.ts'
import {
  fileBytes,
  linkOrCopy,
  makeFolderDurably,
  protectFile,
  removeTree,
  writeFileDurably,
} from './durable-files.ts'
import { failpoint } from './failpoints.ts'
import type { LakeLayout } from './lake-layout.ts'
import {
  currentSnapshot,
  nextSnapshotNumber,
  printManifest,
  type ReadManifest,
} from './manifest.ts'

export interface LoadedTable {
  readonly entry: ManifestTable
  /** Absolute path of the flushed part file of each `entry.files[i].path`. */
  readonly parts: ReadonlyMap<string, string>
}

export interface SnapshotDraft {
  readonly run: string
  readonly backend: string
  readonly software: string
  /** ISO instant. */
  readonly publishedAt: string
  /**
   * Number of the newest snapshot when the load was planned, null for none. Tables are carried from
   * it and table checks were made against it: where another one is the newest by now, the race is lost.
   */
  readonly base: number | null
  /** Tables made by this run, by name; they take the place of tables of the previous snapshot. */
  readonly loaded: ReadonlyMap<string, LoadedTable>
  /** Tables taken over unchanged from the previous snapshot. */
  readonly carried: readonly string[]
  /** What came of their table checks beside the tables of this run, by table. */
  readonly carriedChecks?: ReadonlyMap<string, Pick<ManifestTable, 'checks' | 'checks_not_run'>>
  /** Deviations of the tables loaded; those of carried tables are carried with them. */
  readonly deviations: readonly ManifestDeviation[]
  readonly optOuts: readonly unknown[]
  readonly keyIds: readonly string[]
}

/**
 * Assembles the next snapshot and returns its manifest; `publishSnapshot` commits it. A part or a
 * carried file that is missing or has another size than its manifest states is `lake_damaged`; a
 * snapshot published since the load was planned is `publish_race_lost`.
 */
export async function assembleSnapshot(
  lake: LakeLayout,
  draft: SnapshotDraft,
): Promise<SnapshotManifest> {
  const folder = lake.stagingSnapshot(draft.run)
  // The number comes before the look at the newest snapshot: whatever is published from here on takes
  // this number or a higher one, and then either the comparison or the rename of the commit fails.
  const number = await nextSnapshotNumber(lake)
  const previous = await currentSnapshot(lake)
  const newest = previous?.manifest.snapshot ?? null
  if (newest !== draft.base || (newest ?? 0) >= number) {
    throw new LandingError('publish_race_lost', `snapshot ${newest} was published by another load`)
  }
  const manifest = draftManifest(draft, previous, number)
  await removeTree(folder)
  await makeFolderDurably(folder)
  for (const [table, { entry, parts }] of draft.loaded) {
    await makeFolderDurably(join(folder, table))
    for (const file of entry.files) {
      const part = parts.get(file.path)
      assert(part !== undefined, 'every file of a loaded table has a part')
      await expectBytes(part, file.bytes)
      await protectFile(part, 0o440)
      await linkOrCopy(part, join(folder, file.path))
      failpoint('assemble:part-linked')
    }
  }
  for (const table of draft.carried) {
    assert(previous !== null, 'there is a snapshot to carry tables from')
    const source = lake.snapshot(previous.manifest.snapshot)
    for (const file of manifest.tables[table]?.files ?? []) {
      const target = join(folder, file.path)
      await expectBytes(join(source, file.path), file.bytes)
      await makeFolderDurably(dirname(target))
      await linkOrCopy(join(source, file.path), target)
    }
    failpoint('assemble:table-carried')
  }
  failpoint('assemble:before-manifest')
  await writeFileDurably(join(folder, 'manifest.json'), printManifest(manifest), 0o440)
  failpoint('assemble:after-manifest')
  return manifest
}

function draftManifest(
  draft: SnapshotDraft,
  previous: ReadManifest | null,
  snapshot: number,
): SnapshotManifest {
  const tables: Record<string, ManifestTable> = {}
  for (const table of [...draft.loaded.keys(), ...draft.carried].sort()) {
    const entry = draft.loaded.get(table)?.entry ?? previous?.manifest.tables[table]
    assert(entry !== undefined, 'a carried table is in the previous snapshot')
    assert(!(table in tables), 'a table is loaded or carried, and once')
    tables[table] = { ...entry, ...draft.carriedChecks?.get(table) }
  }
  return {
    format: manifestFormat,
    snapshot,
    run: draft.run,
    backend: draft.backend,
    published_at: draft.publishedAt,
    software: draft.software,
    previous:
      previous === null ? null : { snapshot: previous.manifest.snapshot, sha256: previous.sha256 },
    tables,
    deviations: [
      ...draft.deviations,
      ...(previous?.manifest.deviations ?? []).filter(({ contract }) =>
        draft.carried.includes(contract),
      ),
    ],
    opt_outs: draft.optOuts,
    key_ids: draft.keyIds,
  }
}

async function expectBytes(path: string, bytes: number): Promise<void> {
  const found = await fileBytes(path)
  if (found === bytes) return
  throw new LandingError(
    'lake_damaged',
    found === null ? `${path}: missing` : `${path}: ${found} bytes, expected ${bytes}`,
  )
}
