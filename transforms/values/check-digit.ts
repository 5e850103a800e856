// Check digits of codes, over bytes: Verhoeff's of SNOMED CT and dm+d, modulus 11 of NHS numbers.
// And what spoils codes most: tools that read them as floating point numbers and wrote them back.

import { type NumberForm, parseIntValue } from './parse-int-value.ts'
import { newValueCell } from './value-cell.ts'

/**
 * The product of the dihedral group D5 at 10 a + b: rotations are 0 to 4, reflections 5 to 9.
 * J. Verhoeff, Error Detecting Decimal Codes, Mathematical Centre Tracts 29, Amsterdam 1969; SNOMED
 * International, Release File Specification, "Check-digit".
 */
const products = Uint8Array.from([
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  ...[1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
  ...[2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
  ...[3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
  ...[4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
  ...[5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
  ...[6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
  ...[7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
  ...[8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
  ...[9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
])

/** What stands for digit d in the place p from the right, at 10 (p mod 8) + d. */
const permutations: Uint8Array = (() => {
  const once = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
  const table = new Uint8Array(80)
  for (let digit = 0; digit < 10; digit++) {
    let image = digit
    for (let place = 0; place < 8; place++) {
      table[10 * place + digit] = image
      image = once[image] ?? 0
    }
  }
  return table
})()

/** Is the last of the digits bytes[start … end) right by Verhoeff's scheme? */
export function hasVerhoeffDigit(bytes: Uint8Array, start: number, end: number): boolean {
  let check = 0
  for (let place = 0; place < end - start; place++) {
    const digit = (bytes[end - 1 - place] ?? 0) - 48
    check = products[10 * check + (permutations[10 * (place & 7) + digit] ?? 0)] ?? 0
  }
  return check === 0
}

/**
 * Is the last of the ten digits from `start` right by modulus 11, as the NHS Data Model and
 * Dictionary has it (NHS NUMBER: weights 10 to 2; 11 stands for 0, and 10 for no number at all)?
 */
export function hasModulus11Digit(bytes: Uint8Array, start: number): boolean {
  let sum = 0
  for (let place = 0; place < 9; place++) sum += ((bytes[start + place] ?? 0) - 48) * (10 - place)
  return (11 - (sum % 11)) % 11 === (bytes[start + 9] ?? 0) - 48
}

const plainNumber: NumberForm = { decimal: 46, thousands: -1, wholeDecimals: false }
const cell = newValueCell()
const decoder = new TextDecoder()

/** Is the whole number in the cell a double: at most 53 bits from its first 1 to its last? */
function isDouble(low: number, high: number): boolean {
  const leading = high === 0 ? 32 + Math.clz32(low) : Math.clz32(high)
  const trailing = low === 0 ? 32 + (31 - Math.clz32(high & -high)) : 31 - Math.clz32(low & -low)
  return 64 - leading - trailing <= 53
}

/**
 * Could a tool that keeps numbers as doubles have written these digits? That is so of 16 digits and
 * more (a double keeps every number of 15) where they are
 *  - 15 significant digits and then zeros, which is all that spreadsheets keep; or, past 2^53,
 *  - a double in full, or one printed with 16 or 17 significant digits and then zeros.
 * Said only of codes whose check digit is wrong: most right codes past 2^53 are no doubles, but some
 * are, and a code that is right is never called rounded.
 */
export function isRoundedCode(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 16) return false
  let lastSignificant = end - 1
  while (lastSignificant > start && bytes[lastSignificant] === 48) lastSignificant--
  const digits = lastSignificant + 1 - start
  if (digits <= 15) return true
  if (!parseIntValue(bytes, start, end, plainNumber, cell)) return false
  if (cell.high < 0x200000 || (cell.high === 0x200000 && cell.low === 0)) return false
  if (isDouble(cell.low, cell.high)) return true
  const text = decoder.decode(bytes.subarray(start, end))
  return digits <= 17 && wholeText(Number(text), digits) === text
}

/** A number of at least 10^15 in so many significant digits, filled up with zeros. */
function wholeText(value: number, digits: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(digits - 1).split('e')
  return mantissa.replace('.', '').padEnd(Number(exponent) + 1, '0')
}
