// What the parsing kernels ask about a text before and after they parse it, of a block that
// transforms/columns/parse-form.ts fills: 32-bit words (0) bit n: some null token has n bytes, 31: or
// more, (1) addresses of the bytes of all tokens, (2) of where each starts, (3) their number.

/** Is the text one of the null tokens? */
export function isNullToken(start: usize, length: i32, form: usize): bool {
  const tokens = <usize>load<u32>(form, 4)
  const offsets = <usize>load<u32>(form, 8)
  const count = load<i32>(form, 12)
  for (let token = 0; token < count; token++) {
    const tokenStart = load<i32>(offsets + ((<usize>token) << 2))
    if (load<i32>(offsets + ((<usize>token) << 2), 4) - tokenStart !== length) continue
    let same = 0
    while (same < length && load<u8>(start + same) === load<u8>(tokens + tokenStart + same)) same++
    if (same === length) return true
  }
  return false
}
