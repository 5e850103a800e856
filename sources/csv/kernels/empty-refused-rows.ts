// A record with a structure failure has no fields: nothing behind the scan may mistake the fields
// of a ragged record for values.
import assert from 'node:assert'

/**
 * Makes every selected field of a row with a structure rule empty; returns the count of such rows.
 * Column c of the arrays starts at c * capacity.
 */
export function emptyRefusedRows(
  structure: Uint8Array,
  rowCount: number,
  columnCount: number,
  capacity: number,
  starts: Int32Array,
  ends: Int32Array,
): number {
  assert(structure.length >= rowCount && capacity >= rowCount, 'every row is there')
  assert(
    starts.length >= columnCount * capacity && ends.length >= columnCount * capacity,
    'columns',
  )
  let refused = 0
  for (let row = 0; row < rowCount; row++) {
    if (structure[row] === 0) continue
    refused++
    for (let column = 0; column < columnCount; column++) {
      starts[column * capacity + row] = 0
      ends[column * capacity + row] = 0
    }
  }
  return refused
}
