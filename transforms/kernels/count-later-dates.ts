// Counts the dates behind a day, of rows that have one.
import assert from 'node:assert'

/** Returns how many rows have a value behind `day`. */
export function countLaterDatesKernel(
  days: Int32Array,
  states: Uint8Array,
  rowCount: number,
  day: number,
): number {
  assert(days.length >= rowCount && states.length >= rowCount, 'arrays hold every row')
  let count = 0
  for (let row = 0; row < rowCount; row++) {
    if (days[row]! > day && states[row] === 0) count++
  }
  return count
}
