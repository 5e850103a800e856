// Drops the nulls of a column of booleans: bits in, one byte a value out, so that pages may start at
// any value.
import assert from 'node:assert'

/** `bitmap` null: every row is valid. Returns the position behind the last value. */
export function compactBooleansKernel(
  values: Uint8Array,
  bitmap: Uint8Array | null,
  bitOffset: number,
  rowCount: number,
  target: Uint8Array,
  at: number,
): number {
  assert(values.length * 8 >= bitOffset + rowCount, 'there is a value for every row')
  assert(bitmap === null || bitmap.length * 8 >= bitOffset + rowCount, 'a bit for every row')
  assert(target.length > at + rowCount, 'the target holds every value and one more')
  let next = at
  for (let row = 0; row < rowCount; row++) {
    const bit = bitOffset + row
    target[next] = (values[bit >>> 3]! >>> (bit & 7)) & 1
    next += bitmap === null ? 1 : (bitmap[bit >>> 3]! >>> (bit & 7)) & 1
  }
  return next
}
