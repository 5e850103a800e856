// Drops the nulls of a column of 64-bit values, int64 and double alike, moved as two 32-bit words so
// that every bit pattern survives (a NaN's payload, an integer beyond 2^53).
import assert from 'node:assert'

/** Positions count values, not words. Returns the position behind the last value. */
export function compactPairsKernel(
  words: Int32Array,
  bitmap: Uint8Array,
  bitOffset: number,
  rowCount: number,
  target: Int32Array,
  at: number,
): number {
  assert(words.length >= rowCount * 2, 'there are two words for every row')
  assert(bitmap.length * 8 >= bitOffset + rowCount, 'there is a bit for every row')
  assert(target.length > (at + rowCount) * 2 + 1, 'the target holds every value and one more')
  let next = at * 2
  const shift = bitOffset & 7
  const firstByte = bitOffset >>> 3
  const wholeRows = rowCount & ~7
  for (let row = 0; row < wholeRows; row += 8) {
    const index = firstByte + (row >>> 3)
    let byte = bitmap[index]!
    if (shift !== 0) byte = ((byte >>> shift) | (bitmap[index + 1]! << (8 - shift))) & 0xff
    if (byte === 0) continue
    const word = row * 2
    for (let i = 0; i < 8; i++) {
      target[next] = words[word + i * 2]!
      target[next + 1] = words[word + i * 2 + 1]!
      next += ((byte >>> i) & 1) << 1
    }
  }
  for (let row = wholeRows; row < rowCount; row++) {
    const bit = bitOffset + row
    target[next] = words[row * 2]!
    target[next + 1] = words[row * 2 + 1]!
    next += ((bitmap[bit >>> 3]! >>> (bit & 7)) & 1) << 1
  }
  return next >>> 1
}
