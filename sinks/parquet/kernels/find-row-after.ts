// Finds where a page of a nullable column ends whose values, not whose rows, filled it.
import assert from 'node:assert'

/** The row behind the one that holds value number `valueCount` (from 1), counted from `fromRow`. */
export function findRowAfterKernel(
  bitmap: Uint8Array,
  fromRow: number,
  toRow: number,
  valueCount: number,
): number {
  assert(bitmap.length * 8 >= toRow, 'the bitmap holds every row')
  let left = valueCount
  let row = fromRow
  while (row < toRow && left > 0) {
    left -= (bitmap[row >>> 3]! >>> (row & 7)) & 1
    row++
  }
  return row
}
