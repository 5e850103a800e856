// Sets a range of a bitmap to ones: rows of a record batch that has no validity bitmap.
import assert from 'node:assert'

/** Sets bits [from, from + bitCount); other bits stay as they are. */
export function fillBitsKernel(target: Uint8Array, from: number, bitCount: number): void {
  const to = from + bitCount
  assert(target.length * 8 >= to, 'the target holds every bit')
  let bit = from
  while (bit < to && (bit & 7) !== 0) {
    target[bit >>> 3] = target[bit >>> 3]! | (1 << (bit & 7))
    bit++
  }
  const lastByte = to >>> 3
  if (bit >>> 3 < lastByte) {
    target.fill(0xff, bit >>> 3, lastByte)
    bit = lastByte * 8
  }
  while (bit < to) {
    target[bit >>> 3] = target[bit >>> 3]! | (1 << (bit & 7))
    bit++
  }
}
