// Copies chosen entries of an Arrow dictionary in Parquet's PLAIN form, in the order given: the form
// of a dictionary page, and of the values when a column chunk is written plain after all.
import assert from 'node:assert'

const shortBytesMax = 48

/** Appends entries order[from, to); starts[i] becomes the place of entry i, starts[to] the end. */
export function appendEntriesKernel(
  values: Uint8Array,
  offsets: Int32Array,
  order: Int32Array,
  from: number,
  to: number,
  target: Uint8Array,
  at: number,
  starts: Int32Array,
): number {
  assert(order.length >= to && starts.length > to, 'every entry has a place')
  let next = at
  for (let entry = from; entry < to; entry++) {
    const begin = offsets[order[entry]!]!
    const length = offsets[order[entry]! + 1]! - begin
    assert(length >= 0 && next + 4 + length <= target.length, 'the target holds the entry')
    starts[entry] = next
    target[next] = length
    target[next + 1] = length >>> 8
    target[next + 2] = length >>> 16
    target[next + 3] = length >>> 24
    next += 4
    if (length <= shortBytesMax) {
      for (let i = 0; i < length; i++) target[next + i] = values[begin + i]!
    } else {
      target.set(values.subarray(begin, begin + length), next)
    }
    next += length
  }
  starts[to] = next
  return next
}
