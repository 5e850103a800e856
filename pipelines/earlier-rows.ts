// How many rows the last snapshot had of a table: the newest that has the table at all, for a table may
// have been left out for a while.
import { limits } from '../config/limits.ts'
import { isLandingError } from '../contracts/errors.ts'
import type { LakeLayout } from '../lake/lake-layout.ts'
import { listSnapshots, type ReadManifest, readManifest } from '../lake/manifest.ts'
import type { EarlierRows } from './judge-check.ts'

/** Rows of each table in the last snapshot that has it. */
export async function earlierRows(
  lake: LakeLayout,
  previous: ReadManifest | null,
  tables: readonly string[],
): Promise<Map<string, EarlierRows>> {
  const found = new Map<string, EarlierRows>()
  const take = ({ manifest }: ReadManifest): void => {
    for (const table of tables) {
      const entry = manifest.tables[table]
      if (entry === undefined || found.has(table)) continue
      found.set(table, { snapshot: manifest.snapshot, rows: entry.rows, reason: null })
    }
  }
  let reason = 'no earlier snapshot has the table'
  if (previous !== null && tables.length > 0) {
    take(previous)
    const newest = previous.manifest.snapshot
    // Only a table that is new, or was left out, makes older manifests worth reading.
    const numbers =
      found.size === tables.length
        ? []
        : (await listSnapshots(lake)).filter((number) => number < newest).reverse()
    for (const number of numbers.slice(0, limits.snapshotsLookedBackMax)) {
      if (found.size === tables.length) break
      const read = await readManifest(lake, number).catch((error: unknown) => {
        if (!isLandingError(error)) throw error
        return null
      })
      if (read === null) {
        reason = `the manifest of snapshot ${number} cannot be read`
        break
      }
      take(read)
    }
    if (found.size < tables.length && numbers.length > limits.snapshotsLookedBackMax) {
      reason = `none of the last ${limits.snapshotsLookedBackMax} snapshots has the table`
    }
  }
  for (const table of tables) {
    if (!found.has(table)) found.set(table, { snapshot: null, rows: null, reason })
  }
  return found
}
