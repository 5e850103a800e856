// Counts the bits that are set in a range of a bitmap: the values of a page among its rows.
import assert from 'node:assert'
import { bitCounts } from '../bit-counts.ts'

export function countBitsKernel(bitmap: Uint8Array, from: number, to: number): number {
  assert(bitmap.length * 8 >= to, 'the bitmap holds every bit')
  let count = 0
  let bit = from
  while (bit < to && (bit & 7) !== 0) {
    count += (bitmap[bit >>> 3]! >>> (bit & 7)) & 1
    bit++
  }
  const lastByte = to >>> 3
  for (let byte = bit >>> 3; byte < lastByte; byte++) count += bitCounts[bitmap[byte]!]!
  if (bit >>> 3 < lastByte) bit = lastByte * 8
  while (bit < to) {
    count += (bitmap[bit >>> 3]! >>> (bit & 7)) & 1
    bit++
  }
  return count
}
