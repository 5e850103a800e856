// Copies texts or binary values out of an Arrow buffer in Parquet's PLAIN form: the length in four
// bytes, then the bytes. `starts` keeps the place of each, so that pages can begin at any value.

import { bitAt } from './bit-at'
import { copyText } from './copy-text'

/**
 * Appends every valid row (`bitmap` 0: all) at byte `at` of the target. Returns the number of values;
 * starts[it] is the end. -1: offsets go backwards.
 */
export function appendValues(
  values: usize,
  offsets: usize,
  bitmap: usize,
  bitOffset: i32,
  rowCount: i32,
  target: usize,
  at: i32,
  starts: usize,
): i32 {
  let to = target + at
  let start = starts
  for (let row = 0; row < rowCount; row++) {
    const place = offsets + ((<usize>row) << 2)
    const from = load<i32>(place)
    const length = load<i32>(place, 4) - from
    if (length < 0) return -1
    if (bitmap !== 0 && bitAt(bitmap, bitOffset + row) === 0) continue
    store<i32>(start, <i32>(to - target))
    start += 4
    store<i32>(to, length)
    copyText(to + 4, values + from, length)
    to += 4 + length
  }
  store<i32>(start, <i32>(to - target))
  return <i32>((start - starts) >>> 2)
}
