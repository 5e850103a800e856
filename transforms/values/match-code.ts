// Byte matchers for the forms of contracts/code-systems.ts, one per code system; a generative test
// holds them equal to the patterns there.
import type { CodeSystem, ColumnType, MultiCodeSystem } from '../../contracts/table-contract.ts'

type Matcher = (bytes: Uint8Array, start: number, end: number) => boolean

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57
const isUpper = (byte: number): boolean => byte >= 65 && byte <= 90
const isLetterOrDigit = (byte: number): boolean =>
  isDigit(byte) || isUpper(byte) || (byte >= 97 && byte <= 122)

/** Digits from `from` up to `to`? An empty range is. */
function areDigits(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (!isDigit(bytes[i] ?? 0)) return false
  return true
}

const isSctid: Matcher = (bytes, start, end) =>
  end - start >= 6 && end - start <= 18 && bytes[start] !== 48 && areDigits(bytes, start, end)

const isCtv3: Matcher = (bytes, start, end) => {
  if (end - start !== 5) return false
  let at = start
  while (at < end && isLetterOrDigit(bytes[at] ?? 0)) at++
  if (at < start + 2) return false
  while (at < end && bytes[at] === 46) at++
  return at === end
}

const isIcd10: Matcher = (bytes, start, end) => {
  const length = end - start
  if (length < 3 || length > 5 || !isUpper(bytes[start] ?? 0)) return false
  if (!areDigits(bytes, start + 1, start + 3)) return false
  return areDigits(bytes, bytes[start + 3] === 88 && length > 3 ? start + 4 : start + 3, end)
}

const isOpcs4: Matcher = (bytes, start, end) => {
  const length = end - start
  if (length < 3 || length > 4) return false
  return isUpper(bytes[start] ?? 0) && bytes[start] !== 73 && areDigits(bytes, start + 1, end)
}

const isBnf: Matcher = (bytes, start, end) => {
  const first = bytes[start] ?? 0
  const second = bytes[start + 1] ?? 0
  if (end - start === 11) {
    return first === 50 && second >= 48 && second <= 51 && areDigits(bytes, start + 2, end)
  }
  if (end - start !== 15 || (first !== 48 && first !== 49)) return false
  if (!areDigits(bytes, start + 1, start + 7)) return false
  for (let i = start + 7; i < end; i++) {
    const byte = bytes[i] ?? 0
    const mustBeLetter = i >= start + 9 && (i - start) % 2 === 1
    if (!isUpper(byte) && (mustBeLetter || !isDigit(byte))) return false
  }
  return true
}

/** All codes between separators match, and there is at least one. */
const codesOf =
  (isCode: Matcher): Matcher =>
  (bytes, start, end) => {
    let codeCount = 0
    let at = start
    while (at < end) {
      const codeStart = at
      while (at < end && bytes[at] !== 124 && bytes[at] !== 44 && bytes[at] !== 32) at++
      if (at > codeStart) {
        if (!isCode(bytes, codeStart, at)) return false
        codeCount++
      }
      at++
    }
    return codeCount > 0
  }

/** Ten digits; whether the last is right is a constraint that comes with the type. */
const isNhsNumber: Matcher = (bytes, start, end) =>
  end - start === 10 && areDigits(bytes, start, end)

const matchers: Readonly<Record<CodeSystem | MultiCodeSystem | 'nhs_number', Matcher>> = {
  nhs_number: isNhsNumber,
  snomedct: isSctid,
  dmd: isSctid,
  ctv3: isCtv3,
  icd10: isIcd10,
  opcs4: isOpcs4,
  bnf: isBnf,
  icd10_multi: codesOf(isIcd10),
  opcs4_multi: codesOf(isOpcs4),
}

/** The matcher of a code system; null for types that are no codes. */
export function codeMatcher(type: ColumnType): Matcher | null {
  return Object.hasOwn(matchers, type) ? matchers[type as keyof typeof matchers] : null
}
