// Plain decimal numbers of at most 15 digits: both the digits and the power of ten are then exact
// doubles, so that one division rounds correctly. Everything else is left undecided.
import assert from 'node:assert'
import { isNullToken } from './is-null-token.ts'

/** 10^0 to 10^15, all exact. */
const powersOfTen = Float64Array.from({ length: 16 }, (_, power) => Number(`1e${power}`))

/** Returns how many rows are listed in `undecided`. States: 0 a value, 1 null. */
export function parseFloat64Kernel(
  bytes: Uint8Array,
  starts: Int32Array,
  ends: Int32Array,
  from: number,
  rowCount: number,
  nullLengths: number,
  nullBytes: Uint8Array,
  nullOffsets: Int32Array,
  decimal: number,
  values: Float64Array,
  states: Uint8Array,
  undecided: Int32Array,
): number {
  assert(
    starts.length >= from + rowCount && ends.length >= from + rowCount,
    'fields hold every row',
  )
  assert(values.length >= rowCount && states.length >= rowCount, 'targets hold every row')
  assert(undecided.length >= rowCount, 'undecided holds every row')
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
    const negative = length > 1 && bytes[start] === 45
    let at = negative ? start + 1 : start
    // Fifteen digits and a separator.
    if (end - at > 16 || end === at) {
      undecided[undecidedCount++] = row
      continue
    }
    const wholeStart = at
    let number = 0
    let digit = 0
    while (at < end && (digit = bytes[at]! - 48) >= 0 && digit <= 9) {
      number = number * 10 + digit
      at++
    }
    let digitCount = at - wholeStart
    let fractionCount = 0
    if (at < end && bytes[at] === decimal) {
      const fractionStart = ++at
      while (at < end && (digit = bytes[at]! - 48) >= 0 && digit <= 9) {
        number = number * 10 + digit
        at++
      }
      fractionCount = at - fractionStart
      digitCount += fractionCount
    }
    if (at !== end || digitCount === 0 || digitCount > 15) {
      undecided[undecidedCount++] = row
      continue
    }
    const value = fractionCount === 0 ? number : number / powersOfTen[fractionCount]!
    values[row] = negative ? -value : value
  }
  return undecidedCount
}
