// One 64-bit integer from bytes, for values that the kernel left undecided: nineteen digits and
// more, thousands separators, whole decimals. Exact without BigInt: two parts below 2^53 are
// multiplied out.
import { decimalDroppedFlag } from '../coercion-flags.ts'
import type { ValueCell } from './value-cell.ts'

export interface NumberForm {
  /** Byte of the decimal separator. */
  readonly decimal: number
  /** Byte of the thousands separator; -1: none. */
  readonly thousands: number
  readonly wholeDecimals: boolean
}

const two32 = 4_294_967_296

/** Most digits of a 64-bit integer without leading zeros. */
const digitsMax = 19

export const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 48 && byte <= 57

/**
 * End of the whole digits from `start`, separators in right groups of three included; -1 where the
 * groups are wrong. Separators count only when the first group has one to three digits.
 */
export function wholeDigitsEnd(
  bytes: Uint8Array,
  start: number,
  end: number,
  thousands: number,
): number {
  let at = start
  while (at < end && isDigit(bytes[at])) at++
  if (thousands < 0 || at === end || bytes[at] !== thousands) return at
  if (at === start || at - start > 3) return -1
  while (at < end && bytes[at] === thousands) {
    for (let digit = 1; digit <= 3; digit++) {
      if (at + digit >= end || !isDigit(bytes[at + digit])) return -1
    }
    at += 4
  }
  return at < end && isDigit(bytes[at]) ? -1 : at
}

/** Writes high * 10^9 + low to the cell; false when it passes 64 bits with that sign. */
function storeInt64(cell: ValueCell, high: number, low: number, negative: boolean): boolean {
  const highLow = high % 65_536
  const highHigh = (high - highLow) / 65_536
  const upper = highHigh * 1_000_000_000
  const upperLow = upper % 65_536
  const lower = upperLow * 65_536 + (highLow * 1_000_000_000 + low)
  let cellLow = lower % two32
  let cellHigh = (upper - upperLow) / 65_536 + Math.floor(lower / two32)
  const limit = 2_147_483_648
  if (cellHigh > limit || (cellHigh === limit && !(negative && cellLow === 0))) return false
  if (negative && (cellLow !== 0 || cellHigh !== 0)) {
    cellHigh = cellLow === 0 ? two32 - cellHigh : two32 - 1 - cellHigh
    cellLow = cellLow === 0 ? 0 : two32 - cellLow
  }
  cell.low = cellLow | 0
  cell.high = cellHigh | 0
  return true
}

/** True and the value in `cell`, or false: not an integer of 64 bits in this form. */
export function parseIntValue(
  bytes: Uint8Array,
  start: number,
  end: number,
  form: NumberForm,
  cell: ValueCell,
): boolean {
  const negative = bytes[start] === 45 && start < end
  let at = negative || (bytes[start] === 43 && start < end) ? start + 1 : start
  const wholeEnd = wholeDigitsEnd(bytes, at, end, form.thousands)
  if (wholeEnd <= at) return false
  if (wholeEnd < end) {
    if (!form.wholeDecimals || bytes[wholeEnd] !== form.decimal || wholeEnd + 1 === end)
      return false
    for (let zero = wholeEnd + 1; zero < end; zero++) if (bytes[zero] !== 48) return false
    cell.flags |= decimalDroppedFlag
  }
  let digits = 0
  for (let i = at; i < wholeEnd; i++) {
    if (digits > 0 || (bytes[i] !== 48 && isDigit(bytes[i]))) digits += isDigit(bytes[i]) ? 1 : 0
  }
  if (digits > digitsMax) return false
  let high = 0
  let low = 0
  for (; at < wholeEnd; at++) {
    const byte = bytes[at] ?? 0
    if (!isDigit(byte)) continue
    // Leading zeros change nothing, so counting digits from the right decides which part they join.
    low = low * 10 + (byte - 48)
    if (low >= 1_000_000_000) {
      const carry = Math.floor(low / 1_000_000_000)
      high = high * 10 + carry
      low -= carry * 1_000_000_000
    } else {
      high *= 10
    }
  }
  return storeInt64(cell, high, low, negative)
}
