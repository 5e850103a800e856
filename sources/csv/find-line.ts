// The separators of any dialect, one position at a time: what the general kernel, the search for a
// record boundary and the skipping of refused lines agree on.
import type { CompiledDialect } from './dialect.ts'

/** True where `pattern` stands at `position`, whole, before `filled`. */
export function matchesAt(
  bytes: Uint8Array,
  position: number,
  filled: number,
  pattern: Uint8Array,
): boolean {
  if (position + pattern.length > filled) return false
  for (let index = 0; index < pattern.length; index++) {
    if (bytes[position + index] !== pattern[index]) return false
  }
  return true
}

/** Bytes of the line end at `position`, 0 where there is none. */
export function lineEndAt(
  bytes: Uint8Array,
  position: number,
  filled: number,
  dialect: CompiledDialect,
): number {
  if (position >= filled) return 0
  if (dialect.newline !== null) {
    return matchesAt(bytes, position, filled, dialect.newline) ? dialect.newline.length : 0
  }
  const byte = bytes[position]
  if (byte === 10) return 1
  if (byte !== 13) return 0
  return position + 1 < filled && bytes[position + 1] === 10 ? 2 : 1
}

/**
 * Position of the first line end at or after `from`, quotes or not; `filled` where the text ends
 * without one; -1 where more bytes are needed to tell.
 */
export function findLineEnd(
  bytes: Uint8Array,
  from: number,
  filled: number,
  atEnd: boolean,
  dialect: CompiledDialect,
): number {
  const decidable = atEnd ? filled : filled - dialect.lookahead + 1
  for (let position = from; position < decidable; position++) {
    if (dialect.classes[bytes[position]!]! === 0) continue
    if (lineEndAt(bytes, position, filled, dialect) > 0) return position
  }
  return atEnd ? filled : -1
}

/**
 * Position of the quote that closes a field whose text starts at `from`, or -1 where it is not
 * found, or not to be told, before `limit`. `atEnd`: the text ends at `filled`.
 */
export function findClosingQuote(
  bytes: Uint8Array,
  from: number,
  limit: number,
  filled: number,
  atEnd: boolean,
  dialect: CompiledDialect,
): number {
  const { quote, escape: escapeByte } = dialect
  for (let position = from; position < limit; position++) {
    const byte = bytes[position]!
    if (byte !== quote) {
      if (byte === escapeByte) position++
      continue
    }
    if (escapeByte !== quote) return position
    if (position + 1 >= filled) return atEnd ? position : -1
    if (bytes[position + 1] !== quote) return position
    position++
  }
  return -1
}
