// A pattern of a contract, which is JavaScript's, as one that DuckDB's engine (RE2) reads the same
// way; or nothing, where the two could differ. Only what both define alike is let through.

const sameEscape = /^\\(?:[dDwWtnrfv]|[^\p{L}\p{N}\s])/u
/** JavaScript's dot leaves out four line ends, RE2's one. */
const anyCharacter = '[^\\n\\r\\x{2028}\\x{2029}]'
const repeatMax = 1_000

/** The class at the start of `text`; null where the engines could read it differently. */
function portableClass(text: string): string | null {
  const match = /^\[\^?(?:\\[\s\S]|[^\]\\])+\]/u.exec(text)
  if (match === null) return null
  const [all] = match
  const inner = all.slice(1, -1)
  if (/\[|--|&&/u.test(inner.replace(/\\[\s\S]/gu, ''))) return null
  const escapes = inner.match(/\\[\s\S]/gu) ?? []
  return escapes.every((one) => sameEscape.test(one)) ? all : null
}

/** The same pattern for RE2, or null where equal meaning is not certain. */
export function portablePattern(pattern: string): string | null {
  let result = ''
  let rest = pattern
  while (rest.length > 0) {
    const repeat = /^\{(\d+)(?:,(\d*))?\}/u.exec(rest)
    let piece: string | null
    let length: number
    if (repeat !== null) {
      piece = Math.max(Number(repeat[1]), Number(repeat[2] ?? 0)) > repeatMax ? null : repeat[0]
      length = repeat[0].length
    } else if (rest.startsWith('\\')) {
      piece = sameEscape.exec(rest)?.[0] ?? null
      length = piece?.length ?? 0
    } else if (rest.startsWith('[')) {
      piece = portableClass(rest)
      length = piece?.length ?? 0
    } else if (rest.startsWith('(?')) {
      piece = rest.startsWith('(?:') ? '(?:' : null
      length = 3
    } else {
      const character = String.fromCodePoint(rest.codePointAt(0) ?? 0)
      piece = character === '.' ? anyCharacter : character
      length = character.length
    }
    if (piece === null) return null
    result += piece
    rest = rest.slice(length)
  }
  return result
}
