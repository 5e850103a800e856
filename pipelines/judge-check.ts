// From what was measured to what came of a check. Pure arithmetic over counts and months.
import { limits } from '../config/limits.ts'
import type { CheckObservation, CheckOutcome } from '../contracts/check-outcome.ts'
import type { CheckRule } from '../contracts/table-contract.ts'
import {
  type CheckedTable,
  missingColumn,
  namesRows,
  noPatientsReason,
  type PlannedCheck,
} from './checked-table.ts'
import type { Measurement } from './measure-table.ts'

/** Rows of a table in the last snapshot that has it; or why there is nothing to compare with. */
export type EarlierRows =
  | { readonly snapshot: number; readonly rows: number; readonly reason: null }
  | { readonly snapshot: null; readonly rows: null; readonly reason: string }

export interface CheckFacts extends Measurement {
  readonly earlier: EarlierRows
  readonly hasPatients: boolean
}

/** `2020-03` as 24242. */
export function monthNumber(month: string): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1
}

/** 24242 as `2020-03`. */
export function monthText(month: number): string {
  const year = String(Math.floor(month / 12)).padStart(4, '0')
  return `${year}-${String((month % 12) + 1).padStart(2, '0')}`
}

/** So many of `rows` as a share permits: 29 of 100 at 0.29, which as a float is less than 29. */
function permitted(share: number, rows: number): number {
  return Number((share * rows).toPrecision(12))
}

function observeMonths(
  months: readonly number[],
  { first, last }: CheckRule & { kind: 'coverage' },
): CheckObservation & { kind: 'months' } {
  const start = monthNumber(first)
  const earliest = months[0]
  const latest = months.at(-1)
  const end = last === null ? Math.max(start, latest ?? start) : monthNumber(last)
  const present = new Set(months)
  const missing: string[] = []
  let count = 0
  for (let month = start; month <= end; month++) {
    if (present.has(month)) continue
    if (count++ < limits.coverageMonthsNamedMax) missing.push(monthText(month))
  }
  return {
    kind: 'months',
    first: earliest === undefined ? null : monthText(earliest),
    last: latest === undefined ? null : monthText(latest),
    missing_count: count,
    missing,
  }
}

type Answer =
  | { readonly observed: CheckObservation; readonly holds: boolean }
  | { readonly reason: string }

function answerChange(
  { rows }: CheckedTable,
  { increase, decrease }: CheckRule & { kind: 'row_count_change' },
  earlier: EarlierRows,
): Answer {
  if (earlier.snapshot === null) return { reason: earlier.reason }
  const { snapshot, rows: before } = earlier
  if (before === 0 && rows > 0 && increase !== null) {
    return { reason: `snapshot ${snapshot} has no rows of it, and of nothing there is no share` }
  }
  const grows = increase === null || rows - before <= permitted(increase, before)
  const shrinks = decrease === null || before - rows <= permitted(decrease, before)
  return { observed: { kind: 'change', rows, snapshot, before }, holds: grows && shrinks }
}

function answerRows(check: PlannedCheck, table: CheckedTable, facts: CheckFacts): Answer {
  if (check.kind === 'patient_exists' && !facts.hasPatients) {
    return { reason: noPatientsReason(table) }
  }
  const rows = facts.failing.get(check)
  if (rows === undefined) throw new Error(`check ${check.kind} was not run`)
  return { observed: { kind: 'rows', rows }, holds: rows === 0 }
}

function answer(check: PlannedCheck, table: CheckedTable, facts: CheckFacts): Answer {
  const missing = missingColumn(table, check)
  if (missing !== null) return { reason: `the table as it was landed has no column ${missing}` }
  const { bounds } = check
  if (namesRows(check) || bounds === null) return answerRows(check, table, facts)
  switch (bounds.kind) {
    case 'row_count_change':
      return answerChange(table, bounds, facts.earlier)
    case 'coverage': {
      const months = facts.months.get(bounds.column)
      if (months === undefined) {
        return { reason: `${bounds.column} of the table as it was landed is no date` }
      }
      const observed = observeMonths(months, bounds)
      return { observed, holds: observed.missing_count === 0 }
    }
    case 'null_share': {
      const nulls = facts.nulls.get(bounds.column) ?? 0
      const { rows } = table
      return {
        observed: { kind: 'nulls', nulls, rows },
        holds: nulls <= permitted(bounds.max, rows),
      }
    }
    default:
      throw new Error(`check ${bounds.kind} names rows`)
  }
}

const verdicts = { reject: 'rejected', warn: 'warned', refuse: 'refused' } as const

/** What came of one check of a table. */
export function judgeCheck(
  check: PlannedCheck,
  table: CheckedTable,
  facts: CheckFacts,
): CheckOutcome {
  const { kind, columns, expected, severity } = check
  const told = { kind, columns, expected }
  const found = answer(check, table, facts)
  if ('reason' in found) {
    return { ...told, outcome: 'not_run', observed: null, reason: found.reason }
  }
  const outcome = found.holds ? 'passed' : verdicts[severity]
  return { ...told, outcome, observed: found.observed, reason: null }
}
