// Counts the absent rows in the head of a validity bitmap.
import assert from 'node:assert'

/** Returns how many of the first `rowCount` bits are 0. */
export function countZeroBitsKernel(bits: Uint8Array, rowCount: number): number {
  assert(bits.length * 8 >= rowCount, 'bits hold every row')
  let oneCount = 0
  const wholeBytes = rowCount >>> 3
  for (let byte = 0; byte < wholeBytes; byte++) {
    let ones = bits[byte]!
    ones -= (ones >>> 1) & 0x55
    ones = (ones & 0x33) + ((ones >>> 2) & 0x33)
    oneCount += (ones + (ones >>> 4)) & 15
  }
  for (let row = 8 * wholeBytes; row < rowCount; row++) {
    oneCount += (bits[row >>> 3]! >>> (row & 7)) & 1
  }
  return rowCount - oneCount
}
