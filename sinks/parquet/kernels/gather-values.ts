// Copies values that are already in PLAIN form to a page, by their numbers.
import assert from 'node:assert'

const shortBytesMax = 48

/** Copies value numbers indices[from, to) to `target[at]`; returns the position behind them. */
export function gatherValuesKernel(
  bytes: Uint8Array,
  starts: Int32Array,
  indices: Int32Array,
  from: number,
  to: number,
  target: Uint8Array,
  at: number,
): number {
  assert(indices.length >= to, 'there is an index for every value')
  let next = at
  for (let i = from; i < to; i++) {
    const begin = starts[indices[i]!]!
    const length = starts[indices[i]! + 1]! - begin
    assert(next + length <= target.length, 'the target holds the value')
    if (length <= shortBytesMax) {
      for (let k = 0; k < length; k++) target[next + k] = bytes[begin + k]!
    } else {
      target.set(bytes.subarray(begin, begin + length), next)
    }
    next += length
  }
  return next
}
