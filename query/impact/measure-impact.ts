// What a proposed contract would have done to the loads of a lake. Only what was published can be
// looked at: rows that were refused then are known by their number alone, and count as refused again.
import { join } from 'node:path'
import { rowsBelow } from '../../contracts/ceiling.ts'
import { isLandingError, LandingError } from '../../contracts/errors.ts'
import type { RejectCeiling } from '../../contracts/extract.ts'
import type { TableContract } from '../../contracts/table-contract.ts'
import { fileBytes } from '../../lake/durable-files.ts'
import type { LakeLayout } from '../../lake/lake-layout.ts'
import { readLedger } from '../../lake/ledger.ts'
import { quoteIdentifier } from '../../lake/open-duckdb.ts'
import { readSummary } from '../../lake/run-summary.ts'
import { readStoredContract } from '../../lake/stored-contracts.ts'
import { openSnapshotDatabase } from '../snapshot-database.ts'
import { findLoads, type PublishedLoad } from './find-loads.ts'
import { measureTable, type TableMeasure } from './measure-table.ts'
import { type NotEvaluated, tableConditions } from './table-conditions.ts'

export interface ImpactRequest {
  readonly lake: LakeLayout
  readonly contract: TableContract
  /** Loads at most, newest first. */
  readonly last: number
  /** Of the table in the project file. */
  readonly ceiling: RejectCeiling
  readonly keepsIdentical: boolean
  /** Contracts of today, for loads whose own was not kept. */
  readonly current: TableContract | null
}

export interface LoadImpact extends TableMeasure {
  readonly table: string
  /** Proposed version, and that of the load. */
  readonly version: string
  readonly before: string
  readonly snapshot: number
  readonly run: string
  readonly rows: number
  /** Rows refused at the time that count against the ceiling. */
  readonly rejectedThen: number
  /** Rows that the ceiling permits to be refused. */
  readonly permitted: number
  readonly refused: boolean
  /** Why the load would be refused; value-free. */
  readonly reasons: readonly string[]
  readonly notEvaluated: readonly NotEvaluated[]
  /** False: the contract of then was not kept, so every rule was evaluated. */
  readonly isCompared: boolean
}

/** Measures the last loads of the contract's table, newest first; empty where there are none. */
export async function measureImpact(request: ImpactRequest): Promise<LoadImpact[]> {
  const loads = await findLoads(request.lake, request.contract.id, request.last)
  const impacts: LoadImpact[] = []
  for (const load of loads) impacts.push(await measureLoad(request, load))
  return impacts
}

async function contractOfThen(
  { lake, current }: ImpactRequest,
  { entry }: PublishedLoad,
): Promise<TableContract | null> {
  const stored = await readStoredContract(lake, entry.contract_sha256)
  if (stored !== null) return stored
  return current?.digest === entry.contract_sha256 ? current : null
}

/** The UTC day on which a run was opened; null where its ledger is gone. */
async function dayOfRun(lake: LakeLayout, run: string): Promise<string | null> {
  const ledger = await readLedger(lake, run).catch((error: unknown) => {
    if (!isLandingError(error)) throw error
    return null
  })
  return ledger?.lines[0]?.instant.slice(0, 10) ?? null
}

/** Copies that were dropped are refused rows that no ceiling counts; 0 where no summary tells. */
async function identicalCopies(lake: LakeLayout, run: string, table: string): Promise<number> {
  const summary = await readSummary(lake, run)
  const { tables } = (summary ?? {}) as {
    tables?: Record<string, { rules?: { identical_duplicate?: unknown } } | undefined>
  }
  const count = tables?.[table]?.rules?.identical_duplicate
  return typeof count === 'number' ? count : 0
}

