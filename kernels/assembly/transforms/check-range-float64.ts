// Ranges of doubles. A bound that is not included was moved to the next double when the plan was
// opened.
import { recordFailure } from './record-failure'

/** A step such as 0.1 is itself rounded: seven of them are not the double nearest 0.7. */
function isOnStep(value: f64, minimum: f64, step: f64): bool {
  const steps = floor((value - minimum) / step + 0.5)
  const tolerance = 1e-9 * step + 4e-16 * abs(value)
  return abs(minimum + steps * step - value) <= tolerance
}

/**
 * Records a rule for every value outside [minimum, maximum] or off the steps from minimum; step 0:
 * every value between is permitted.
 */
export function checkRangeFloat64(
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
  for (let row = 0; row < rowCount; row++) {
    const value = load<f64>(values + ((<usize>row) << 3))
    const isOutside = i32(!(value >= minimum)) | i32(!(value <= maximum))
    if ((isOutside & i32(load<u8>(states + row) === 0)) === 0) {
      if (step === 0 || load<u8>(states + row) !== 0) continue
      if (isOnStep(value, minimum, step)) continue
    }
    recordFailure(recorder, row, column, rule, 1 << rule)
  }
}
