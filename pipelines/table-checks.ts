// The questions whose answer is rows, asked of the candidate snapshot with DuckDB, which spills to disk:
// keys, one row per patient, patients that exist. The answer names rows as (part file, row in it); the
// caller lands the batches of those rows again with the rows refused.
import type { Cascade } from '../contracts/check-outcome.ts'
import { ruleDefinitions } from '../contracts/rules.ts'
import {
  type CheckedTable,
  isKeyCheck,
  missingColumn,
  namesRows,
  type PlannedCheck,
  patientsOf,
  type RefusedRow,
  type SqlRunner,
} from './checked-table.ts'
import { duplicatedRows } from './duplicated-rows.ts'
import { orphanRows } from './orphan-rows.ts'
import type { RefusedRecords } from './refused-patients.ts'

export interface RefusedRows {
  /** Once each, under the first failing rule; in the order of tables, parts and rows. */
  readonly refused: readonly RefusedRow[]
  /** Rows that fail each check, copies that are dropped left out. */
  readonly failing: ReadonlyMap<PlannedCheck, number>
  readonly cascades: readonly Cascade[]
  readonly notices: readonly { readonly table: string; readonly notice: string }[]
}

/** True where a check of the table may refuse rows. */
export function mayRefuseRows({ checks }: CheckedTable): boolean {
  return checks.some((check) => namesRows(check) && check.severity !== 'warn')
}

/**
 * Runs every check that refuses rows, of every table. `readRecords` gives the refused rows of a patients
 * table, to be read again where rows elsewhere have lost their patient.
 */
export async function findRefusedRows(
  sql: SqlRunner,
  tables: readonly CheckedTable[],
  readRecords: (patients: CheckedTable) => Promise<RefusedRecords>,
): Promise<RefusedRows> {
  const refused = new Map<string, RefusedRow>()
  const failing = new Map<PlannedCheck, number>()
  for (const table of tables) {
    for (const check of table.checks) {
      if (!isKeyCheck(check) || check.severity === 'warn') continue
      if (missingColumn(table, check) !== null) continue
      const rows = await duplicatedRows(sql, table, check)
      failing.set(check, rows.filter(({ rule }) => rule !== 'identical_duplicate').length)
      addFirst(refused, rows)
    }
  }
  const cascades: Cascade[] = []
  const notices: { table: string; notice: string }[] = []
  for (const [patients, children] of childrenByPatients(tables)) {
    const gone = [...refused.values()]
    const asked = children.map(({ table }) => table)
    const orphans = await orphanRows(sql, patients, asked, gone, readRecords)
    addFirst(refused, orphans.rows)
    if (orphans.cascade !== null) cascades.push(orphans.cascade)
    const counts = new Map<string, number>()
    for (const { table } of orphans.rows) counts.set(table, (counts.get(table) ?? 0) + 1)
    for (const { table, check } of children) {
      const count = counts.get(table.contract.id) ?? 0
      failing.set(check, count)
      const { notice } = orphans
      if (notice !== null && count > 0) notices.push({ table: table.contract.id, notice })
    }
  }
  return { refused: inOrder(refused), failing, cascades, notices }
}

interface Child {
  readonly table: CheckedTable
  readonly check: PlannedCheck
}

/** The tables whose rows are refused without a patient, by the patients table that they ask. */
function childrenByPatients(tables: readonly CheckedTable[]): Map<CheckedTable, Child[]> {
  const byPatients = new Map<CheckedTable, Child[]>()
  for (const table of tables) {
    const patients = patientsOf(tables, table)
    const check = table.checks.find(
      ({ kind, severity }) => kind === 'patient_exists' && severity !== 'warn',
    )
    if (patients === undefined || check === undefined) continue
    byPatients.set(patients, [...(byPatients.get(patients) ?? []), { table, check }])
  }
  return byPatients
}

function inOrder(refused: ReadonlyMap<string, RefusedRow>): RefusedRow[] {
  return [...refused.values()].sort(
    (a, b) => a.table.localeCompare(b.table) || a.part - b.part || a.row - b.row,
  )
}

function addFirst(refused: Map<string, RefusedRow>, rows: readonly RefusedRow[]): void {
  for (const row of rows) {
    const key = `${row.table}\u0000${row.part}\u0000${row.row}`
    const other = refused.get(key)
    if (
      other === undefined ||
      ruleDefinitions[row.rule].number < ruleDefinitions[other.rule].number
    ) {
      refused.set(key, row)
    }
  }
}
