// Patterns of contracts in the languages of other tools. A pattern is read into its parts, as far as
// these mean the same everywhere, and written anew: as a regular expression of RE2, Java or XML
// Schema, or as the few LIKE patterns that together match the same texts.

/** Characters by code point, ranges inclusive. */
interface CharacterSet {
  readonly kind: 'set'
  readonly negated: boolean
  readonly ranges: readonly (readonly [number, number])[]
}
interface Choice {
  readonly kind: 'choice'
  readonly options: readonly (readonly Repeated[])[]
}
interface Repeated {
  readonly part: CharacterSet | Choice
  readonly minimum: number
  readonly maximum: number
}

const digits: CharacterSet['ranges'] = [[48, 57]]
const wordRanges: CharacterSet['ranges'] = [...digits, [65, 90], [95, 95], [97, 122]]
/** What a full stop does not match. */
const lineEnds: CharacterSet['ranges'] = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
]
/** RE2 refuses longer counted repeats. */
const repeatMax = 1000

class Unportable extends Error {}

/** A walk over the characters of a pattern. */
interface Walk {
  readonly characters: readonly string[]
  at: number
}

function escapedRanges(walk: Walk): CharacterSet['ranges'] {
  const character = walk.characters[walk.at++] ?? ''
  if (character === 'd') return digits
  if (character === 'w') return wordRanges
  if (!/^[\\^$.*+?()[\]{}|/-]$/.test(character)) throw new Unportable()
  const point = character.codePointAt(0) ?? 0
  return [[point, point]]
}

function readClass(walk: Walk): CharacterSet {
  const negated = walk.characters[walk.at] === '^'
  if (negated) walk.at += 1
  const ranges: [number, number][] = []
  for (;;) {
    const character = walk.characters[walk.at++]
    if (character === undefined) throw new Unportable()
    if (character === ']') return { kind: 'set', negated, ranges }
    const point = character.codePointAt(0) ?? 0
    const found = character === '\\' ? escapedRanges(walk) : ([[point, point]] as const)
    const [only] = found
    const isSpan = walk.characters[walk.at] === '-' && walk.characters[walk.at + 1] !== ']'
    if (!isSpan || only === undefined) {
      ranges.push(...found.map(([from, to]): [number, number] => [from, to]))
      continue
    }
    walk.at += 1
    const next = walk.characters[walk.at++] ?? ''
    const end = next === '\\' ? escapedRanges(walk)[0]?.[0] : next.codePointAt(0)
    if (found.length !== 1 || only[0] !== only[1] || end === undefined) throw new Unportable()
    ranges.push([only[0], end])
  }
}

function readPart(walk: Walk): Repeated['part'] {
  const character = walk.characters[walk.at++] ?? ''
  if (character === '[') return readClass(walk)
  if (character === '.') return { kind: 'set', negated: true, ranges: lineEnds }
  if (character === '\\') return { kind: 'set', negated: false, ranges: escapedRanges(walk) }
  if (character === '(') {
    if (walk.characters[walk.at] === '?') {
      if (walk.characters[walk.at + 1] !== ':') throw new Unportable()
      walk.at += 2
    }
    const choice = readChoice(walk)
    if (walk.characters[walk.at++] !== ')') throw new Unportable()
    return choice
  }
  if (/^[*+?{}\]^$)]$/.test(character)) throw new Unportable()
  const point = character.codePointAt(0) ?? 0
  return { kind: 'set', negated: false, ranges: [[point, point]] }
}

function readRepeat(walk: Walk): { minimum: number; maximum: number } {
  const rest = walk.characters.slice(walk.at, walk.at + 12).join('')
  const [found, sign, low, comma, high] = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/.exec(rest) ?? []
  if (found === undefined) return { minimum: 1, maximum: 1 }
  walk.at += found.length
  if (sign !== undefined) {
    const maximum = sign === '?' ? 1 : Number.POSITIVE_INFINITY
    return { minimum: sign === '+' ? 1 : 0, maximum }
  }
  const minimum = Number(low)
  const open = high === '' ? Number.POSITIVE_INFINITY : Number(high)
  return { minimum, maximum: comma === undefined ? minimum : open }
}

function readChoice(walk: Walk): Choice {
  const options: Repeated[][] = [[]]
  while (walk.at < walk.characters.length && walk.characters[walk.at] !== ')') {
    if (walk.characters[walk.at] === '|') {
      walk.at += 1
      options.push([])
      continue
    }
    const part = readPart(walk)
    options.at(-1)?.push({ part, ...readRepeat(walk) })
  }
  return { kind: 'choice', options }
}

