// What a contract asks of the values of a column, as plain questions about a made value. Written
// from the contract alone and sharing nothing with the checks of a load: the answer key of dummy
// extracts rests on it.
import type { RuleName } from '../rules.ts'
import type {
  Bound,
  ColumnConstraint,
  ColumnType,
  ConstraintRule,
  ContractColumn,
  DummyConstraint,
  Severity,
  TableContract,
} from '../table-contract.ts'
import { calendarDay, daysOfText } from './calendar-days.ts'
import { hasVerhoeff, withModulus11 } from './check-digits.ts'
import { latestDay } from './dummy-person.ts'

/** A made value: a date as days since 1970-01-01, int and float as numbers, all else as text. */
export type DummyValue = string | number | null

/** The values of a row, patient_id first, then in contract order. */
export type DummyRow = readonly DummyValue[]

export interface Truth {
  readonly rule: RuleName
  readonly severity: Severity
  readonly constraint: ColumnConstraint
  holds(value: DummyValue, row: DummyRow): boolean
}

/** A bound as a number of the column: of a date, its days. */
export function boundNumber(bound: Bound): number {
  return typeof bound === 'string' ? daysOfText(bound) : bound
}

export interface Interval {
  readonly low: number
  readonly high: number
  readonly includesLow: boolean
  readonly includesHigh: boolean
}

/** The interval of a range, open where it says nothing. */
export function intervalOf(
  range: Extract<ConstraintRule, { kind: 'closed_range' | 'general_range' }>,
): Interval {
  const isClosed = range.kind === 'closed_range'
  return {
    low: range.minimum === null ? Number.NEGATIVE_INFINITY : boundNumber(range.minimum),
    high: range.maximum === null ? Number.POSITIVE_INFINITY : boundNumber(range.maximum),
    includesLow: isClosed || range.includesMinimum,
    includesHigh: isClosed || range.includesMaximum,
  }
}

function isWithin(value: number, { low, high, includesLow, includesHigh }: Interval): boolean {
  return (
    (value > low || (value === low && includesLow)) &&
    (value < high || (value === high && includesHigh))
  )
}

function isOnStep(value: number, low: number, step: number): boolean {
  const steps = (value - low) / step
  return Math.abs(steps - Math.round(steps)) < 1e-9
}

/** Index of a column in a row: patient_id is 0. */
export const placeOf = (contract: TableContract, name: string): number =>
  1 + contract.columns.findIndex((column) => column.name === name)

/** The constraints of a column, with the check digit that the type of NHS numbers brings along. */
export function constraintsOf({ type, constraints }: ContractColumn): readonly ColumnConstraint[] {
  return type === 'nhs_number' ? [{ kind: 'check_digit' }, ...constraints] : constraints
}

type Question = (value: Exclude<DummyValue, null>, row: DummyRow) => boolean

function question(
  constraint: ConstraintRule | DummyConstraint,
  contract: TableContract,
  type: ColumnType,
): Question | null {
  switch (constraint.kind) {
    case 'not_null':
    case 'unique':
      return null
    case 'check_digit':
      return (value) => {
        const code = String(value)
        return type === 'nhs_number' ? withModulus11(code) === code : hasVerhoeff(code)
      }
    case 'no_future_dates':
      return (value) => Number(value) <= latestDay
    case 'categorical': {
      const values = new Set(constraint.values)
      return (value) => values.has(value)
    }
    case 'first_of_month':
      return (value) => calendarDay(Number(value)).day === 1
    case 'regex': {
      const expression = new RegExp(`^(?:${constraint.pattern})$`, 'u')
      return (value) => expression.test(String(value))
    }
    case 'closed_range': {
      const interval = intervalOf(constraint)
      const { step } = constraint
      return (value) =>
        isWithin(Number(value), interval) && isOnStep(Number(value), interval.low, step)
    }
    case 'general_range': {
      const interval = intervalOf(constraint)
      return (value) => isWithin(Number(value), interval)
    }
    case 'date_after': {
      const places = constraint.columns.map((name) => placeOf(contract, name))
      return (value, row) =>
        places.every((place) => {
          const other = row[place] ?? null
          return other === null || Number(value) >= Number(other)
        })
    }
  }
}

/** The questions of one column, in contract order; what takes more than a row is none of them. */
export function truthsOf(column: ContractColumn, contract: TableContract): Truth[] {
  const truths: Truth[] = []
  for (const constraint of constraintsOf(column)) {
    const severity = constraint.severity ?? 'reject'
    if (constraint.kind === 'not_null') {
      truths.push({ rule: 'not_null', severity, constraint, holds: (value) => value !== null })
      continue
    }
    const ask = question(constraint, contract, column.type)
    if (ask === null) continue
    const holds = (value: DummyValue, row: DummyRow) => value === null || ask(value, row)
    truths.push({ rule: constraint.kind, severity, constraint, holds })
  }
  return truths
}
