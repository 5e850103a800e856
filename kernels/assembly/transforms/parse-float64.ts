// Plain decimal numbers of at most 15 digits: both the digits and the power of ten are then exact
// doubles, so that one division rounds correctly. What surely is no number is refused here,
// everything else is left undecided. The block of the column goes on with (7) the separator.
import { digitsValue } from './digits-value'
import { isNullToken } from './is-null-token'
import { firstLanes, lastLanes, notDigits, toDigits } from './lane-masks'
import { refuseValue } from './refuse-value'

const powersOfTen = memory.data<f64>([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
])

/**
 * Writes values (0 where there is none) and states: 0 a value, 1 null, 2 refused. Returns how many
 * rows are listed in `undecided`; their state is 0.
 */
export function parseFloat64(
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
  const separator = i8x16.splat(load<u8>(form, 28))
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
    const count = min(length - isNegative, 17)
    const text = v128.load(end - 16)
    const points = i8x16.bitmask(v128.and(i8x16.eq(text, separator), lastLanes(min(count, 16))))
    const hasPoint = i32(points !== 0)
    // Where there is no point, the count of trailing zeros is 32.
    const gap = (ctz(points) + 1) & -hasPoint
    const fraction = (16 - gap) & -hasPoint
    const digitCount = count - hasPoint
    const lanes = lastLanes(min(digitCount, 16))
    // What stands before the point moves up over it.
    const closed = v128.bitselect(v128.load(end - 17), text, firstLanes(gap))
    const digits = toDigits(closed)
    const isPlain = !v128.any_true(v128.and(notDigits(digits), lanes))
    let value: f64 = 0
    if (isPlain && <u32>(digitCount - 1 + state) < 15) {
      const number = <f64>(<i64>digitsValue(v128.and(digits, lanes)))
      value = number / load<f64>(powersOfTen + ((<usize>fraction) << 3))
    } else if (state === 0) {
      if (refuseValue(start, length, 0, form, row, recorder)) state = 2
      else {
        store<i32>(undecided + ((<usize>undecidedCount) << 2), row)
        undecidedCount++
      }
    }
    const sign = (<u64>isNegative) << 63
    store<u64>(values + ((<usize>row) << 3), reinterpret<u64>(value) | sign)
    store<u8>(states + row, <u8>state)
  }
  return undecidedCount
}
