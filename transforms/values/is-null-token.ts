// Null tokens as bytes end to end, and the comparison that is made before a value is read by itself.

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
  tokens: NullTokens,
): boolean {
  const length = end - start
  if (((tokens.lengths >>> Math.min(length, 31)) & 1) === 0) return false
  for (let token = 0; token + 1 < tokens.offsets.length; token++) {
    const tokenStart = tokens.offsets[token] ?? 0
    if ((tokens.offsets[token + 1] ?? 0) - tokenStart !== length) continue
    let same = 0
    while (same < length && bytes[start + same] === tokens.bytes[tokenStart + same]) same++
    if (same === length) return true
  }
  return false
}
