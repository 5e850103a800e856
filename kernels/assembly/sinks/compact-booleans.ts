// Drops the nulls of a column of booleans: bits in, one byte a value out, so that pages may start at
// any value.

import { bitAt } from './bit-at'

/** `bitmap` 0: every row is valid. Stores one more behind the last; returns how many are valid. */
export function compactBooleans(
  values: usize,
  bitmap: usize,
  bitOffset: i32,
  rowCount: i32,
  target: usize,
): i32 {
  let to = target
  for (let bit = bitOffset; bit < bitOffset + rowCount; bit++) {
    store<u8>(to, bitAt(values, bit))
    to += bitmap === 0 ? 1 : bitAt(bitmap, bit)
  }
  return <i32>(to - target)
}
