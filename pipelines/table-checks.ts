// The questions whose answer is rows, asked of the candidate snapshot with DuckDB, which spills to disk:
// keys, one row per patient, patients that exist. The answer names rows as (part file, row in it); the
// caller lands the batches of those rows again with the rows refused.
import type { Cascade } from '../contracts/check-outcome.ts'
import type { CheckClock } from './check-clock.ts'
import {
  type CheckedTable,
  isKeyCheck,
  missingColumn,
  namesRows,
  type PlannedCheck,
  patientsOf,
  refuseTooMany,
  type SqlRunner,
} from './checked-table.ts'
import { nameDuplicatedRows } from './duplicated-rows.ts'
import { type NamedRows, openNamedRows } from './named-rows.ts'
import { nameOrphanRows } from './orphan-rows.ts'
import type { RefusedRecords } from './refused-patients.ts'

export interface RefusedRows {
  /** By table: its rows that are refused, each once. */
  readonly refused: ReadonlyMap<string, NamedRows>
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
  clock: CheckClock,
): Promise<RefusedRows> {
  const refused = new Map(
    tables.map(({ contract, parts }) => [contract.id, openNamedRows(parts.length)]),
  )
  const namedOf = ({ contract }: CheckedTable): NamedRows => {
    const named = refused.get(contract.id)
    if (named === undefined) throw new Error('every table can have rows named')
    return named
  }
  const refuseTooManyInAll = (table: CheckedTable): void => {
    let total = 0
    for (const named of refused.values()) total += named.count()
    refuseTooMany(table, total)
  }
  const failing = new Map<PlannedCheck, number>()
  for (const table of tables) {
    for (const [index, check] of table.checks.entries()) {
      if (!isKeyCheck(check) || check.severity === 'warn') continue
      if (missingColumn(table, check) !== null) continue
      const count = await clock.time(table, () =>
        nameDuplicatedRows(sql, table, check, index, namedOf(table)),
      )
      failing.set(check, count)
      refuseTooManyInAll(table)
    }
  }
  const cascades: Cascade[] = []
  const notices: { table: string; notice: string }[] = []
  for (const [patients, children] of childrenByPatients(tables)) {
    const asked = children.map(({ table, index }) => ({ table, index, named: namedOf(table) }))
    const own = { table: patients, named: namedOf(patients) }
    const orphans = await nameOrphanRows(sql, own, asked, readRecords, clock)
    if (orphans.cascade !== null) cascades.push(orphans.cascade)
    for (const { table, check } of children) {
      const count = orphans.counts.get(table.contract.id) ?? 0
      failing.set(check, count)
      const { notice } = orphans
      if (notice !== null && count > 0) notices.push({ table: table.contract.id, notice })
      refuseTooManyInAll(table)
    }
  }
  return { refused, failing, cascades, notices }
}

interface Child {
  readonly table: CheckedTable
  readonly check: PlannedCheck
  /** Place of the check among those of the table. */
  readonly index: number
}

/** The tables whose rows are refused without a patient, by the patients table that they ask. */
function childrenByPatients(tables: readonly CheckedTable[]): Map<CheckedTable, Child[]> {
  const byPatients = new Map<CheckedTable, Child[]>()
  for (const table of tables) {
    const patients = patientsOf(tables, table)
    const index = table.checks.findIndex(
      ({ kind, severity }) => kind === 'patient_exists' && severity !== 'warn',
    )
    const check = table.checks[index]
    if (patients === undefined || check === undefined) continue
    byPatients.set(patients, [...(byPatients.get(patients) ?? []), { table, check, index }])
  }
  return byPatients
}
