// One date from bytes by compiled formats, for values that the kernel left undecided: formats of
// varying width, month names, several formats, date-times. Formats are tried in order; after a
// whole format without time words a time may follow, which must be well formed and is cut as
// written.
import {
  coarserDateFlag,
  roundedToMonthFlag,
  timeCutFlag,
  twoDigitYearFlag,
} from '../coercion-flags.ts'
import { daysOf, monthStarts, monthTableOffset, notADate, yearStarts } from './calendar.ts'
import { type DateFormat, datePart } from './date-format.ts'
import type { ValueCell } from './value-cell.ts'

const monthNames = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
].map((name) => Uint8Array.from(name, (letter) => letter.charCodeAt(0)))

/** Number of `count` digits at `at`, or -1. */
function digitsAt(bytes: Uint8Array, at: number, end: number, count: number): number {
  if (at + count > end) return -1
  let number = 0
  for (let i = 0; i < count; i++) {
    const digit = (bytes[at + i] ?? 0) - 48
    if (digit < 0 || digit > 9) return -1
    number = number * 10 + digit
  }
  return number
}

/** Two digits below `limit` at `at`? */
const isClockPart = (bytes: Uint8Array, at: number, end: number, limit: number): boolean => {
  const number = digitsAt(bytes, at, end, 2)
  return number >= 0 && number < limit
}

/** Month (1 to 12) whose name, or whose first three letters, stand at `at`; 0: none. */
function monthNameAt(bytes: Uint8Array, at: number, end: number, whole: boolean): number {
  for (const [index, name] of monthNames.entries()) {
    const length = whole ? name.length : 3
    if (at + length > end) continue
    let same = 0
    while (same < length && ((bytes[at + same] ?? 0) | 32) === name[same]) same++
    if (same === length) return index + 1
  }
  return 0
}

/** End of a zone (Z, +hh, +hh:mm, and +hhmm where the colon may be left out) at `at`; -1: none. */
function zoneEnd(bytes: Uint8Array, at: number, end: number, colonOptional: boolean): number {
  if (at >= end) return -1
  if (bytes[at] === 90) return at + 1
  if (bytes[at] !== 43 && bytes[at] !== 45) return -1
  if (!isClockPart(bytes, at + 1, end, 24)) return -1
  if (bytes[at + 3] === 58 && at + 3 < end) {
    return isClockPart(bytes, at + 4, end, 60) ? at + 6 : -1
  }
  return colonOptional && isClockPart(bytes, at + 3, end, 60) ? at + 5 : at + 3
}

/** Is all from `at` a time: T or spaces, hh:mm, seconds, fraction and zone as far as given? */
function isTimeRest(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start
  if (bytes[at] === 84) at++
  else while (at < end && bytes[at] === 32) at++
  if (at === start) return false
  if (!isClockPart(bytes, at, end, 24) || bytes[at + 2] !== 58) return false
  if (!isClockPart(bytes, at + 3, end, 60)) return false
  at += 5
  if (at < end && bytes[at] === 58) {
    if (!isClockPart(bytes, at + 1, end, 60)) return false
    at += 3
    if (at < end && bytes[at] === 46) {
      const fractionStart = ++at
      while (at < end && digitsAt(bytes, at, end, 1) >= 0) at++
      if (at === fractionStart) return false
    }
  }
  if (at === end) return true
  if (bytes[at] === 32) at++
  return zoneEnd(bytes, at, end, false) === end
}

/** What one format found so far; one object for the whole module, as parsing never nests. */
const found = { year: 0, month: 0, day: 0, dayOfYear: 0 }

/** End of a day or month of one or two digits at `at`, whose number goes into `found`; -1. */
function looseEnd(bytes: Uint8Array, at: number, end: number, isDay: boolean): number {
  const two = digitsAt(bytes, at, end, 2)
  const number = two >= 0 ? two : digitsAt(bytes, at, end, 1)
  if (number < 0) return -1
  if (isDay) found.day = number
  else found.month = number
  return at + (two >= 0 ? 2 : 1)
}

/** End of a time word at `at`, or -1. */
function timePartEnd(bytes: Uint8Array, at: number, end: number, part: number): number {
  if (part === datePart.hour) return isClockPart(bytes, at, end, 24) ? at + 2 : -1
  if (part === datePart.minute || part === datePart.second) {
    return isClockPart(bytes, at, end, 60) ? at + 2 : -1
  }
  if (part === datePart.zone) return zoneEnd(bytes, at, end, true)
  let last = at
  if (part === datePart.fraction) {
    while (last < end && last - at < 9 && digitsAt(bytes, last, end, 1) >= 0) last++
  } else {
    while (last < end && last - at < 5 && (bytes[last] ?? 0) >= 65 && (bytes[last] ?? 0) <= 90)
      last++
  }
  return last > at ? last : -1
}

