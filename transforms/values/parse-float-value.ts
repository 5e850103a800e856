// One double from bytes, for values that the kernel left undecided. The form is checked byte by
// byte; the digits are then read by the engine's own correctly rounding Number.
import { isDigit, type NumberForm, wholeDigitsEnd } from './parse-int-value.ts'
import type { ValueCell } from './value-cell.ts'

/**
 * True and the value in `cell`, or false: not a number in this form, or past the largest double.
 */
export function parseFloatValue(
  bytes: Uint8Array,
  start: number,
  end: number,
  form: NumberForm,
  cell: ValueCell,
): boolean {
  let at = start
  let text = ''
  if (at < end && (bytes[at] === 45 || bytes[at] === 43)) {
    if (bytes[at] === 45) text = '-'
    at++
  }
  const wholeEnd = wholeDigitsEnd(bytes, at, end, form.thousands)
  if (wholeEnd < 0) return false
  let digits = 0
  for (; at < wholeEnd; at++) {
    if (!isDigit(bytes[at])) continue
    text += String.fromCharCode(bytes[at] ?? 0)
    digits++
  }
  if (at < end && bytes[at] === form.decimal) {
    text += '.'
    for (at++; at < end && isDigit(bytes[at]); at++) {
      text += String.fromCharCode(bytes[at] ?? 0)
      digits++
    }
  }
  if (digits === 0) return false
  if (at < end && (bytes[at] === 69 || bytes[at] === 101)) {
    text += 'e'
    at++
    if (at < end && (bytes[at] === 45 || bytes[at] === 43)) {
      text += bytes[at] === 45 ? '-' : '+'
      at++
    }
    const exponentStart = at
    for (; at < end && isDigit(bytes[at]); at++) text += String.fromCharCode(bytes[at] ?? 0)
    if (at === exponentStart) return false
  }
  if (at !== end) return false
  cell.double = Number(text)
  return Number.isFinite(cell.double)
}
