// Drops the nulls of a column of 32-bit values: int32, date, dictionary keys. Branchless within a
// byte of mixed validity: a value is always stored, and the next one overwrites it if it was null.
import assert from 'node:assert'

/** Appends the valid of `rowCount` values at `target[at]`; returns the position behind the last. */
export function compactWordsKernel(
  values: Int32Array,
  bitmap: Uint8Array,
  bitOffset: number,
  rowCount: number,
  target: Int32Array,
  at: number,
): number {
  assert(values.length >= rowCount, 'there is a value for every row')
  assert(bitmap.length * 8 >= bitOffset + rowCount, 'there is a bit for every row')
  assert(target.length > at + rowCount, 'the target holds every value and one more')
  let next = at
  const shift = bitOffset & 7
  const firstByte = bitOffset >>> 3
  const wholeRows = rowCount & ~7
  for (let row = 0; row < wholeRows; row += 8) {
    const index = firstByte + (row >>> 3)
    let byte = bitmap[index]!
    if (shift !== 0) byte = ((byte >>> shift) | (bitmap[index + 1]! << (8 - shift))) & 0xff
    if (byte === 0xff) {
      for (let i = 0; i < 8; i++) target[next + i] = values[row + i]!
      next += 8
    } else if (byte !== 0) {
      for (let i = 0; i < 8; i++) {
        target[next] = values[row + i]!
        next += (byte >>> i) & 1
      }
    }
  }
  for (let row = wholeRows; row < rowCount; row++) {
    const bit = bitOffset + row
    target[next] = values[row]!
    next += (bitmap[bit >>> 3]! >>> (bit & 7)) & 1
  }
  return next
}
