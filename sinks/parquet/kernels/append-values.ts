// Copies texts or binary values out of an Arrow buffer in Parquet's PLAIN form: the length in four
// bytes, then the bytes. `starts` keeps the place of each, so that pages can begin at any value.
import assert from 'node:assert'

const shortBytesMax = 48

/** Appends every valid row. Returns the number of values; starts[startsAt + it] is the end. */
export function appendValuesKernel(
  values: Uint8Array,
  offsets: Int32Array,
  bitmap: Uint8Array | null,
  bitOffset: number,
  rowCount: number,
  target: Uint8Array,
  at: number,
  starts: Int32Array,
  startsAt: number,
): number {
  assert(rowCount === 0 || offsets.length > rowCount, 'one offset more than there are rows')
  assert(bitmap === null || bitmap.length * 8 >= bitOffset + rowCount, 'a bit for every row')
  assert(starts.length > startsAt + rowCount, 'a start for every value, and the end')
  let next = at
  let count = 0
  for (let row = 0; row < rowCount; row++) {
    const bit = bitOffset + row
    if (bitmap !== null && ((bitmap[bit >>> 3]! >>> (bit & 7)) & 1) === 0) continue
    const from = offsets[row]!
    const length = offsets[row + 1]! - from
    assert(length >= 0 && next + 4 + length <= target.length, 'the target holds the value')
    starts[startsAt + count++] = next
    target[next] = length
    target[next + 1] = length >>> 8
    target[next + 2] = length >>> 16
    target[next + 3] = length >>> 24
    next += 4
    if (length <= shortBytesMax) {
      for (let i = 0; i < length; i++) target[next + i] = values[from + i]!
    } else {
      target.set(values.subarray(from, from + length), next)
    }
    next += length
  }
  starts[startsAt + count] = next
  return count
}
