// After the last batch: control totals, table checks over the candidate snapshot, the second pass of
// the batches whose rows they refuse, and the ceilings. What leaves here may be published.
import { join } from 'node:path'
import { limits } from '../config/limits.ts'
import type { TableRefusal } from '../contracts/batch-task.ts'
import { isLandingError, LandingError } from '../contracts/errors.ts'
import type { RejectCeiling } from '../contracts/extract.ts'
import type { SnapshotManifest } from '../contracts/snapshot-manifest.ts'
import type { TableContract } from '../contracts/table-contract.ts'
import { makeFolderDurably, removeTree } from '../lake/durable-files.ts'
import { openDuckDb } from '../lake/open-duckdb.ts'
import { type CommittedBatch, landAgain, type TableLanding } from './land-table.ts'
import type { TableOutcome } from './load-outcome.ts'
import type { PlannedTable } from './plan-load.ts'
import {
  type CheckedTable,
  findRefusedRows,
  hasTableChecks,
  type RefusedRow,
  type SkippedCheck,
  type SqlRunner,
} from './table-checks.ts'

export interface LandedTable {
  readonly planned: PlannedTable
  readonly landing: TableLanding
  batches: CommittedBatch[]
}

export interface CarriedTables {
  /** Folder of the current snapshot and its manifest; null for the first load of a lake. */
  readonly folder: string
  readonly manifest: SnapshotManifest
  /** Contracts of the tables carried over, as far as this project has them. */
  readonly contracts: readonly TableContract[]
}

/** Runs the table checks and lands again what they refuse. Returns the checks that could not run. */
export async function runTableChecks(
  landed: readonly LandedTable[],
  carried: CarriedTables | null,
  spillFolder: string,
  threads: number,
): Promise<SkippedCheck[]> {
  const tables: CheckedTable[] = [
    ...landed.map(({ planned, batches }) => ({
      contract: planned.contract,
      duplicates: planned.mapping.duplicates,
      parts: batches.flatMap(({ partPath }) => (partPath === null ? [] : [partPath])),
      loaded: true,
    })),
    ...carriedTables(carried),
  ]
  if (!tables.some(({ contract }) => hasTableChecks(contract))) return []
  const { refused, skipped } = await withDuckDb(spillFolder, threads, (sql) =>
    findRefusedRows(sql, tables),
  )
  refuseCarried(tables, refused)
  for (const table of landed) await landRefused(table, refused)
  return skipped
}

function carriedTables(carried: CarriedTables | null): CheckedTable[] {
  if (carried === null) return []
  return carried.contracts.map((contract) => ({
    contract,
    duplicates: 'keep_identical' as const,
    parts: (carried.manifest.tables[contract.id]?.files ?? [])
      .filter(({ rows }) => rows > 0)
      .map(({ path }) => join(carried.folder, path)),
    loaded: false,
  }))
}

function refuseCarried(tables: readonly CheckedTable[], refused: readonly RefusedRow[]): void {
  for (const { contract, loaded } of tables) {
    if (loaded) continue
    const rows = refused.filter(({ table }) => table === contract.id)
    const first = rows[0]
    if (first === undefined) continue
    throw new LandingError(
      'carried_table_refused',
      `${contract.id} is not part of this load, and ${rows.length} of its rows no longer pass ` +
        `${first.rule} beside the tables that are`,
      { remedy: `Load it too: add --table ${contract.id}. Nothing was published.` },
    )
  }
}

async function landRefused(table: LandedTable, refused: readonly RefusedRow[]): Promise<void> {
  const { id } = table.planned.contract
  const byPart = new Map<number, TableRefusal[]>()
  for (const { table: name, part, row, rule, column } of refused) {
    if (name !== id) continue
    const refusals = byPart.get(part) ?? []
    refusals.push({ ordinal: row, rule, column })
    byPart.set(part, refusals)
  }
  if (byPart.size === 0) return
  let part = -1
  const again = table.batches.map((batch) => {
    if (batch.partPath !== null) part++
    const refusals = batch.partPath === null ? undefined : byPart.get(part)
    if (refusals === undefined) return batch
    refusals.sort((a, b) => a.ordinal - b.ordinal)
    return landAgain(table.landing, batch, refusals)
  })
  table.batches = await Promise.all(again)
}

