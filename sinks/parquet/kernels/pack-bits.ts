// Bit-packing of dictionary indices, lowest bit first, in groups of eight: bits collect in one 32-bit
// word, which is stored whole.
import assert from 'node:assert'

/**
 * Packs values[from, to) with `width` bits each (1 to 30) at byte `at`; a last group that is not full
 * is filled with zeros. Returns the position behind the last group.
 */
export function packBitsKernel(
  values: Int32Array,
  from: number,
  to: number,
  width: number,
  target: DataView,
  at: number,
): number {
  const end = at + ((to - from + 7) >>> 3) * width
  assert(width > 0 && width <= 30, 'indices have 1 to 30 bits')
  assert(values.length >= to && target.byteLength >= end, 'values and target hold every index')
  let next = at
  let word = 0
  let used = 0
  for (let i = from; i < to; i++) {
    const value = values[i]!
    word |= value << used
    used += width
    if (used >= 32) {
      target.setInt32(next, word, true)
      next += 4
      used -= 32
      word = value >>> (width - used)
    }
  }
  while (next < end) {
    target.setUint8(next++, word)
    word >>>= 8
  }
  return end
}
