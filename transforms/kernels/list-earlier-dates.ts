// Lists the rows whose date lies before the date of another column of the same row, where both are
// there. Listed, not recorded, because the other column may come later in contract order.
import assert from 'node:assert'

/** Returns how many rows are listed. */
export function listEarlierDatesKernel(
  days: Int32Array,
  validity: Uint8Array,
  otherDays: Int32Array,
  otherValidity: Uint8Array,
  rowCount: number,
  target: Int32Array,
): number {
  assert(days.length >= rowCount && otherDays.length >= rowCount, 'dates hold every row')
  assert(validity.length * 8 >= rowCount, 'validity holds every row')
  assert(otherValidity.length * 8 >= rowCount, 'the other validity holds every row')
  assert(target.length >= rowCount, 'target holds every row')
  let count = 0
  for (let row = 0; row < rowCount; row++) {
    if (days[row]! >= otherDays[row]!) continue
    if ((validity[row >>> 3]! & otherValidity[row >>> 3]! & (1 << (row & 7))) === 0) continue
    target[count++] = row
  }
  return count
}
