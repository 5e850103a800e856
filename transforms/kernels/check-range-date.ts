// Ranges of dates as days; a step is a number of days.
import assert from 'node:assert'

/**
 * Records a rule for every value outside [minimum, maximum] or off the steps from minimum; step 0:
 * every value between is permitted. Returns how many rows fail for the first time.
 */
export function checkRangeDateKernel(
  days: Int32Array,
  states: Uint8Array,
  rowCount: number,
  minimum: number,
  maximum: number,
  step: number,
  column: number,
  rule: number,
  masks: Int32Array,
  firstColumns: Int16Array,
  firstRules: Uint8Array,
): number {
  assert(days.length >= rowCount && states.length >= rowCount, 'values hold every row')
  assert(masks.length >= rowCount, 'masks hold every row')
  let newCount = 0
  for (let row = 0; row < rowCount; row++) {
    if (states[row] !== 0) continue
    const value = days[row]!
    if (value >= minimum && value <= maximum) {
      if (step === 0 || (value - minimum) % step === 0) continue
    }
    if (masks[row] === 0) {
      firstColumns[row] = column
      firstRules[row] = rule
      newCount++
    }
    masks[row] = masks[row]! | (1 << rule)
  }
  return newCount
}
