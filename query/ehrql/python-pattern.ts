// Patterns of contracts in the part of Python's regular expressions that ehrQL can generate values
// for: literals, sets, groups, alternatives and repetition. Anything else has no translation; a
// pattern that ehrQL cannot read would make the whole module fail on import.

const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})/
const sets: Readonly<Record<string, string>> = { d: '0-9', w: 'A-Za-z0-9_' }
const punctuation = /^[!-/:-@[-`{-~]$/

/** A set from behind its bracket: its translation and its length, or null. */
function readSet(pattern: string): readonly [text: string, length: number] | null {
  let text = ''
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? ''
    if (character === ']') return text === '' ? null : [`[${text}]`, at + 1]
    if (character === '[' || (character === '^' && at === 0) || character > '~') return null
    if (/^(?:--|&&|\|\||~~)/.test(pattern.slice(at))) return null
    if (character !== '\\') {
      text += character
      continue
    }
    at += 1
    const escaped = pattern[at] ?? ''
    const set = sets[escaped]
    if (set === undefined && !punctuation.test(escaped)) return null
    text += set ?? `\\${escaped}`
  }
  return null
}

/** The pattern for Python, or null where ehrQL could not generate values for it. */
export function pythonPattern(pattern: string): string | null {
  let result = ''
  let isRepeatable = false
  for (let at = 0; at < pattern.length; ) {
    const rest = pattern.slice(at)
    const repeat = quantifier.exec(rest)?.[0]
    if (repeat !== undefined) {
      if (!isRepeatable) return null
      result += repeat
      at += repeat.length
      // A second one would mean another thing: lazy, possessive, or an error.
      isRepeatable = false
      continue
    }
    const character = rest[0] ?? ''
    const escaped = rest[1] ?? ''
    if (character === '[') {
      const set = readSet(rest.slice(1))
      if (set === null) return null
      result += set[0]
      at += set[1] + 1
    } else if (character === '\\') {
      const set = sets[escaped]
      if (set === undefined && !punctuation.test(escaped)) return null
      result += set === undefined ? `\\${escaped}` : `[${set}]`
      at += 2
    } else if (rest.startsWith('(?:')) {
      result += '(?:'
      at += 3
    } else if (rest.startsWith('(?') || '.^$]{}'.includes(character) || character > '~') {
      return null
    } else {
      result += character
      at += 1
    }
    isRepeatable = !(character === '(' || character === '|')
  }
  return result
}
