// Records a rule for every date that is not the first day of a month. The day of the month comes
// from the era arithmetic of the proleptic Gregorian calendar (years that start in March, eras of
// 400).
import assert from 'node:assert'

/** Returns how many rows fail for the first time. */
export function checkFirstOfMonthDateKernel(
  days: Int32Array,
  states: Uint8Array,
  rowCount: number,
  column: number,
  rule: number,
  masks: Int32Array,
  firstColumns: Int16Array,
  firstRules: Uint8Array,
): number {
  assert(days.length >= rowCount && states.length >= rowCount, 'values hold every row')
  assert(masks.length >= rowCount, 'masks hold every row')
  let newCount = 0
  for (let row = 0; row < rowCount; row++) {
    if (states[row] !== 0) continue
    // Days since 0000-03-01: positive for every date from 0001-01-01.
    const dayOfEra = (days[row]! + 719_468) % 146_097
    const year =
      ((dayOfEra -
        ((dayOfEra / 1460) | 0) +
        ((dayOfEra / 36_524) | 0) -
        ((dayOfEra / 146_096) | 0)) /
        365) |
      0
    const dayOfYear = dayOfEra - (365 * year + (year >>> 2) - ((year / 100) | 0))
    const month = ((5 * dayOfYear + 2) / 153) | 0
    if (dayOfYear === (((153 * month + 2) / 5) | 0)) continue
    if (masks[row] === 0) {
      firstColumns[row] = column
      firstRules[row] = rule
      newCount++
    }
    masks[row] = masks[row]! | (1 << rule)
  }
  return newCount
}
