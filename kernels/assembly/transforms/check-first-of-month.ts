// Records a rule for every date that is not the first day of a month. The day of the month comes
// from the era arithmetic of the proleptic Gregorian calendar (years that start in March, eras of
// 400).
import { recordFailure } from './record-failure'

export function checkFirstOfMonth(
  days: usize,
  states: usize,
  rowCount: i32,
  column: i32,
  rule: i32,
  recorder: usize,
): void {
  for (let row = 0; row < rowCount; row++) {
    // Days since 0000-03-01: positive for every date from 0001-01-01.
    const dayOfEra = <u32>(load<i32>(days + ((<usize>row) << 2)) + 719468) % 146097
    const year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365
    const dayOfYear = dayOfEra - (365 * year + (year >> 2) - year / 100)
    const month = (5 * dayOfYear + 2) / 153
    const isOff = i32(dayOfYear !== (153 * month + 2) / 5)
    if ((isOff & i32(load<u8>(states + row) === 0)) !== 0) {
      recordFailure(recorder, row, column, rule, 1 << rule)
    }
  }
}
