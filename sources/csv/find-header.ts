// Finds the fields a mapping needs in the header of a file, and says clearly what is not there. A
// file without a header opens with a row of data: a first record that may be one is never printed.
import { LandingError } from '../../contracts/errors.ts'

const namesShown = 40
const nameLengthShown = 64

/**
 * 0-based index of each needed name, in the order given. Errors: header_wrong for a name that is
 * missing or that occurs twice.
 */
export function findHeader(
  file: string,
  header: readonly string[],
  needed: readonly string[],
): number[] {
  const missing = needed.filter((name) => !header.includes(name))
  if (missing.length > 0)
    throw new LandingError('header_wrong', missingMessage(file, header, needed, missing))
  const doubled = needed.filter((name) => header.indexOf(name) !== header.lastIndexOf(name))
  if (doubled.length > 0) {
    const names = [...new Set(doubled)].map(quoted).join(', ')
    const message = `${file}: the header has more than one field named ${names}; expected one`
    throw new LandingError('header_wrong', message)
  }
  return needed.map((name) => header.indexOf(name))
}

function missingMessage(
  file: string,
  header: readonly string[],
  needed: readonly string[],
  missing: readonly string[],
): string {
  const opening = `${file}: the header lacks ${missing.map(quoted).join(', ')}`
  if (looksLikeData(header) || !isRecognised(header, needed)) {
    return `${opening}. Its first record does not look like a header, so it is not shown`
  }
  const hints = missing.flatMap((name) => {
    const nearest = nearestName(name, header)
    return nearest === null ? [] : [`${quoted(nearest)} instead of ${quoted(name)}?`]
  })
  const shown = header.slice(0, namesShown).map(quoted).join(', ')
  const rest = header.length > namesShown ? ` and ${header.length - namesShown} more` : ''
  return [`${opening}.`, ...hints, `It has: ${shown}${rest}`].join(' ')
}

/** True where a field is something but has no letter, as no name of a column and many a value. */
function looksLikeData(header: readonly string[]): boolean {
  return header.some((name) => name !== '' && !/\p{L}/u.test(name))
}

/**
 * True where a needed name is in the header, or plainly meant: in other letters or signs, with a slip,
 * or inside a field (a wrong delimiter). A first record of data may be all words: patients' names.
 */
function isRecognised(header: readonly string[], needed: readonly string[]): boolean {
  return needed.some((wanted) => {
    const folded = fold(wanted)
    if (header.some((name) => fold(name) === folded)) return true
    if (folded.length < 4) return false
    return (
      header.some((name) => fold(name).includes(folded)) || nearestName(wanted, header) !== null
    )
  })
}

function quoted(name: string): string {
  // Line ends and other controls would break the line of the message.
  const plain = name.replace(/\p{C}+/gu, ' ')
  return `"${plain.length > nameLengthShown ? `${plain.slice(0, nameLengthShown)}…` : plain}"`
}

/** The name that differs least, if by no more than a third of its letters. */
function nearestName(wanted: string, names: readonly string[]): string | null {
  let best: string | null = null
  let bestDistance = Math.ceil(wanted.length / 3) + 1
  const folded = fold(wanted)
  for (const name of names) {
    if (Math.abs(name.length - wanted.length) >= bestDistance + 8) continue
    const distance = editDistance(fold(name).slice(0, 256), folded.slice(0, 256))
    if (distance < bestDistance) {
      best = name
      bestDistance = distance
    }
  }
  return best
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[\s_.-]+/g, '')
}

/** Insertions, deletions and replacements that make one text the other (Levenshtein). */
export function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[right.length] ?? 0
}
