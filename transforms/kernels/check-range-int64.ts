// Ranges of 64-bit integers held as halves. Bounds are whole and within 2^53, so that a value
// rounded to a double stays on its side of them; between them it is exact.
import assert from 'node:assert'

/**
 * Records a rule for every value outside [minimum, maximum] or off the steps from minimum; step 0:
 * every value between is permitted. Returns how many rows fail for the first time.
 */
export function checkRangeInt64Kernel(
  halves: Int32Array,
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
  assert(halves.length >= 2 * rowCount && states.length >= rowCount, 'values hold every row')
  assert(masks.length >= rowCount, 'masks hold every row')
  let newCount = 0
  for (let row = 0; row < rowCount; row++) {
    if (states[row] !== 0) continue
    const value = halves[2 * row + 1]! * 4_294_967_296 + (halves[2 * row]! >>> 0)
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