/** End of a part of the date at `at`, whose number goes into `found`; -1: it does not match. */
function partEnd(bytes: Uint8Array, at: number, end: number, part: number): number {
  switch (part) {
    case datePart.year:
      found.year = digitsAt(bytes, at, end, 4)
      return found.year < 0 ? -1 : at + 4
    case datePart.shortYear:
      found.year = digitsAt(bytes, at, end, 2)
      return found.year < 0 ? -1 : at + 2
    case datePart.month:
      found.month = digitsAt(bytes, at, end, 2)
      return found.month < 0 ? -1 : at + 2
    case datePart.day:
      found.day = digitsAt(bytes, at, end, 2)
      return found.day < 0 ? -1 : at + 2
    case datePart.looseMonth:
    case datePart.looseDay:
      return looseEnd(bytes, at, end, part === datePart.looseDay)
    case datePart.spacedDay:
      if (at < end && bytes[at] === 32) {
        found.day = digitsAt(bytes, at + 1, end, 1)
        return found.day < 0 ? -1 : at + 2
      }
      return looseEnd(bytes, at, end, true)
    case datePart.dayOfYear:
      found.dayOfYear = digitsAt(bytes, at, end, 3)
      return found.dayOfYear < 0 ? -1 : at + 3
    case datePart.shortMonthName:
    case datePart.longMonthName: {
      found.month = monthNameAt(bytes, at, end, part === datePart.longMonthName)
      if (found.month === 0) return -1
      return at + (part === datePart.longMonthName ? (monthNames[found.month - 1]?.length ?? 0) : 3)
    }
    default:
      return timePartEnd(bytes, at, end, part)
  }
}

/** Position behind the whole format, its numbers in `found`; -1 where it does not match. */
function formatEnd(bytes: Uint8Array, start: number, end: number, format: DateFormat): number {
  let at = start
  found.day = 1
  found.month = 1
  for (let i = 0; i < format.parts.length; i++) {
    const part = format.parts[i] ?? 0
    if (part === datePart.literal) {
      if (at >= end || bytes[at] !== format.literals[i]) return -1
      at++
    } else {
      at = partEnd(bytes, at, end, part)
      if (at < 0) return -1
    }
  }
  return at
}

/** Days of what `found` holds after a match, or notADate. */
function foundDays(format: DateFormat, pivot: number): number {
  if (format.hasShortYear) found.year = pivot + ((((found.year - pivot) % 100) + 100) % 100)
  if (!format.parts.includes(datePart.dayOfYear)) return daysOf(found.year, found.month, found.day)
  const january = daysOf(found.year, 1, 1)
  if (january === notADate || found.dayOfYear < 1) return notADate
  if (found.dayOfYear > 365 + monthTableOffset(found.year) / 16) return notADate
  return january + found.dayOfYear - 1
}

/** The first day of the month of a day of year `year`. */
export function firstOfMonth(days: number, year: number): number {
  const offset = monthTableOffset(year)
  const january = yearStarts[year] ?? 0
  let month = 12
  while (january + (monthStarts[offset + month] ?? 0) > days) month--
  return january + (monthStarts[offset + month] ?? 0)
}

/** The first day of a month or year that is all a text says, flagged: no time may follow. */
function parseCoarserDate(
  bytes: Uint8Array,
  start: number,
  end: number,
  coarser: readonly DateFormat[],
  cell: ValueCell,
): boolean {
  for (const format of coarser) {
    if (formatEnd(bytes, start, end, format) !== end) continue
    const days = foundDays(format, 0)
    if (days === notADate) continue
    cell.low = days
    cell.flags |= coarserDateFlag
    return true
  }
  return false
}

/** True and days since 1970-01-01 in `cell.low`, or false: no format matches a real date. */
export function parseDateValue(
  bytes: Uint8Array,
  start: number,
  end: number,
  formats: readonly DateFormat[],
  coarser: readonly DateFormat[],
  pivot: number,
  roundToMonth: boolean,
  cell: ValueCell,
): boolean {
  for (const format of formats) {
    const at = formatEnd(bytes, start, end, format)
    if (at < 0) continue
    const hasRest = at < end
    if (hasRest && (format.hasTime || !isTimeRest(bytes, at, end))) continue
    const days = foundDays(format, pivot)
    if (days === notADate) continue
    if (format.hasTime || hasRest) cell.flags |= timeCutFlag
    if (format.hasShortYear) cell.flags |= twoDigitYearFlag
    cell.low = roundToMonth ? firstOfMonth(days, found.year) : days
    if (cell.low !== days) cell.flags |= roundedToMonthFlag
    return true
  }
  return parseCoarserDate(bytes, start, end, coarser, cell)
}
