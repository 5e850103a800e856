// Reference: check digits by the arithmetic they stand for, and what a float64 makes of a code by
// exact whole numbers.

/** An element of the dihedral group D5: a turn by so many fifths, after a flip or without one. */
interface Symmetry {
  readonly turns: number
  readonly isFlipped: boolean
}

const symmetryOf = (digit: number): Symmetry => ({ turns: digit % 5, isFlipped: digit >= 5 })

function product(left: Symmetry, right: Symmetry): Symmetry {
  const turns = left.isFlipped ? left.turns - right.turns : left.turns + right.turns
  return { turns: (turns + 10) % 5, isFlipped: left.isFlipped !== right.isFlipped }
}

/** Verhoeff's permutation: 0 becomes 1, 1 becomes 5, 5 becomes 8… */
const permuted = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]

/** SNOMED CT and dm+d: the product over all digits, each permuted as often as its place, is one. */
export function isVerhoeffNumber(digits: string): boolean {
  let total: Symmetry = { turns: 0, isFlipped: false }
  for (const [place, digit] of [...digits].reverse().entries()) {
    let image = Number(digit)
    for (let times = 0; times < place; times++) image = permuted[image] ?? 0
    total = product(total, symmetryOf(image))
  }
  return total.turns === 0 && !total.isFlipped
}

/** NHS numbers: ten times the first digit, nine times the second and so on, the last once. */
export function isModulus11Number(digits: string): boolean {
  const weighted = [...digits].map((digit, place) => Number(digit) * (10 - place))
  return weighted.reduce((sum, part) => sum + part, 0) % 11 === 0
}

/** Rounded to so many significant digits, halves up, for whole numbers above 0. */
function roundedTo(value: bigint, digits: number): bigint {
  const unit = 10n ** BigInt(Math.max(0, String(value).length - digits))
  return ((value + unit / 2n) / unit) * unit
}

/**
 * Digits that a tool could have written which keeps numbers as float64: 15 significant ones and
 * zeros; past 2^53 also the number that the float64 nearest to them is, or that one rounded to 16
 * or 17 significant digits.
 */
export function isFloatText(digits: string): boolean {
  const value = BigInt(digits)
  if (digits.length < 16) return false
  if (roundedTo(value, 15) === value) return true
  const nearest = BigInt(Number(digits))
  const written = [nearest, roundedTo(nearest, 16), roundedTo(nearest, 17)]
  return value > 2n ** 53n && written.includes(value)
}
