// The constraints of a column of numbers or dates as a list of kernel calls, in contract order.
// Text columns are checked once per distinct text instead; date_after waits until all columns are
// parsed.
import { ruleDefinitions } from '../../contracts/rules.ts'
import { type ArenaOwner, addressOf } from '../../kernels/arena.ts'
import { kernels } from '../../kernels/kernels.ts'
import { type Failures, failedCountOf } from '../failures.ts'
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

/** Whole numbers of 32 bits, past which no date and no distance of dates lies. */
const dateMax = 2 ** 31 - 1
/** Past which no bound of an integer lies. */
const wholeMax = 2 ** 53

const clamp = (value: number, limit: number): number => Math.max(-limit, Math.min(value, limit))

function rangeCheck(
  constraint: PlannedConstraint,
  storage: ColumnStorage,
  column: number,
): ColumnCheck {
  const rule = ruleNumberOf(constraint)
  const { minimum, maximum, step } = rangeOf(constraint, storage)
  if (storage === 'date') {
    const bounds = [minimum, maximum, step].map((bound) => clamp(bound, dateMax))
    const [first = 0, last = 0, days = 0] = bounds
    return ({ words }, states, rowCount, { recorder }) => {
      const places = [addressOf(words), addressOf(states)] as const
      kernels.checkRangeDate(
        ...places,
        rowCount,
        first,
        last,
        days,
        column,
        rule,
        addressOf(recorder),
      )
    }
  }
  const isDouble = storage === 'double'
  const kernel = isDouble ? kernels.checkRangeFloat64 : kernels.checkRangeInt64
  const distance = isDouble ? step : clamp(step, wholeMax)
  return ({ words }, states, rowCount, { recorder }) => {
    const places = [addressOf(words), addressOf(states)] as const
    kernel(...places, rowCount, minimum, maximum, distance, column, rule, addressOf(recorder))
  }
}

function categoriesCheck(
  owner: ArenaOwner,
  values: readonly number[],
  column: number,
): ColumnCheck {
  const categories = owner.float64(values.length)
  categories.set(Float64Array.from(values).sort())
  const rule = ruleDefinitions.categorical.number
  return ({ words }, states, rowCount, { recorder }) =>
    kernels.checkCategoriesInt64(
      addressOf(words),
      addressOf(states),
      rowCount,
      addressOf(categories),
      categories.length,
      column,
      rule,
      addressOf(recorder),
    )
}

function checkOf(
  owner: ArenaOwner,
  constraint: PlannedConstraint,
  storage: ColumnStorage,
  column: number,
): ColumnCheck | null {
  const rule = ruleNumberOf(constraint)
  switch (constraint.kind) {
    case 'not_null':
      return (_buffers, states, rowCount, { recorder }) =>
        kernels.checkNotNull(addressOf(states), rowCount, column, rule, addressOf(recorder))
    case 'categorical_int':
      return categoriesCheck(owner, constraint.values, column)
    case 'first_of_month':
      return ({ words }, states, rowCount, { recorder }) => {
        const places = [addressOf(words), addressOf(states)] as const
        kernels.checkFirstOfMonth(...places, rowCount, column, rule, addressOf(recorder))
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
    const before = failedCountOf(recorder)
    check(buffers, states, rowCount, recorder)
    // A value becomes null once: every row found now is found for the first time.
    if (failedCountOf(recorder) === before) return
    kernels.nullMarked(addressOf(recorder.masks), rule, rowCount, addressOf(states))
  }
}

/** Counts into the failures of the batch what the day of the load decides. */
function futureCheck(plan: ColumnPlan): ColumnCheck | null {
  const constraint = plan.constraints.find(({ kind }) => kind === 'no_future_dates')
  if (constraint?.kind !== 'no_future_dates') return null
  return (buffers, states, rowCount, failures) => {
    const places = [addressOf(buffers.words), addressOf(states)] as const
    failures.futureCount += kernels.countLaterDates(...places, rowCount, constraint.day)
  }
}

/**
 * The checks of a column that is not text, `column` being its index in the plan. They leave values
 * that a constraint of severity null takes away with the state of a null.
 */
export function openColumnChecks(
  owner: ArenaOwner,
  plan: ColumnPlan,
  column: number,
  marks: Marks | null,
): readonly ColumnCheck[] {
  const future = futureCheck(plan)
  const checks: ColumnCheck[] = future === null ? [] : [future]
  for (const constraint of plan.constraints) {
    const check = checkOf(owner, constraint, plan.storage, column)
    if (check === null) continue
    checks.push(marks === null ? check : gradedCheck(check, constraint, marks))
  }
  return checks
}
