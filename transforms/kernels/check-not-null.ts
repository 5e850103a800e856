// Records not_null for every row whose state is null.
import assert from 'node:assert'

/** Returns how many rows fail for the first time. */
export function checkNotNullKernel(
  states: Uint8Array,
  rowCount: number,
  column: number,
  rule: number,
  masks: Int32Array,
  firstColumns: Int16Array,
  firstRules: Uint8Array,
): number {
  assert(states.length >= rowCount && masks.length >= rowCount, 'arrays hold every row')
  let newCount = 0
  for (let row = 0; row < rowCount; row++) {
    if (states[row] !== 1) continue
    if (masks[row] === 0) {
      firstColumns[row] = column
      firstRules[row] = rule
      newCount++
    }
    masks[row] = masks[row]! | (1 << rule)
  }
  return newCount
}
