// Counts coercion flags over the rows that are accepted and have a value.
import assert from 'node:assert'

/** Adds to counts[bit] for every set bit; returns how many rows had any. */
export function countFlagsKernel(
  flags: Uint8Array,
  validity: Uint8Array,
  masks: Int32Array,
  rowCount: number,
  counts: Float64Array,
): number {
  assert(flags.length >= rowCount && masks.length >= rowCount, 'arrays hold every row')
  assert(validity.length * 8 >= rowCount, 'validity holds every row')
  let flaggedCount = 0
  for (let row = 0; row < rowCount; row++) {
    let bits = flags[row]!
    if (bits === 0 || masks[row] !== 0) continue
    if ((validity[row >>> 3]! & (1 << (row & 7))) === 0) continue
    flaggedCount++
    for (let bit = 0; bits !== 0; bit++) {
      counts[bit] = counts[bit]! + (bits & 1)
      bits >>>= 1
    }
  }
  return flaggedCount
}
