// Drops the nulls of a column of 32-bit values: int32, date, dictionary keys. Branchless within a
// byte of mixed validity: a value is always stored, and the next one overwrites it if it was null.

import { bitAt } from './bit-at'

/** Appends the valid of `rowCount` values, and one more behind them; returns how many are valid. */
export function compactWords(
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
    if (byte === 0xff) {
      v128.store(to, v128.load(from))
      v128.store(to, v128.load(from, 16), 16)
      to += 32
    } else if (byte !== 0) {
      for (let i: u32 = 0; i < 8; i++) {
        store<u32>(to, load<u32>(from + (i << 2)))
        to += ((byte >>> i) & 1) << 2
      }
    }
    bits++
    from += 32
  }
  for (let row = wholeRows; row < rowCount; row++) {
    store<u32>(to, load<u32>(from))
    to += bitAt(bitmap, bitOffset + row) << 2
    from += 4
  }
  return <i32>((to - target) >>> 2)
}
