// What the questions over whole tables share: a table as its parts, the checks its contract asks of it,
// and how a row is named: (part file, row in it), which is how its batch is landed again without it.
import { limits } from '../config/limits.ts'
import type { CheckOutcomeKind } from '../contracts/check-outcome.ts'
import { checkText } from '../contracts/describe-constraint.ts'
import { LandingError } from '../contracts/errors.ts'
import { ruleDefinitions } from '../contracts/rules.ts'
import {
  type CheckRule,
  type Graded,
  patientIdColumn,
  type TableContract,
} from '../contracts/table-contract.ts'
import { quoteText } from '../lake/open-duckdb.ts'

/** The part of a DuckDB connection that table checks need. */
export interface SqlRunner {
  /** Rows as arrays of plain values; bigint for 64-bit integers. */
  rows(sql: string): Promise<unknown[][]>
  /** The same a few at a time; other statements may run meanwhile. */
  chunks(sql: string): AsyncIterable<unknown[][]>
  /** Columns of numbers, a few thousand rows at a time: of no type wider than 53 bits, none null. */
  numbers(sql: string): AsyncIterable<NumberChunk>
  run(sql: string): Promise<void>
  /** Fills a table of 32-bit whole numbers. */
  fill(
    table: string,
    each: (add: (...row: number[]) => void) => void | Promise<void>,
  ): Promise<void>
  readonly rowsOfRun: RowsOfRun
  /** A cleared bit for each number below `span`; the same memory whenever the same `use` asks. */
  bits(use: BitsUse, span: number): KeyBits
}

export type BitsUse = 'seen' | 'repeated' | 'repeatedSecond'

/** A bit for each number, and a word behind them that stays empty. */
export type KeyBits = Int32Array

/** How many rows the engine has memory for at a time: a question about more is put in several runs. */
export interface RowsOfRun {
  /** Digests of keys that are grouped. Of more, those that may be shared are picked out before. */
  readonly keys: number
  /** Half of the bits of such a digest. */
  readonly digestBits: number
  /** Patients that are joined with. */
  readonly patients: number
  /** Rows that are compared by all their columns. */
  readonly compared: number
}

export interface NumberChunk {
  readonly rowCount: number
  readonly columns: readonly { getItem(row: number): number }[]
}

export interface CheckedTable {
  readonly contract: TableContract
  readonly checks: readonly PlannedCheck[]
  readonly duplicates: 'refuse' | 'keep_identical'
  /** Absolute paths of the parts, in the order of the extract. */
  readonly parts: readonly string[]
  /** Parquet types of the columns as they landed, by name. */
  readonly columnTypes: ReadonlyMap<string, string>
  readonly rows: number
  /** False: rows of an earlier snapshot that this load does not replace. */
  readonly loaded: boolean
}

/** A check of a contract, whatever place of the contract states it. */
export interface PlannedCheck {
  readonly kind: CheckOutcomeKind
  readonly columns: readonly string[]
  readonly severity: 'reject' | 'warn' | 'refuse'
  readonly expected: string
  /** The bounds, where the contract states it as a table check. */
  readonly bounds: CheckRule | null
}

function severityOf({ severity }: Graded, kind: CheckOutcomeKind): PlannedCheck['severity'] {
  if (severity === 'warn' || severity === 'refuse') return severity
  return kind === 'unique' || kind === 'patient_exists' ? 'reject' : 'refuse'
}

function uniqueCheck(columns: readonly string[], graded: Graded): PlannedCheck {
  const bounds = { kind: 'unique', columns } as const
  const severity = severityOf(graded, 'unique')
  return { kind: 'unique', columns, severity, expected: checkText(bounds), bounds }
}

function columnsOf(check: CheckRule): readonly string[] {
  switch (check.kind) {
    case 'unique':
      return check.columns
    case 'patient_exists':
      return [patientIdColumn]
    case 'row_count_change':
      return []
    case 'coverage':
    case 'null_share':
      return [check.column]
  }
}