/** The parts of a pattern; null where some of them do not mean the same everywhere. */
function readPattern(pattern: string): Choice | null {
  const walk: Walk = { characters: [...pattern], at: 0 }
  try {
    const choice = readChoice(walk)
    return walk.at === walk.characters.length ? choice : null
  } catch (error) {
    if (error instanceof Unportable) return null
    throw error
  }
}

export type PatternLanguage = 're2' | 'java' | 'xml'

function writeCharacter(point: number, language: PatternLanguage): string {
  const character = String.fromCodePoint(point)
  if (/[A-Za-z0-9 _]/.test(character)) return character
  if (/[\\^$.*+?()[\]{}|-]/.test(character)) return `\\${character}`
  if (point > 32 && point < 127) return character
  return language === 'xml' ? character : `\\x{${point.toString(16)}}`
}

function writePart(part: Repeated['part'], language: PatternLanguage): string {
  if (part.kind === 'choice') {
    return `${language === 'xml' ? '(' : '(?:'}${writeChoice(part, language)})`
  }
  const [only] = part.ranges
  const isOne = part.ranges.length === 1 && only !== undefined && only[0] === only[1]
  if (isOne && !part.negated) return writeCharacter(only[0], language)
  const ranges = part.ranges.map(([from, to]) => {
    const start = writeCharacter(from, language)
    return from === to ? start : `${start}-${writeCharacter(to, language)}`
  })
  return `[${part.negated ? '^' : ''}${ranges.join('')}]`
}

function writeRepeat({ minimum, maximum }: Repeated): string {
  if (minimum === 1 && maximum === 1) return ''
  if (minimum === 0 && maximum === 1) return '?'
  if (maximum === Number.POSITIVE_INFINITY) {
    return minimum === 0 ? '*' : minimum === 1 ? '+' : `{${minimum},}`
  }
  return minimum === maximum ? `{${minimum}}` : `{${minimum},${maximum}}`
}

const writeChoice = ({ options }: Choice, language: PatternLanguage): string =>
  options
    .map((option) =>
      option.map((one) => `${writePart(one.part, language)}${writeRepeat(one)}`).join(''),
    )
    .join('|')

const isLong = ({ minimum, maximum, part }: Repeated): boolean =>
  minimum > repeatMax ||
  (maximum !== Number.POSITIVE_INFINITY && maximum > repeatMax) ||
  (part.kind === 'choice' && part.options.some((option) => option.some(isLong)))

/** A pattern of the whole text in another language, without anchors; null: it cannot be said. */
export function patternIn(pattern: string, language: PatternLanguage): string | null {
  const choice = readPattern(pattern)
  if (choice === null || choice.options.some((option) => option.some(isLong))) return null
  const text = writeChoice(choice, language)
  return choice.options.length > 1 && language === 'xml' ? `(${text})` : text
}

const likeTextsMax = 32
const likeLengthMax = 400

/** A set of characters as LIKE has it; null where it has no such set. */
function likeSet({ negated, ranges }: CharacterSet): string | null {
  if (negated || ranges.some(([, to]) => to > 0xffff)) return null
  const [only] = ranges
  if (ranges.length === 1 && only !== undefined && only[0] === only[1]) {
    const character = String.fromCharCode(only[0])
    return '%_['.includes(character) ? `[${character}]` : character
  }
  const ends = ranges.flat().map((point) => String.fromCharCode(point))
  if (ends.some((end) => !/[A-Za-z0-9 .]/.test(end))) return null
  return `[${ranges
    .map(([from, to]) =>
      from === to
        ? String.fromCharCode(from)
        : `${String.fromCharCode(from)}-${String.fromCharCode(to)}`,
    )
    .join('')}]`
}

function likeTexts({ options }: Choice): string[] | null {
  const all: string[] = []
  for (const option of options) {
    let texts = ['']
    for (const { part, minimum, maximum } of option) {
      const single = part.kind === 'choice' ? likeTexts(part) : [likeSet(part) ?? '\u0000']
      if (single === null || single.includes('\u0000') || maximum > 100) return null
      let repeated = texts
      const next: string[] = minimum === 0 ? [...texts] : []
      for (let count = 1; count <= maximum; count++) {
        repeated = repeated.flatMap((text) => single.map((one) => text + one))
        if (repeated.length > likeTextsMax) return null
        if (count >= minimum) next.push(...repeated)
      }
      texts = next
      if (texts.length > likeTextsMax || texts.some((text) => text.length > likeLengthMax))
        return null
    }
    all.push(...texts)
  }
  return all.length > likeTextsMax ? null : [...new Set(all)]
}

/** LIKE patterns (of T-SQL, with sets) one of which matches; null where they cannot say the same. */
export function likePatterns(pattern: string): string[] | null {
  const choice = readPattern(pattern)
  return choice === null ? null : likeTexts(choice)
}
