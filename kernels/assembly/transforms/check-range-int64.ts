// Ranges of 64-bit integers. Bounds are whole and within 2^53 or infinite, so that a value rounded
// to a double stays on its side of them.
import { recordFailure } from './record-failure'

/**
 * Records a rule for every value outside [minimum, maximum] or off the steps from minimum, all of
 * which are whole; step 0: every value between is permitted.
 */
export function checkRangeInt64(
  values: usize,
  states: usize,
  rowCount: i32,
  minimum: f64,
  maximum: f64,
  step: f64,
  column: i32,
  rule: i32,
  recorder: usize,
): void {
  const wholeStep = <i64>step
  for (let row = 0; row < rowCount; row++) {
    const value = load<i64>(values + ((<usize>row) << 3))
    const double = <f64>value
    const isOutside = i32(!(double >= minimum)) | i32(!(double <= maximum))
    if ((isOutside & i32(load<u8>(states + row) === 0)) === 0) {
      if (wholeStep === 0 || load<u8>(states + row) !== 0) continue
      if ((value - <i64>minimum) % wholeStep === 0) continue
    }
    recordFailure(recorder, row, column, rule, 1 << rule)
  }
}
