// All that a proposed contract asks of the rows of a published table, as SQL conditions; and what
// of it cannot be asked of what was published. What the contract of before asked in the same words
// is left out: the rows are there because they met it, or because that was settled then.
import type { ManifestColumn } from '../../contracts/snapshot-manifest.ts'
import {
  type ColumnConstraint,
  type ContractColumn,
  patientIdColumn,
  type Severity,
  type TableCheck,
  type TableContract,
} from '../../contracts/table-contract.ts'
import { quoteIdentifier } from '../../lake/open-duckdb.ts'
import { absentSql, constraintSql, convertSql } from './constraint-sql.ts'

/** A demand on single rows. */
export interface RowCondition {
  readonly column: string
  readonly rule: string
  readonly severity: Severity
  /** True for rows that fail, over the names of the contract's columns. */
  readonly sql: string
}

/** A key that no two rows may share. */
export interface KeyCondition {
  readonly column: string | null
  readonly rule: 'unique' | 'one_row_per_patient'
  readonly severity: Severity
  readonly columns: readonly string[]
}

export interface NotEvaluated {
  readonly column: string | null
  readonly rule: string
  readonly reason: string
}

export interface TableConditions {
  /** What the rows are, for SELECT: each column as the proposed contract has it. */
  readonly select: readonly string[]
  readonly rows: readonly RowCondition[]
  readonly keys: readonly KeyCondition[]
  /** patient_exists, row_count_change, coverage and null_share, as far as they are new. */
  readonly checks: readonly TableCheck[]
  readonly notEvaluated: readonly NotEvaluated[]
}

export interface PublishedTable {
  readonly columns: readonly ManifestColumn[]
  /** The contract that the table was checked against; null where it was not kept. */
  readonly before: TableContract | null
  /** ISO date of the day of the load; null where it is not known. */
  readonly today: string | null
}

const equal = (left: unknown, right: unknown): boolean =>
  JSON.stringify(left) === JSON.stringify(right)

/** A constraint that the column had before, on the same type, in the same words. */
function isUnchanged(
  before: TableContract | null,
  column: ContractColumn,
  constraint: ColumnConstraint,
): boolean {
  const other = before?.columns.find(({ name }) => name === column.name)
  if (other?.type !== column.type) return false
  return other.constraints.some((one) => equal(one, constraint))
}

interface Draft {
  readonly select: string[]
  readonly rows: RowCondition[]
  readonly notEvaluated: NotEvaluated[]
}

function addColumn(draft: Draft, column: ContractColumn, table: PublishedTable): void {
  const { name, type, constraints } = column
  const published = table.columns.find((one) => one.name === name)
  const conversion =
    published === undefined
      ? { value: absentSql(type), fails: null }
      : convertSql(name, published.type, type)
  const own = constraints.filter(
    (one) => one.kind !== 'unique' && !isUnchanged(table.before, column, one),
  )
  if (conversion === null) {
    const reason = `it was published as ${published?.type}, and is now to be ${type}`
    for (const rule of ['type', ...own.map(({ kind }) => kind)]) {
      draft.notEvaluated.push({ column: name, rule, reason })
    }
    draft.select.push(`${absentSql(type)} AS ${quoteIdentifier(name)}`)
    return
  }
  draft.select.push(`${conversion.value} AS ${quoteIdentifier(name)}`)
  if (conversion.fails !== null) {
    // A name with a space is no name of a column.
    const flag = quoteIdentifier(`no ${type} ${name}`)
    draft.select.push(`${conversion.fails} AS ${flag}`)
    draft.rows.push({ column: name, rule: 'type', severity: 'reject', sql: flag })
  }
  for (const constraint of own) {
    const { kind: rule, severity = 'reject' } = constraint
    const value = quoteIdentifier(name)
    const condition = constraintSql(constraint, { type, value, today: table.today })
    if ('sql' in condition) draft.rows.push({ column: name, rule, severity, sql: condition.sql })
    else draft.notEvaluated.push({ column: name, rule, reason: condition.cannot })
  }
}

function keysOf(contract: TableContract, before: TableContract | null): KeyCondition[] {
  const keys: KeyCondition[] = []
  for (const column of contract.columns) {
    for (const constraint of column.constraints) {
      if (constraint.kind !== 'unique' || isUnchanged(before, column, constraint)) continue
      const { severity = 'reject' } = constraint
      keys.push({ column: column.name, rule: 'unique', severity, columns: [column.name] })
    }
  }
  for (const check of contract.checks) {
    if (check.kind !== 'unique' || before?.checks.some((one) => equal(one, check))) continue
    const { columns, severity = 'reject' } = check
    const column = columns.length === 1 ? (columns[0] ?? null) : null
    keys.push({ column, rule: 'unique', severity, columns })
  }
  if (contract.rows === 'one_per_patient' && before?.rows !== 'one_per_patient') {
    const columns = [patientIdColumn]
    keys.push({ column: null, rule: 'one_row_per_patient', severity: 'reject', columns })
  }
  return keys
}

/** What a proposed contract newly asks of a published table. */
export function tableConditions(contract: TableContract, table: PublishedTable): TableConditions {
  const id = quoteIdentifier(patientIdColumn)
  const draft: Draft = { select: [id], rows: [], notEvaluated: [] }
  for (const column of contract.columns) addColumn(draft, column, table)
  const checks = contract.checks.filter(
    (check) =>
      check.kind !== 'unique' && !table.before?.checks.some((other) => equal(other, check)),
  )
  return { ...draft, keys: keysOf(contract, table.before), checks }
}
