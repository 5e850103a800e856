// Copies the text of a quoted field without its escapes. An escape stands for the quote or escape
// behind it; before any other byte it is text, so that nothing is silently dropped.
import assert from 'node:assert'

/**
 * Copies bytes[from … to) to `target` on, without escapes; returns the position behind the copy.
 * `escapeByte` equal to `quote`: doubled quotes.
 */
export function unescapeField(
  bytes: Uint8Array,
  from: number,
  to: number,
  target: number,
  quote: number,
  escapeByte: number,
): number {
  assert(target >= to && target + to - from <= bytes.length, 'the copy fits behind the text')
  let write = target
  for (let read = from; read < to; read++) {
    let byte = bytes[read]!
    if (byte === escapeByte && read + 1 < to) {
      const next = bytes[read + 1]!
      if (next === quote || next === escapeByte) {
        byte = next
        read++
      }
    }
    bytes[write++] = byte
  }
  return write
}
