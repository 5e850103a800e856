// Dates of eight digits at fixed places with at most two literal bytes: %Y-%m-%d, %d/%m/%Y, %Y%m%d.
// Everything else, date-times included, is left undecided for the per-value parser.
import assert from 'node:assert'
import { isNullToken } from './is-null-token.ts'

/** Returns how many rows are listed in `undecided`. States: 0 a value, 1 null. */
export function parseDateKernel(
  bytes: Uint8Array,
  starts: Int32Array,
  ends: Int32Array,
  from: number,
  rowCount: number,
  nullLengths: number,
  nullBytes: Uint8Array,
  nullOffsets: Int32Array,
  width: number,
  yearAt: number,
  monthAt: number,
  dayAt: number,
  literalAt: number,
  literal: number,
  secondLiteralAt: number,
  secondLiteral: number,
  yearStarts: Int32Array,
  monthStarts: Int32Array,
  monthDays: Int32Array,
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
      length !== width ||
      (literalAt >= 0 && bytes[start + literalAt] !== literal) ||
      (secondLiteralAt >= 0 && bytes[start + secondLiteralAt] !== secondLiteral)
    ) {
      undecided[undecidedCount++] = row
      continue
    }
    const yearStart = start + yearAt
    const monthStart = start + monthAt
    const dayStart = start + dayAt
    const y1 = bytes[yearStart]! - 48
    const y2 = bytes[yearStart + 1]! - 48
    const y3 = bytes[yearStart + 2]! - 48
    const y4 = bytes[yearStart + 3]! - 48
    const m1 = bytes[monthStart]! - 48
    const m2 = bytes[monthStart + 1]! - 48
    const d1 = bytes[dayStart]! - 48
    const d2 = bytes[dayStart + 1]! - 48
    const year = y1 * 1000 + y2 * 100 + y3 * 10 + y4
    const month = m1 * 10 + m2
    const day = d1 * 10 + d2
    // A byte that is no digit makes one of these negative; so does a month past 15.
    const bad =
      y1 |
      y2 |
      y3 |
      y4 |
      m1 |
      m2 |
      d1 |
      d2 |
      (9 - y1) |
      (9 - y2) |
      (9 - y3) |
      (9 - y4) |
      (1 - m1) |
      (9 - m2) |
      (3 - d1) |
      (9 - d2) |
      (year - 1) |
      (day - 1) |
      (15 - month)
    if (bad < 0) {
      undecided[undecidedCount++] = row
      continue
    }
    const leap = (year & 3) === 0 && (year % 100 !== 0 || year % 400 === 0)
    const monthIndex = leap ? month + 16 : month
    if (day > monthDays[monthIndex]!) {
      undecided[undecidedCount++] = row
      continue
    }
    const first = yearStarts[year]! + monthStarts[monthIndex]!
    if (roundedFlag === 0) {
      days[row] = first + day - 1
    } else {
      days[row] = first
      if (day !== 1) flags[row] = flags[row]! | roundedFlag
    }
  }
  return undecidedCount
}
