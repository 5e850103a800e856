// Dates of eight digits at fixed places with at most two literal bytes: %Y-%m-%d, %d/%m/%Y, %Y%m%d.
// Everything else, date-times included, is left undecided for the per-value parser.
import assert from 'node:assert'
import { monthDays, monthStarts, yearStarts } from '../values/calendar.ts'
import { isNullToken } from './is-null-token.ts'

/** The number of two digits, or -1. */
function twoDigitsAt(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 48
  const units = bytes[at + 1]! - 48
  return (tens | units | (9 - tens) | (9 - units)) < 0 ? -1 : tens * 10 + units
}

/**
 * `layout`: width, places of year, month and day, then place and byte of two literals (place -1:
 * none). A rounded flag other than 0 sets days to the first of their month and flags those that
 * changed. Returns how many rows are listed in `undecided`. States: 0 a value, 1 null.
 */
export function parseDateKernel(
  bytes: Uint8Array,
  starts: Int32Array,
  ends: Int32Array,
  from: number,
  rowCount: number,
  nullLengths: number,
  nullBytes: Uint8Array,
  nullOffsets: Int32Array,
  layout: Int32Array,
  roundedFlag: number,
  flags: Uint8Array,
  days: Int32Array,
  states: Uint8Array,
  undecided: Int32Array,
): number {
  assert(
    starts.length >= from + rowCount && ends.length >= from + rowCount,
    'fields hold every row',
  )
  assert(days.length >= rowCount && states.length >= rowCount, 'targets hold every row')
  assert(undecided.length >= rowCount && flags.length >= rowCount, 'lists hold every row')
  assert(layout.length === 8, 'the layout is whole')
  const width = layout[0]!
  const yearAt = layout[1]!
  const monthAt = layout[2]!
  const dayAt = layout[3]!
  const literalAt = layout[4]!
  const literal = layout[5]!
  const secondLiteralAt = layout[6]!
  const secondLiteral = layout[7]!
  let undecidedCount = 0
  for (let row = 0; row < rowCount; row++) {
    const start = starts[from + row]!
    const end = ends[from + row]!
    const length = end - start
    if (((nullLengths >>> (length < 31 ? length : 31)) & 1) !== 0) {
      if (length === 0 || isNullToken(bytes, start, end, nullBytes, nullOffsets)) {
        states[row] = 1
        continue
      }
    }
    if (
      length === width &&
      (literalAt < 0 || bytes[start + literalAt] === literal) &&
      (secondLiteralAt < 0 || bytes[start + secondLiteralAt] === secondLiteral)
    ) {
      const century = twoDigitsAt(bytes, start + yearAt)
      const yearOfCentury = twoDigitsAt(bytes, start + yearAt + 2)
      const month = twoDigitsAt(bytes, start + monthAt)
      const day = twoDigitsAt(bytes, start + dayAt)
      const year = century * 100 + yearOfCentury
      const isLeap = (year & 3) === 0 && (year % 100 !== 0 || year % 400 === 0)
      const monthIndex = isLeap ? month + 16 : month
      const bad = century | yearOfCentury | (month - 1) | (12 - month) | (day - 1) | (year - 1)
      if (bad >= 0 && day <= monthDays[monthIndex]!) {
        const first = yearStarts[year]! + monthStarts[monthIndex]!
        days[row] = roundedFlag === 0 ? first + day - 1 : first
        if (roundedFlag !== 0 && day !== 1) flags[row] = flags[row]! | roundedFlag
        continue
      }
    }
    undecided[undecidedCount++] = row
  }
  return undecidedCount
}
