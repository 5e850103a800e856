// The constraints of a column of numbers or dates as a list of kernel calls, in contract order.
// Text columns are checked once per distinct text instead; date_after waits until all columns are
// parsed.
import { ruleDefinitions } from '../../contracts/rules.ts'
import type { Failures } from '../failures.ts'
import { checkCategoriesInt64Kernel } from '../kernels/check-categories-int64.ts'
import { checkFirstOfMonthDateKernel } from '../kernels/check-first-of-month-date.ts'
import { checkNotNullKernel } from '../kernels/check-not-null.ts'
import { checkRangeDateKernel } from '../kernels/check-range-date.ts'
import { checkRangeFloat64Kernel } from '../kernels/check-range-float64.ts'
import { checkRangeInt64Kernel } from '../kernels/check-range-int64.ts'
import { countLaterDatesKernel } from '../kernels/count-later-dates.ts'
import { nullMarkedKernel } from '../kernels/null-marked.ts'
import type { Marks } from '../marks.ts'
import { ruleNumberOf } from '../planned-rule.ts'
import type { ColumnPlan, ColumnStorage, PlannedConstraint } from '../table-plan.ts'
import { nextDouble } from '../values/next-double.ts'
import type { ColumnBuffers } from './column.ts'

export type ColumnCheck = (
  buffers: ColumnBuffers,
  states: Uint8Array,
  rowCount: number,
  failures: Failures,
) => void

/** A range with both ends included: whole numbers for int and date, doubles for float. */
interface Range {
  readonly minimum: number
  readonly maximum: number
  /** 0: none. */
  readonly step: number
}

function rangeOf(constraint: PlannedConstraint, storage: ColumnStorage): Range {
  if (constraint.kind === 'closed_range') return constraint
  if (constraint.kind === 'no_future_dates') {
    return { minimum: Number.NEGATIVE_INFINITY, maximum: constraint.day, step: 0 }
  }
  if (constraint.kind !== 'general_range') throw new Error(`${constraint.kind} is no range`)
  let { minimum, maximum } = constraint
  if (storage === 'double') {
    if (!constraint.includesMinimum) minimum = nextDouble(minimum)
    if (!constraint.includesMaximum) maximum = -nextDouble(-maximum)
  } else {
    minimum = constraint.includesMinimum ? Math.ceil(minimum) : Math.floor(minimum) + 1
    maximum = constraint.includesMaximum ? Math.floor(maximum) : Math.ceil(maximum) - 1
  }
  return { minimum, maximum, step: 0 }
}

const rangeKernel = {
  int64: checkRangeInt64Kernel,
  date: checkRangeDateKernel,
} as const

function rangeCheck(
  constraint: PlannedConstraint,
  storage: ColumnStorage,
  column: number,
): ColumnCheck {
  const { minimum, maximum, step } = rangeOf(constraint, storage)
  const rule = ruleNumberOf(constraint)
  if (storage === 'double') {
    return (buffers, states, rowCount, failures) => {
      const { masks, firstColumns, firstRules } = failures
      failures.failedCount += checkRangeFloat64Kernel(
        buffers.doubles,
        states,
        rowCount,
        minimum,
        maximum,
        step,
        column,
        rule,
        masks,
        firstColumns,
        firstRules,
      )
    }
  }
  const kernel = rangeKernel[storage === 'int64' ? 'int64' : 'date']
  return (buffers, states, rowCount, failures) => {
    const { masks, firstColumns, firstRules } = failures
    failures.failedCount += kernel(
      buffers.words,
      states,
      rowCount,
      minimum,
      maximum,
      step,
      column,
      rule,
      masks,
      firstColumns,
      firstRules,
    )
  }
}

function checkOf(
  constraint: PlannedConstraint,
  storage: ColumnStorage,
  column: number,
): ColumnCheck | null {
  switch (constraint.kind) {
    case 'not_null':
      return (_buffers, states, rowCount, failures) => {
        const { masks, firstColumns, firstRules } = failures
        const rule = ruleDefinitions.not_null.number
        failures.failedCount += checkNotNullKernel(
          states,
          rowCount,
          column,
          rule,
          masks,
          firstColumns,
          firstRules,
        )
      }
    case 'categorical_int': {
      const categories = Float64Array.from(constraint.values).sort()
      return (buffers, states, rowCount, failures) => {
        const { masks, firstColumns, firstRules } = failures
        const rule = ruleDefinitions.categorical.number
        failures.failedCount += checkCategoriesInt64Kernel(
          buffers.words,
          states,
          rowCount,
          categories,
          column,
          rule,
          masks,
          firstColumns,
          firstRules,
        )
      }
    }
    case 'first_of_month':
      return (buffers, states, rowCount, failures) => {
        const { masks, firstColumns, firstRules } = failures
        const rule = ruleDefinitions.first_of_month.number
        failures.failedCount += checkFirstOfMonthDateKernel(
          buffers.words,
          states,
          rowCount,
          column,
          rule,
          masks,
          firstColumns,
          firstRules,
        )
      }
    case 'no_future_dates':
    case 'closed_range':
    case 'general_range':
      return rangeCheck(constraint, storage, column)
    default:
      return null
  }
}

/** The same check under its severity: which rows fail is found alike, what follows is not. */
function gradedCheck(check: ColumnCheck, constraint: PlannedConstraint, marks: Marks): ColumnCheck {
  const { severity } = constraint
  if (severity === 'reject') return check
  const recorder = marks[severity]
  if (severity === 'warn') {
    return (buffers, states, rowCount) => check(buffers, states, rowCount, recorder)
  }
  if (severity === 'refuse') {
    return (buffers, states, rowCount, failures) => {
      check(buffers, states, rowCount, failures)
      check(buffers, states, rowCount, recorder)
    }
  }
  const rule = ruleNumberOf(constraint)
  return (buffers, states, rowCount) => {
    const before = recorder.failedCount
    check(buffers, states, rowCount, recorder)
    // A value becomes null once: every row found now is found for the first time.
    if (recorder.failedCount > before) nullMarkedKernel(recorder.masks, rule, rowCount, states)
  }
}

/** Counts into the failures of the batch what the day of the load decides. */
function futureCheck(plan: ColumnPlan): ColumnCheck | null {
  const constraint = plan.constraints.find(({ kind }) => kind === 'no_future_dates')
  if (constraint?.kind !== 'no_future_dates') return null
  return (buffers, states, rowCount, failures) => {
    failures.futureCount += countLaterDatesKernel(buffers.words, states, rowCount, constraint.day)
  }
}

/**
 * The checks of a column that is not text, `column` being its index in the plan. They leave values
 * that a constraint of severity null takes away with the state of a null.
 */
export function openColumnChecks(
  plan: ColumnPlan,
  column: number,
  marks: Marks | null,
): readonly ColumnCheck[] {
  const future = futureCheck(plan)
  const checks: ColumnCheck[] = future === null ? [] : [future]
  for (const constraint of plan.constraints) {
    const check = checkOf(constraint, plan.storage, column)
    if (check === null) continue
    checks.push(marks === null ? check : gradedCheck(check, constraint, marks))
  }
  return checks
}
