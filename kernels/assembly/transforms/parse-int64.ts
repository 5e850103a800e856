// Plain integers: an optional minus and up to 18 digits, sixteen of them at a time. What surely is
// no number is refused here, everything else is left undecided for the per-value parser.
import { digitsValue } from './digits-value'
import { isNullToken } from './is-null-token'
import { lastLanes, notDigits, toDigits } from './lane-masks'
import { refuseValue } from './refuse-value'

/** One or two digits before the last sixteen; -1 where they are none. */
function leadingDigits(start: usize, count: i32): i32 {
  const first = <i32>load<u8>(start) - 48
  if (<u32>first > 9) return -1
  if (count === 17) return first
  const second = <i32>load<u8>(start, 1) - 48
  return <u32>second > 9 ? -1 : 10 * first + second
}

/**
 * Writes values (0 where there is none) and states: 0 a value, 1 null, 2 refused. Returns how many
 * rows are listed in `undecided`; their state is 0.
 */
export function parseInt64(
  bytes: usize,
  starts: usize,
  ends: usize,
  rowCount: i32,
  form: usize,
  values: usize,
  states: usize,
  undecided: usize,
  recorder: usize,
): i32 {
  const emptyIsNull = load<i32>(form) & 1
  const tokenLengths = load<i32>(form) & ~1
  let undecidedCount = 0
  for (let row = 0; row < rowCount; row++) {
    const start = bytes + load<u32>(starts + ((<usize>row) << 2))
    const end = bytes + load<u32>(ends + ((<usize>row) << 2))
    const length = <i32>(end - start)
    let state: i32 = i32(length === 0) & emptyIsNull
    if (tokenLengths !== 0 && ((tokenLengths >>> min(length, 31)) & 1) !== 0) {
      state |= i32(isNullToken(start, length, form))
    }
    const isNegative = i32(load<u8>(start) === 45) & i32(length > 1)
    const count = length - isNegative
    const lanes = lastLanes(min(count, 16))
    const digits = toDigits(v128.load(end - 16))
    const isPlain = !v128.any_true(v128.and(notDigits(digits), lanes))
    let value: i64 = 0
    if (isPlain && <u32>(count - 1 + state) < 16) {
      value = <i64>digitsValue(v128.and(digits, lanes))
    } else if (state === 0) {
      const head =
        isPlain && (count === 17 || count === 18) ? leadingDigits(start + isNegative, count) : -1
      if (head >= 0) value = <i64>head * 10000000000000000 + <i64>digitsValue(digits)
      else if (refuseValue(start, length, 0, form, row, recorder)) state = 2
      else {
        store<i32>(undecided + ((<usize>undecidedCount) << 2), row)
        undecidedCount++
      }
    }
    store<i64>(values + ((<usize>row) << 3), (value ^ -(<i64>isNegative)) + isNegative)
    store<u8>(states + row, <u8>state)
  }
  return undecidedCount
}
