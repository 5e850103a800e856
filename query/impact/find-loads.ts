// The last loads of a table: a table that a snapshot took over unchanged is the same load, and is
// looked at once, in the snapshot that published it.
import type { ManifestTable, SnapshotManifest } from '../../contracts/snapshot-manifest.ts'
import type { LakeLayout } from '../../lake/lake-layout.ts'
import { listSnapshots, readManifest } from '../../lake/manifest.ts'
import { isPruned } from '../../lake/tombstone.ts'

export interface PublishedLoad {
  /** The first snapshot that has the rows. */
  readonly manifest: SnapshotManifest
  /** The first snapshot whose files of them are still there; the same where none is pruned. */
  readonly data: SnapshotManifest
  readonly entry: ManifestTable
  /** Rows of the table in the snapshot before; null: it had no such table. */
  readonly rowsBefore: number | null
}

/** The last `count` loads of a table, newest first. */
export async function findLoads(
  lake: LakeLayout,
  table: string,
  count: number,
): Promise<PublishedLoad[]> {
  const holding: SnapshotManifest[] = []
  const firstOf = new Map<string, SnapshotManifest>()
  const dataOf = new Map<string, SnapshotManifest>()
  // One load more than asked for: what the oldest of them followed.
  for (const number of (await listSnapshots(lake)).reverse()) {
    const { manifest } = await readManifest(lake, number)
    const entry = manifest.tables[table]
    if (entry === undefined) continue
    if (!firstOf.has(entry.run) && firstOf.size > count) break
    holding.push(manifest)
    firstOf.set(entry.run, manifest)
    if (!(await isPruned(lake, number))) dataOf.set(entry.run, manifest)
  }
  const loads = [...firstOf.values()].slice(0, count)
  return loads.flatMap((manifest) => {
    const entry = manifest.tables[table]
    const before = holding.find((other) => other.snapshot < manifest.snapshot)
    const rowsBefore = before?.tables[table]?.rows ?? null
    if (entry === undefined) return []
    return [{ manifest, data: dataOf.get(entry.run) ?? manifest, entry, rowsBefore }]
  })
}
