// Ranges of contracts as intervals of numbers, so that they can be compared whatever way they are
// written: dates as days since 1970-01-01, open ends of whole numbers and dates moved to the next
// value. Only bounds and steps are looked at; where in doubt, the answer is no.
import type { Bound, ColumnConstraint, ColumnType } from './table-contract.ts'

export type RangeConstraint = ColumnConstraint & { kind: 'closed_range' | 'general_range' }

export interface Interval {
  readonly low: number
  readonly high: number
  /** Open ends exist for floats alone. */
  readonly openLow: boolean
  readonly openHigh: boolean
  /** Distance between values from `low`; null: every value of the type. */
  readonly step: number | null
}

const dayMs = 86_400_000

/** Days since 1970-01-01 of an ISO date. */
export const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / dayMs

/** True for a range; dummy steering and other constraints are none. */
export function isRange(constraint: ColumnConstraint): constraint is RangeConstraint {
  return constraint.kind === 'closed_range' || constraint.kind === 'general_range'
}

function boundNumber(bound: Bound | null, none: number): number {
  if (bound === null) return none
  return typeof bound === 'string' ? dayNumber(bound) : bound
}

/** The interval of a range on a column of a type. */
export function intervalOf(type: ColumnType, range: RangeConstraint): Interval {
  const low = boundNumber(range.minimum, Number.NEGATIVE_INFINITY)
  const high = boundNumber(range.maximum, Number.POSITIVE_INFINITY)
  const isWhole = type !== 'float'
  if (range.kind === 'closed_range') {
    const step = isWhole && range.step === 1 ? null : range.step
    return { low, high, openLow: false, openHigh: false, step }
  }
  const { includesMinimum, includesMaximum } = range
  if (!isWhole) {
    return { low, high, openLow: !includesMinimum, openHigh: !includesMaximum, step: null }
  }
  const [fromLow, toHigh] = [includesMinimum ? low : low + 1, includesMaximum ? high : high - 1]
  return { low: fromLow, high: toHigh, openLow: false, openHigh: false, step: null }
}

/** Does every value of `inner` lie in `outer`? */
export function isWithin(inner: Interval, outer: Interval): boolean {
  const lowFits =
    inner.low > outer.low || (inner.low === outer.low && (inner.openLow || !outer.openLow))
  const highFits =
    inner.high < outer.high || (inner.high === outer.high && (inner.openHigh || !outer.openHigh))
  if (!lowFits || !highFits) return false
  if (outer.step === null) return true
  const onStep = (inner.low - outer.low) % outer.step === 0
  return onStep && (inner.low === inner.high || (inner.step ?? 0.5) % outer.step === 0)
}

/** A value that lies in both, of those with a step the first; null where there is none. */
export function commonValue(left: Interval, right: Interval): number | null {
  const stepped = left.step === null ? right : left
  const low = Math.max(left.low, right.low)
  const high = Math.min(left.high, right.high)
  const { step } = stepped
  const first = step === null ? low : stepped.low + Math.ceil((low - stepped.low) / step) * step
  if (first < high) return first
  const isOpen = [left, right].some(
    (one) => (one.low === first && one.openLow) || (one.high === first && one.openHigh),
  )
  return first === high && !isOpen ? first : null
}

/** True where the interval of a date column has the first day of a month in it. */
export function hasFirstOfMonth({ low, high }: Interval): boolean {
  if (high - low >= 31) return true
  const days = Array.from({ length: high - low + 1 }, (_, index) => low + index)
  return days.some((day) => new Date(day * dayMs).getUTCDate() === 1)
}
