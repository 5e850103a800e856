// Counts the bits that are set in a range of a bitmap: the values of a page among its rows.

import { bitAt } from './bit-at'

export function countBits(bitmap: usize, from: i32, to: i32): i32 {
  let count = 0
  let bit = from
  for (; bit + 56 <= to; bit += 56) {
    const bits = load<u64>(bitmap + (bit >>> 3)) >>> <u64>(bit & 7)
    count += <i32>popcnt<u64>(bits & 0x00ffffffffffffff)
  }
  for (; bit < to; bit++) count += bitAt(bitmap, bit)
  return count
}
