// Ranges of dates as days, four rows at a look; a step is a number of days.
import { recordFailure } from './record-failure'

/**
 * Records a rule for every value outside [minimum, maximum] or off the steps from minimum; step 0:
 * every value between is permitted.
 */
export function checkRangeDate(
  days: usize,
  states: usize,
  rowCount: i32,
  minimum: i32,
  maximum: i32,
  step: i32,
  column: i32,
  rule: i32,
  recorder: usize,
): void {
  for (let first = 0; first < rowCount; first += 4) {
    const four = v128.load(days + ((<usize>first) << 2))
    const outside = v128.or(
      i32x4.lt_s(four, i32x4.splat(minimum)),
      i32x4.gt_s(four, i32x4.splat(maximum)),
    )
    if (step === 0 && !v128.any_true(outside)) continue
    const end = min(first + 4, rowCount)
    for (let row = first; row < end; row++) {
      if (load<u8>(states + row) !== 0) continue
      const value = load<i32>(days + ((<usize>row) << 2))
      if (value >= minimum && value <= maximum) {
        if (step === 0 || (value - minimum) % step === 0) continue
      }
      recordFailure(recorder, row, column, rule, 1 << rule)
    }
  }
}