/** DuckDB with bounded memory that spills into a folder of its own, removed afterwards. */
async function withDuckDb<Result>(
  spillFolder: string,
  threads: number,
  use: (sql: SqlRunner) => Promise<Result>,
): Promise<Result> {
  await makeFolderDurably(spillFolder)
  const database = await openDuckDb({
    memoryBytes: limits.tableCheckMemoryBytes,
    threads,
    spillFolder,
    spillBytesMax: limits.tableCheckSpillBytesMax,
  })
  try {
    await database.connection.run('SET preserve_insertion_order = false')
    return await use({
      run: async (sql) => {
        await database.connection.run(sql)
      },
      rows: async (sql) => (await database.connection.runAndReadAll(sql)).getRows(),
    })
  } catch (error) {
    throw isLandingError(error) ? error : checkFault(error)
  } finally {
    database.close()
    await removeTree(spillFolder)
  }
}

/** What DuckDB says may quote values of rows: only the kind of its fault is told. */
function checkFault(error: unknown): Error {
  const text = error instanceof Error ? error.message : ''
  const kind = /^[A-Z][A-Za-z]*(?: [A-Za-z]+)* Error(?=:)/.exec(text)?.[0] ?? 'unknown fault'
  const message = `the table checks failed in DuckDB: ${kind}`
  if (kind === 'Out of Memory Error') return new LandingError('out_of_resources', message)
  if (kind === 'IO Error') return new LandingError('storage_failed', message)
  return new Error(message)
}

/** Refuses publication when any row fails a constraint of severity refuse. All are named. */
export function checkRefusingRules(
  tables: readonly { readonly planned: PlannedTable; readonly outcome: TableOutcome }[],
): void {
  const found = tables.flatMap(({ planned, outcome }) =>
    outcome.refusing.map(({ column, rule, count }) => {
      const rows = count === 1 ? '1 row fails' : `${count} rows fail`
      const what = `${rows} ${column ?? 'record'} ${rule}`
      return `${planned.contract.id}: ${what}, whose severity is refuse`
    }),
  )
  if (found.length > 0) throw new LandingError('constraint_refuses_load', found.join('\n'))
}

/** Refuses publication when a table has more refused rows than its ceiling. All tables are named. */
export function checkCeilings(
  tables: readonly { readonly planned: PlannedTable; readonly outcome: TableOutcome }[],
): void {
  const breaches = tables.flatMap(({ planned, outcome }) => {
    // Copies that the project asked to be dropped are counted as rejected, but are no defect.
    const counted = outcome.rejected - (outcome.rules.identical_duplicate ?? 0)
    const { rejectCeiling } = planned.mapping
    if (counted <= permitted(rejectCeiling, outcome.in)) return []
    const top = outcome.rejects
      .slice(0, 3)
      .map(({ column, rule, count }) => `${column ?? 'record'} ${rule} ${count}`)
    return [
      `${planned.contract.id}: ${counted} of ${outcome.in} rows refused, ceiling ` +
        `${describeCeiling(rejectCeiling)} (${top.join(', ')})`,
    ]
  })
  if (breaches.length > 0) throw new LandingError('reject_ceiling_breached', breaches.join('\n'))
}

function permitted(ceiling: RejectCeiling, rows: number): number {
  return ceiling.kind === 'count' ? ceiling.count : Math.floor(ceiling.share * rows)
}

/** `0.1%` or `25 rows`. */
export function describeCeiling(ceiling: RejectCeiling): string {
  if (ceiling.kind === 'count') return `${ceiling.count} rows`
  return `${Number((ceiling.share * 100).toPrecision(12))}%`
}
