// Dates of eight digits at fixed places with at most two literal bytes: %Y-%m-%d, %d/%m/%Y, %Y%m%d.
// Everything else, date-times included, is left undecided for the per-value parser. The block of
// the column goes on with (7) the width, (8) 1 where nothing else is a date, (9) the flag of rounded
// dates, 0: none are; from byte 64: the lanes in the order year, month, day, the literals, and 255
// where they stand.
import { isNullToken } from './is-null-token'
import { notDigits, toDigits } from './lane-masks'
import { refuseValue } from './refuse-value'

/** Two halves of 16: common years, then leap years; by month (1 to 12), no month has no days. */
const monthDays = memory.data<u8>([
  0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0, 0, 31, 29, 31, 30, 31, 30, 31, 31, 30,
  31, 30, 31, 0, 0, 0,
])
/** Days before the month. */
const monthStarts = memory.data<u16>([
  0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 0, 0, 0, 0, 0, 31, 60, 91, 121, 152,
  182, 213, 244, 274, 305, 335, 0, 0, 0,
])
const daysOfFirstYears: i32 = 719162

/**
 * Writes days since 1970-01-01 (0 where there is no date) and states: 0 a value, 1 null, 2 refused;
 * sets the flag in `flags` of rows whose date was rounded. Returns how many rows are listed in
 * `undecided`; their state is 0.
 */
export function parseDate(
  bytes: usize,
  starts: usize,
  ends: usize,
  rowCount: i32,
  form: usize,
  days: usize,
  states: usize,
  undecided: usize,
  recorder: usize,
  flags: usize,
): i32 {
  const emptyIsNull = load<i32>(form) & 1
  const tokenLengths = load<i32>(form) & ~1
  const width = load<i32>(form, 28)
  const isAlone = load<i32>(form, 32)
  const roundedFlag = load<i32>(form, 36)
  const order = v128.load(form, 64)
  const literals = v128.load(form, 80)
  const literalLanes = v128.load(form, 96)
  let undecidedCount = 0
  for (let row = 0; row < rowCount; row++) {
    const start = bytes + load<u32>(starts + ((<usize>row) << 2))
    const length = <i32>(bytes + load<u32>(ends + ((<usize>row) << 2)) - start)
    let state: i32 = i32(length === 0) & emptyIsNull
    if (tokenLengths !== 0 && ((tokenLengths >>> min(length, 31)) & 1) !== 0) {
      state |= i32(isNullToken(start, length, form))
    }
    const text = v128.load(start)
    const digits = toDigits(i8x16.swizzle(text, order))
    const odd = v128.or(v128.and(v128.xor(text, literals), literalLanes), notDigits(digits))
    // Lane 0 is the first digit: a multiplication by ten never leaves its byte.
    const eight = <u64>i64x2.extract_lane(digits, 0)
    const pairs = eight * 10 + (eight >> 8)
    const century = <i32>(pairs & 255)
    const yearOfCentury = <i32>((pairs >> 16) & 255)
    const month = <i32>((pairs >> 32) & 255)
    const day = <i32>((pairs >> 48) & 255)
    const year = century * 100 + yearOfCentury
    const isLeap = i32((yearOfCentury === 0 ? century & 3 : yearOfCentury & 3) === 0)
    const half: usize = (isLeap << 4) + (month <= 12 ? month : 0)
    const fits = i32(<u32>(day - 1) < <u32>load<u8>(monthDays + half)) & i32(year > 0)
    const isDate = fits & i32(length === width) & i32(!v128.any_true(odd))
    let value = 0
    if ((isDate & (state ^ 1)) !== 0) {
      const before = year - 1
      const centuries = century - i32(yearOfCentury === 0)
      const leaps = (before >> 2) - centuries + (centuries >> 2)
      const first = 365 * before + leaps - daysOfFirstYears + load<u16>(monthStarts + (half << 1))
      value = roundedFlag === 0 ? first + day - 1 : first
      if (roundedFlag !== 0 && day !== 1)
        store<u8>(flags + row, load<u8>(flags + row) | roundedFlag)
    } else if (state === 0) {
      // What goes on behind a date may be a time; a text without a date in front is none.
      const isNone = isAlone & i32(length <= width)
      if (isNone && refuseValue(start, length, 1, form, row, recorder)) state = 2
      else {
        store<i32>(undecided + ((<usize>undecidedCount) << 2), row)
        undecidedCount++
      }
    }
    store<i32>(days + ((<usize>row) << 2), value)
    store<u8>(states + row, <u8>state)
  }
  return undecidedCount
}
