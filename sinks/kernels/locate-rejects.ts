// Positions of refused rows as 64-bit integers: in their batch, and in the extract. Both can pass
// 2^31 in a large extract, none passes 2^53.
import assert from 'node:assert'

const wordValues = 2 ** 32

/** Writes low and high word of row and byte offset of each reject; rows count from 1. */
export function locateRejectsKernel(
  rows: Int32Array,
  recordStarts: Int32Array,
  count: number,
  firstRow: number,
  byteOffset: number,
  rowWords: Int32Array,
  offsetWords: Int32Array,
): number {
  assert(rows.length >= count, 'there is a row for every reject')
  assert(rowWords.length >= count * 2 && offsetWords.length >= count * 2, 'two words for each')
  for (let i = 0; i < count; i++) {
    const row = firstRow + rows[i]! + 1
    const offset = byteOffset + recordStarts[rows[i]!]!
    rowWords[i * 2] = row
    rowWords[i * 2 + 1] = row / wordValues
    offsetWords[i * 2] = offset
    offsetWords[i * 2 + 1] = offset / wordValues
  }
  return count
}
