// Finds the fields a mapping needs in the header of a file, and says clearly what is not there. A
// file without a header opens with a row of data: a first record that may be one is never printed.
import { LandingError } from '../../contracts/errors.ts'
import { nearestWord } from '../../contracts/nearest-word.ts'

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
  if (looksLikeData(header)) {
    return `${opening}. Its first record does not look like a header, so it is not shown`
  }
  if (!knowsAnyOf(header, needed)) {
    return `${opening}. Its first record has none of the names, so it may be a row and is not shown`
  }
  const hints = missing.flatMap((name) => {
    const nearest = nearestWord(name, header)
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
 * True where a needed name is in the header, letter case and separators aside, or inside a field of
 * it (a wrong delimiter): then it is a header for certain. A record of data may be all words, too.
 */
function knowsAnyOf(header: readonly string[], needed: readonly string[]): boolean {
  const known = header.map(plainName)
  return needed.map(plainName).some((wanted) => {
    if (wanted === '') return false
    return known.some((one) => one === wanted || (wanted.length >= 4 && one.includes(wanted)))
  })
}

/** `Patient ID` is PatientID. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

function quoted(name: string): string {
  // Line ends and other controls would break the line of the message.
  const plain = name.replace(/\p{C}+/gu, ' ')
  return `"${plain.length > nameLengthShown ? `${plain.slice(0, nameLengthShown)}…` : plain}"`
}
