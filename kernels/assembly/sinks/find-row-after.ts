// Finds where a page of a nullable column ends whose values, not whose rows, filled it.

import { bitAt } from './bit-at'

/** The row behind the one that holds value number `valueCount` (from 1), counted from `fromRow`. */
export function findRowAfter(bitmap: usize, fromRow: i32, toRow: i32, valueCount: i32): i32 {
  let left = valueCount
  let row = fromRow
  while (row + 32 <= toRow) {
    const bits = <u32>(load<u64>(bitmap + (row >>> 3)) >>> <u64>(row & 7))
    const set = <i32>popcnt<u32>(bits)
    if (set >= left) break
    left -= set
    row += 32
  }
  for (; row < toRow && left > 0; row++) {
    left -= bitAt(bitmap, row)
  }
  return row
}