/** The checks over the whole table: keys of columns first, then those that name no rows. */
export function plannedChecks(contract: TableContract): PlannedCheck[] {
  const planned: PlannedCheck[] = []
  for (const { name, constraints } of contract.columns) {
    for (const constraint of constraints) {
      if (constraint.kind === 'unique') planned.push(uniqueCheck([name], constraint))
    }
  }
  for (const check of contract.checks) {
    if (check.kind === 'unique') planned.push(uniqueCheck(check.columns, check))
  }
  if (contract.rows === 'one_per_patient') {
    planned.push({
      kind: 'one_row_per_patient',
      columns: [patientIdColumn],
      severity: 'reject',
      expected: ruleDefinitions.one_row_per_patient.expected,
      bounds: null,
    })
  }
  for (const check of contract.checks) {
    if (check.kind === 'unique') continue
    const { kind } = check
    const severity = severityOf(check, kind)
    const columns = columnsOf(check)
    planned.push({ kind, columns, severity, expected: checkText(check), bounds: check })
  }
  return planned
}

export function isKeyCheck({ kind }: PlannedCheck): boolean {
  return kind === 'unique' || kind === 'one_row_per_patient'
}

/** True for a check whose answer is rows. */
export function namesRows(check: PlannedCheck): boolean {
  return isKeyCheck(check) || check.kind === 'patient_exists'
}

/** The column under which refused rows of a check count; null: the record. */
export function ruleColumn({ kind, columns }: PlannedCheck): string | null {
  if (kind === 'patient_exists') return patientIdColumn
  return kind === 'unique' && columns.length === 1 ? (columns[0] ?? null) : null
}

/** Columns of a check that the parts do not have: those of a carried table may be older. */
export function missingColumn(table: CheckedTable, check: PlannedCheck): string | null {
  return check.columns.find((name) => !table.columnTypes.has(name)) ?? null
}

/** The patients table of a table's namespace; undefined where none is in the candidate snapshot. */
export function patientsOf(
  tables: readonly CheckedTable[],
  { contract }: CheckedTable,
): CheckedTable | undefined {
  return tables.find(
    (table) =>
      table.contract.table === 'patients' && table.contract.namespace === contract.namespace,
  )
}

/** Why patient_exists cannot be asked of a table. */
export function noPatientsReason({ contract }: CheckedTable): string {
  return `no ${contract.namespace}/patients table is landed`
}

export const listOf = (parts: readonly string[]): string => `[${parts.map(quoteText).join(', ')}]`

/**
 * The rows of a table with `"its part"` (index into the parts) and `"its row"` (in that part, from 0)
 * beside their columns: names of contract columns have no spaces.
 */
export function scan({ parts, columnTypes }: Pick<CheckedTable, 'parts' | 'columnTypes'>): string {
  // A column of that name hides the engine's own.
  const isHidden = columnTypes.has('file_index')
  const part = isHidden ? `list_position(${listOf(parts)}, filename) - 1` : 'file_index'
  const options = `file_row_number = true${isHidden ? ', filename = true' : ''}`
  return `(SELECT *, (${part})::UINTEGER AS "its part", file_row_number::UINTEGER AS "its row"
    FROM read_parquet(${listOf(parts)}, ${options}))`
}

/** Into how many runs a question is cut that holds so many rows of each. */
export function runsFor(rows: number, rowsOfRun: number): number {
  return Math.max(1, Math.ceil(rows / rowsOfRun))
}

/** Refuses the load where a check names more rows than a run may. */
export function refuseTooMany({ contract }: CheckedTable, count: number): void {
  if (count <= limits.tableRefusalsMax) return
  throw new LandingError(
    'reject_ceiling_breached',
    `${contract.id}: a table check refuses more than ${limits.tableRefusalsMax} rows`,
  )
}
