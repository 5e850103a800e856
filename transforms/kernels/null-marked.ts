// Rows marked under a rule lose their value: their state becomes null.
import assert from 'node:assert'

/** Returns how many rows were marked under the rule. */
export function nullMarkedKernel(
  marks: Int32Array,
  rule: number,
  rowCount: number,
  states: Uint8Array,
): number {
  assert(marks.length >= rowCount && states.length >= rowCount, 'arrays hold every row')
  let nulledCount = 0
  for (let row = 0; row < rowCount; row++) {
    if ((marks[row]! & (1 << rule)) === 0) continue
    states[row] = 1
    nulledCount++
  }
  return nulledCount
}
