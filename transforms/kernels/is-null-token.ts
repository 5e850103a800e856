// Null tokens as bytes end to end, and the comparison every parsing kernel makes before it
// parses. A mask of the lengths that occur spares the comparison for nearly all values.

export interface NullTokens {
  /** Bit n: some token has n bytes; bit 31: some token has 31 or more. */
  readonly lengths: number
  readonly bytes: Uint8Array
  /** Where each token starts in `bytes`, and the end of the last. */
  readonly offsets: Int32Array
}

/** Is bytes[start … end) one of the tokens? */
export function isNullToken(
  bytes: Uint8Array,
  start: number,
  end: number,
  tokenBytes: Uint8Array,
  tokenOffsets: Int32Array,
): boolean {
  const length = end - start
  const tokenCount = tokenOffsets.length - 1
  for (let token = 0; token < tokenCount; token++) {
    const tokenStart = tokenOffsets[token]!
    if (tokenOffsets[token + 1]! - tokenStart !== length) continue
    let same = 0
    while (same < length && bytes[start + same] === tokenBytes[tokenStart + same]) same++
    if (same === length) return true
  }
  return false
}
