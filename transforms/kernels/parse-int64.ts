// Plain integers: an optional minus and up to 18 digits, written as lower and upper halves so
// that no BigInt is made. Everything else is left undecided for the per-value parser.
import assert from 'node:assert'
import { isNullToken } from './is-null-token.ts'

/** Returns how many rows are listed in `undecided`. States: 0 a value, 1 null. */
export function parseInt64Kernel(
  bytes: Uint8Array,
  starts: Int32Array,
  ends: Int32Array,
  from: number,
  rowCount: number,
  nullLengths: number,
  nullBytes: Uint8Array,
  nullOffsets: Int32Array,
  halves: Int32Array,
  states: Uint8Array,
  undecided: Int32Array,
): number {
  assert(
    starts.length >= from + rowCount && ends.length >= from + rowCount,
    'fields hold every row',
  )
  assert(halves.length >= 2 * rowCount && states.length >= rowCount, 'targets hold every row')
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
    // Past 18 digits, and without any, the sign bit says so like a byte that is no digit.
    let bad = (end - at - 1) | (18 - (end - at))
    let high = 0
    for (const split = end - 9; at < split && bad >= 0; at++) {
      const digit = bytes[at]! - 48
      bad |= digit | (9 - digit)
      high = (high * 10 + digit) | 0
    }
    let low = 0
    for (; at < end && bad >= 0; at++) {
      const digit = bytes[at]! - 48
      bad |= digit | (9 - digit)
      low = (low * 10 + digit) | 0
    }
    if (bad < 0) {
      undecided[undecidedCount++] = row
      continue
    }
    let lower = low
    let upper = 0
    if (high !== 0) {
      // high * 10^9 + low in parts that a double holds exactly.
      const product = (high >>> 16) * 1_000_000_000
      const shifted = (product % 65_536) * 65_536 + (high & 65_535) * 1_000_000_000 + low
      lower = shifted | 0
      upper = (Math.floor(product / 65_536) + Math.floor(shifted / 4_294_967_296)) | 0
    }
    if (negative) {
      lower = -lower | 0
      upper = lower === 0 ? -upper | 0 : ~upper
    }
    halves[2 * row] = lower
    halves[2 * row + 1] = upper
  }
  return undecidedCount
}
