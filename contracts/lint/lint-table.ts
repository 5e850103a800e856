// What contradicts itself across columns: dates that wait for one another, checks that other checks
// or constraints make empty.
import type { Complain } from '../load-contract.ts'
import {
  type ContractColumn,
  patientIdColumn,
  type TableCheck,
  type TableContract,
} from '../table-contract.ts'
import { dayNumber, type Interval, intervalOf, isRange } from '../value-interval.ts'
import type { YamlPath } from '../yaml-document.ts'

const afterOf = ({ constraints }: ContractColumn): readonly string[] =>
  constraints.flatMap((one) => (one.kind === 'date_after' ? one.columns : []))

/** The columns from one back to itself along date_after; null where there is no way back. */
function cycleFrom(start: string, contract: TableContract): string[] | null {
  const seen = new Set<string>()
  const walk = (name: string, way: readonly string[]): string[] | null => {
    const column = contract.columns.find((one) => one.name === name)
    for (const next of column === undefined ? [] : afterOf(column)) {
      if (next === start) return [...way, next]
      if (seen.has(next)) continue
      seen.add(next)
      const found = walk(next, [...way, next])
      if (found !== null) return found
    }
    return null
  }
  return walk(start, [start])
}

function rangesOf(column: ContractColumn): Interval[] {
  return column.constraints.filter(isRange).map((range) => intervalOf(column.type, range))
}

/** Dates of one column: cycles, told once for all columns of the cycle, and orders never met. */
export function lintDateAfter(
  contract: TableContract,
  column: ContractColumn,
  path: YamlPath,
  complain: Complain,
): void {
  const cycle = cycleFrom(column.name, contract)
  if (cycle !== null && [...cycle].sort()[0] === column.name) {
    complain(path, `date_after goes in a circle: ${cycle.join(' after ')}`, {
      expected: 'an order; in a circle only equal dates pass',
    })
  }
  const high = Math.min(...rangesOf(column).map((one) => one.high))
  for (const name of afterOf(column)) {
    const other = contract.columns.find((one) => one.name === name)
    const low = Math.max(...(other === undefined ? [] : rangesOf(other)).map((one) => one.low))
    if (high >= low) continue
    complain(path, `${column.name} ends before ${name} begins, by their ranges`, {
      expected: 'ranges in which one can be after the other',
    })
  }
}

const subset = (left: readonly string[], right: readonly string[]): boolean =>
  left.every((column) => right.includes(column))

function lintUnique(
  contract: TableContract,
  check: TableCheck & { kind: 'unique' },
  path: YamlPath,
  complain: Complain,
): void {
  const own = check.columns
  const key = contract.columns.find(
    ({ name, constraints }) => own.includes(name) && constraints.some((c) => c.kind === 'unique'),
  )
  const smaller = contract.checks.find(
    (other) => other !== check && other.kind === 'unique' && subset(other.columns, own),
  )
  const isOnce = contract.rows === 'one_per_patient' && own.includes(patientIdColumn)
  const why = isOnce
    ? 'one row for each patient'
    : key !== undefined
      ? `unique of ${key.name}`
      : smaller?.kind === 'unique'
        ? `unique of ${smaller.columns.join(', ')}`
        : null
  if (why === null) return
  complain(path, `unique of ${own.join(', ')} follows from ${why}`, { expected: 'one of the two' })
}

/** First and last day of the months of a coverage, as day numbers. */
function monthsOf(check: TableCheck & { kind: 'coverage' }): { first: number; last: number } {
  const [year = 0, month = 0] = check.first.split('-').map(Number)
  const next = month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`
  const last = check.last === null ? Number.NEGATIVE_INFINITY : dayNumber(`${check.last}-01`)
  return { first: dayNumber(`${next.padStart(7, '0')}-01`) - 1, last }
}

/** Tells what makes one check of a table empty, or never met. */
export function lintCheck(
  contract: TableContract,
  check: TableCheck,
  path: YamlPath,
  complain: Complain,
): void {
  if (check.kind === 'unique') lintUnique(contract, check, path, complain)
  if (!('column' in check)) return
  const column = contract.columns.find(({ name }) => name === check.column)
  if (column === undefined) return
  if (check.kind === 'null_share') {
    const isNeverNull = column.constraints.some(
      ({ kind, severity }) => kind === 'not_null' && severity !== 'warn',
    )
    if (isNeverNull) {
      const what = `null_share of ${column.name}, which is never null`
      complain(path, what, { expected: 'one of the two' })
    }
    return
  }
  const { first, last } = monthsOf(check)
  if (rangesOf(column).some(({ low, high }) => first < low || last > high)) {
    complain(path, `coverage of months in which ${column.name} can have no date, by its range`, {
      expected: 'months within the range',
    })
  }
}
