// Plain decimal numbers of at most 15 digits: both the digits and the power of ten are then exact
// doubles, so that one division rounds correctly. What surely is no number is refused here,
// everything else is left undecided. The block of the column goes on with (7) the separator.
import { digitsValue } from './digits-value'
import { isNullToken } from './is-null-token'
import { firstLanes, lastLanes } from './lane-masks'
import { refuseValue } from './refuse-value'

const powersOfTen = memory.data<f64>([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
])

/** Lanes before `count` move up by one: what stood in lane `count - 1` is gone. */
function closeGap(lanes: v128, count: i32): v128 {
  const moved = i8x16.shuffle(
    i8x16.splat(0),
    lanes,
    15,
    16,
    17,
    18,
    19,
    20,
    21,
    22,
    23,
    24,
    25,
    26,
    27,
    28,
    29,
    30,
  )
  return v128.bitselect(moved, lanes, firstLanes(count))
}

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
    if (((tokenLengths >>> min(length, 31)) & 1) !== 0) {
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
    const digits = i8x16.sub(closeGap(text, gap), i8x16.splat(48))
    const isPlain = !v128.any_true(v128.and(i8x16.gt_u(digits, i8x16.splat(9)), lanes))
    let value: f64 = 0
    if (isPlain && <u32>(digitCount - 1 + state) < 15) {
      const number = <f64>digitsValue(v128.and(digits, lanes))
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
