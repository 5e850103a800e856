// Ranges of doubles. A bound that is not included was moved to the next double when the plan was
// opened.
import assert from 'node:assert'

/**
 * Records a rule for every value outside [minimum, maximum] or off the steps from minimum; step 0:
 * every value between is permitted. Returns how many rows fail for the first time.
 */
export function checkRangeFloat64Kernel(
  values: Float64Array,
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
  assert(values.length >= rowCount && states.length >= rowCount, 'values hold every row')
  assert(masks.length >= rowCount, 'masks hold every row')
  let newCount = 0
  for (let row = 0; row < rowCount; row++) {
    if (states[row] !== 0) continue
    const value = values[row]!
    if (value >= minimum && value <= maximum) {
      if (step === 0) continue
      // A step such as 0.1 is itself rounded: seven of them are not the double nearest 0.7.
      const nearest = minimum + Math.round((value - minimum) / step) * step
      const tolerance = 1e-9 * step + 4e-16 * Math.abs(value)
      if (Math.abs(nearest - value) <= tolerance) continue
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