async function measureLoad(request: ImpactRequest, load: PublishedLoad): Promise<LoadImpact> {
  const { lake, contract, ceiling } = request
  const { manifest, entry } = load
  const before = await contractOfThen(request, load)
  const today = await dayOfRun(lake, entry.run)
  const conditions = tableConditions(contract, { columns: entry.columns, before, today })
  const measured = await measurePublished(request, load, conditions)
  const copies = await identicalCopies(lake, entry.run, contract.id)
  const rejectedThen = Math.max(0, entry.rejected - copies)
  const rowsIn = entry.rows + entry.rejected + entry.withheld
  const permitted = rowsBelow(ceiling, rowsIn)
  const reasons = reasonsOf(measured, rejectedThen, permitted, rowsIn)
  return {
    ...{ table: contract.id, version: contract.version, before: entry.version },
    ...{ snapshot: manifest.snapshot, run: entry.run, rows: entry.rows },
    ...{ rejectedThen, permitted, ...measured },
    ...{ refused: reasons.length > 0, reasons, isCompared: before !== null },
    notEvaluated: [...conditions.notEvaluated, ...measured.notEvaluated],
  }
}

function reasonsOf(
  { rules, checks, rejected }: TableMeasure,
  rejectedThen: number,
  permitted: number,
  rowsIn: number,
): string[] {
  const reasons: string[] = []
  const total = rejectedThen + rejected
  // A load that passed stays passed by rows that it lost then.
  if (rejected > 0 && total > permitted) {
    reasons.push(`${total} of ${rowsIn} rows refused, where ${permitted} are permitted`)
  }
  for (const { column, rule, severity, rows } of rules) {
    if (severity === 'refuse') reasons.push(`${rows} rows fail ${column ?? 'row'} ${rule}`)
  }
  for (const { check, severity, found } of checks) {
    if (severity === 'refuse') reasons.push(`${check}: ${found}`)
  }
  return reasons
}

type Measured = TableMeasure & { readonly notEvaluated: readonly NotEvaluated[] }

async function measurePublished(
  { lake, contract, keepsIdentical }: ImpactRequest,
  { data: manifest, entry, rowsBefore }: PublishedLoad,
  conditions: ReturnType<typeof tableConditions>,
): Promise<Measured> {
  const folder = lake.snapshot(manifest.snapshot)
  const sizes = await Promise.all(entry.files.map(({ path }) => fileBytes(join(folder, path))))
  if (sizes.every((size) => size === null)) {
    const gone = { column: null, rule: 'all', reason: 'its data files are no longer there' }
    return { rules: [], checks: [], rejected: 0, notEvaluated: [gone] }
  }
  const patients = `${contract.namespace}/patients`
  const asksPatients = conditions.checks.some(({ kind }) => kind === 'patient_exists')
  const hasPatients = asksPatients && manifest.tables[patients] !== undefined
  const notEvaluated = asksPatients && !hasPatients ? [noPatients(patients)] : []
  const database = await openSnapshotDatabase(lake.root, manifest.snapshot, {
    purpose: 'impact',
  })
  try {
    await database.serve([contract.id, ...(hasPatients ? [patients] : [])])
    const query = async (sql: string): Promise<unknown[][]> =>
      (await database.connection.runAndReadAll(sql)).getRowsJS() as unknown[][]
    const measure = await measureTable(query, conditions, {
      table: sqlName(contract.id),
      patients: hasPatients ? sqlName(patients) : null,
      ...{ rowsBefore, keepsIdentical },
    })
    return { ...measure, notEvaluated }
  } catch (error) {
    throw engineError(error, `snapshot ${manifest.snapshot}, ${contract.id}`)
  } finally {
    database.close()
  }
}

const noPatients = (patients: string): NotEvaluated => ({
  ...{ column: null, rule: 'patient_exists' },
  reason: `the snapshot has no ${patients}`,
})

function sqlName(table: string): string {
  const slash = table.indexOf('/')
  return `${quoteIdentifier(table.slice(0, slash))}.${quoteIdentifier(table.slice(slash + 1))}`
}

/** What the engine says may quote values: only what it is about is told. */
function engineError(error: unknown, where: string): Error {
  if (isLandingError(error)) return error
  if (error instanceof Error && /^Out of Memory/i.test(error.message)) {
    return new LandingError('out_of_resources', `${where}: too many rows for the memory at hand`)
  }
  return new Error(`${where}: the engine could not evaluate a condition`)
}
