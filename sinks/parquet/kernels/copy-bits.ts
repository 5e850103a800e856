// Copies a range of a bitmap to any bit position of another one, and counts the bits that are set.
// Arrow's validity bitmaps and Parquet's definition levels of one bit have the same order of bits.
import assert from 'node:assert'
import { bitCounts } from '../bit-counts.ts'

/** Bits are numbered from the lowest bit of byte 0. Other bits of the target stay as they are. */
export function copyBitsKernel(
  source: Uint8Array,
  sourceBit: number,
  target: Uint8Array,
  targetBit: number,
  bitCount: number,
): number {
  assert(source.length * 8 >= sourceBit + bitCount, 'the source holds every bit')
  assert(target.length * 8 >= targetBit + bitCount, 'the target holds every bit')
  let done = 0
  let set = 0
  const headEnd = Math.min(bitCount, (8 - (targetBit & 7)) & 7)
  for (; done < headEnd; done++) {
    const from = sourceBit + done
    const to = targetBit + done
    const bit = (source[from >>> 3]! >>> (from & 7)) & 1
    target[to >>> 3] = (target[to >>> 3]! & ~(1 << (to & 7))) | (bit << (to & 7))
    set += bit
  }
  const byteCount = (bitCount - done) >>> 3
  const shift = (sourceBit + done) & 7
  const sourceByte = (sourceBit + done) >>> 3
  const targetByte = (targetBit + done) >>> 3
  if (shift === 0) {
    for (let i = 0; i < byteCount; i++) {
      const byte = source[sourceByte + i]!
      target[targetByte + i] = byte
      set += bitCounts[byte]!
    }
  } else {
    for (let i = 0; i < byteCount; i++) {
      const low = source[sourceByte + i]! >>> shift
      const byte = (low | (source[sourceByte + i + 1]! << (8 - shift))) & 0xff
      target[targetByte + i] = byte
      set += bitCounts[byte]!
    }
  }
  for (done += byteCount * 8; done < bitCount; done++) {
    const from = sourceBit + done
    const to = targetBit + done
    const bit = (source[from >>> 3]! >>> (from & 7)) & 1
    target[to >>> 3] = (target[to >>> 3]! & ~(1 << (to & 7))) | (bit << (to & 7))
    set += bit
  }
  return set
}
