// Drops the nulls of a column of 64-bit values, int64 and double alike: every bit pattern survives.

import { bitAt } from './bit-at'

/** Appends the valid of `rowCount` values, and one more behind them; returns how many are valid. */
export function compactPairs(
  values: usize,
  bitmap: usize,
  bitOffset: i32,
  rowCount: i32,
  target: usize,
): i32 {
  const shift = <u32>(bitOffset & 7)
  const wholeRows = rowCount & ~7
  let bits = bitmap + (bitOffset >>> 3)
  let from = values
  let to = target
  for (let row = 0; row < wholeRows; row += 8) {
    const byte = (<u32>load<u16>(bits) >>> shift) & 0xff
    if (byte !== 0) {
      for (let i: u32 = 0; i < 8; i++) {
        store<u64>(to, load<u64>(from + (i << 3)))
        to += ((byte >>> i) & 1) << 3
      }
    }
    bits++
    from += 64
  }
  for (let row = wholeRows; row < rowCount; row++) {
    store<u64>(to, load<u64>(from))
    to += bitAt(bitmap, bitOffset + row) << 3
    from += 8
  }
  return <i32>((to - target) >>> 3)
}
