// Check digits of made codes: Verhoeff's for SNOMED CT and dm+d, modulus 11 for NHS numbers.
// Source: SNOMED CT Release File Specification, section 5.5; NHS Data Dictionary, NHS NUMBER.

// Multiplication in the dihedral group of ten elements: rotations 0 to 4, reflections 5 to 9.
function multiply(left: number, right: number): number {
  const turn = left < 5 ? left + (right % 5) : left - (right % 5) + 5
  const rotation = turn % 5
  return left < 5 === right < 5 ? rotation : rotation + 5
}

/** Row i is i times this permutation, after itself; row 0 leaves every digit alone. */
const permutations: readonly (readonly number[])[] = (() => {
  const first = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
  const rows = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]
  for (let i = 1; i < 8; i++) rows.push((rows[i - 1] ?? []).map((digit) => first[digit] ?? 0))
  return rows
})()

function verhoeffSum(digits: string, firstPlace: number): number {
  let sum = 0
  for (let place = 0; place < digits.length; place++) {
    const digit = digits.charCodeAt(digits.length - 1 - place) - 48
    sum = multiply(sum, permutations[(place + firstPlace) % 8]?.[digit] ?? 0)
  }
  return sum
}

/** The digits with their check digit behind them. */
export function withVerhoeff(digits: string): string {
  const sum = verhoeffSum(digits, 1)
  for (let digit = 0; digit < 10; digit++) {
    if (multiply(sum, digit) === 0) return `${digits}${digit}`
  }
  throw new Error('every sum has an inverse')
}

export const hasVerhoeff = (code: string): boolean => verhoeffSum(code, 0) === 0

/** The first nine digits with their check digit; null where there is none (a remainder of one). */
export function withModulus11(digits: string): string | null {
  let sum = 0
  for (let place = 0; place < 9; place++) sum += (digits.charCodeAt(place) - 48) * (10 - place)
  const check = 11 - (sum % 11)
  return check === 10 ? null : `${digits.slice(0, 9)}${check % 11}`
}
