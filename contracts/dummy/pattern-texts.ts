// Texts that match a pattern: the patterns that contracts may use have no looking around and no
// back references, so each is a tree of choices, sequences and repeats, whose texts can be counted,
// numbered and drawn.
import type { SeededRandom } from './seeded-random.ts'

export interface PatternTexts {
  /** Number of texts, as far as it can be told apart from infinity; equal texts count each time. */
  readonly count: number
  draw(random: SeededRandom): string
  /** The text of a number from 0; two numbers below the count give different ways through. */
  nth(number: number): string
}

/** Repeats without an upper bound are drawn up to so many more than they need. */
const openRepeats = 4
const countMost = Number.MAX_SAFE_INTEGER

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const digits = '0123456789'

function oneOf(characters: readonly string[]): PatternTexts {
  if (characters.length === 0) throw new Error('a class of the pattern has no character at hand')
  return {
    count: characters.length,
    draw: (random) => random.pick(characters),
    nth: (number) => characters[number % characters.length] ?? '',
  }
}

const bounded = (count: number): number => Math.min(count, countMost)

function sequence(parts: readonly PatternTexts[]): PatternTexts {
  if (parts.length === 1 && parts[0] !== undefined) return parts[0]
  return {
    count: bounded(parts.reduce((product, part) => product * part.count, 1)),
    draw: (random) => parts.map((part) => part.draw(random)).join(''),
    nth: (number) => {
      let rest = number
      const texts: string[] = []
      for (const part of [...parts].reverse()) {
        texts.unshift(part.nth(rest % part.count))
        rest = Math.floor(rest / part.count)
      }
      return texts.join('')
    },
  }
}

function choice(parts: readonly PatternTexts[]): PatternTexts {
  if (parts.length === 1 && parts[0] !== undefined) return parts[0]
  return {
    count: bounded(parts.reduce((sum, part) => sum + part.count, 0)),
    draw: (random) => random.pick(parts).draw(random),
    nth: (number) => {
      let rest = number
      for (const part of parts) {
        if (rest < part.count) return part.nth(rest)
        rest -= part.count
      }
      return parts[0]?.nth(rest) ?? ''
    },
  }
}

function repeated(part: PatternTexts, least: number, most: number): PatternTexts {
  const lengths: PatternTexts[] = []
  for (let length = least; length <= most; length++) {
    lengths.push(sequence(Array.from({ length }, () => part)))
  }
  return choice(lengths)
}

/** Printable ASCII, and a few letters beyond it, that one character of a class may be. */
const candidates = [
  ...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)),
  ...['é', 'ß', 'Ł', 'α', '漢', '\t'],
]

/** The characters at hand that an atom matches; letters and digits alone where it has some. */
function charactersOf(atom: string): PatternTexts {
  const expression = new RegExp(`^(?:${atom})$`, 'u')
  const matching = candidates.filter((character) => expression.test(character))
  const plain = matching.filter((character) => (letters + digits).includes(character))
  return oneOf(plain.length > 0 ? plain : matching)
}

interface Reader {
  readonly pattern: string
  at: number
}

function take(reader: Reader, expression: RegExp): RegExpExecArray | null {
  const match = expression.exec(reader.pattern.slice(reader.at))
  if (match !== null) reader.at += match[0].length
  return match
}

function readAtom(reader: Reader): PatternTexts {
  if (take(reader, /^\((?:\?:|\?<[^>]*>)?/u) !== null) {
    const inside = readChoice(reader)
    take(reader, /^\)/u)
    return inside
  }
  // Anchors and word ends add no character; only the first two can be kept without looking around.
  if (take(reader, /^[\^$]/u) !== null) return oneOf([''])
  const atom =
    take(reader, /^\\(?:[pPu]\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/su) ??
    take(reader, /^\[(?:\\.|[^\]\\])*\]/su) ??
    take(reader, /^./su)
  const text = atom?.[0] ?? ''
  const isLiteral = text.length === 1 && text !== '.'
  return isLiteral ? oneOf([text]) : charactersOf(text)
}

function readRepeat(reader: Reader, atom: PatternTexts): PatternTexts {
  const match = take(reader, /^(?:([*+?])|\{([0-9]+)(,([0-9]*))?\})\??/u)
  if (match === null) return atom
  const [, sign, low, comma, high] = match
  if (sign === '?') return repeated(atom, 0, 1)
  if (sign !== undefined) return repeated(atom, sign === '+' ? 1 : 0, openRepeats)
  const least = Number(low)
  if (comma === undefined) return repeated(atom, least, least)
  return repeated(atom, least, high === '' ? least + openRepeats : Number(high))
}

function readSequence(reader: Reader): PatternTexts {
  const parts: PatternTexts[] = []
  while (reader.at < reader.pattern.length && !/^[|)]/u.test(reader.pattern.slice(reader.at))) {
    parts.push(readRepeat(reader, readAtom(reader)))
  }
  return parts.length === 0 ? oneOf(['']) : sequence(parts)
}

function readChoice(reader: Reader): PatternTexts {
  const parts = [readSequence(reader)]
  while (take(reader, /^\|/u) !== null) parts.push(readSequence(reader))
  return choice(parts)
}

/** The texts of a pattern as contracts may state it; the whole text matches. */
export function patternTexts(pattern: string): PatternTexts {
  return readChoice({ pattern, at: 0 })
}
