// Copies a range of a bitmap to any bit position of another one, and counts the bits that are set.
// Arrow's validity bitmaps and Parquet's definition levels of one bit have the same order of bits.

import { bitAt } from './bit-at'

/** Bits are numbered from the lowest of byte 0. Other bits of the target stay as they are. */
export function copyBits(
  source: usize,
  sourceBit: i32,
  target: usize,
  targetBit: i32,
  bitCount: i32,
): i32 {
  const headBits = min(bitCount, (8 - (targetBit & 7)) & 7)
  let set = copySomeBits(source, sourceBit, target, targetBit, headBits)
  let done = headBits
  let to = target + ((targetBit + done) >>> 3)
  const shift = <u64>((sourceBit + done) & 7)
  for (; done + 56 <= bitCount; done += 56) {
    // Seven bytes at a time are in eight, however far they are shifted.
    const bits = load<u64>(source + ((sourceBit + done) >>> 3)) >>> shift
    const kept = bits & 0x00ffffffffffffff
    store<u32>(to, <u32>kept)
    store<u16>(to, <u16>(kept >>> 32), 4)
    store<u8>(to, <u8>(kept >>> 48), 6)
    set += <i32>popcnt<u64>(kept)
    to += 7
  }
  return set + copySomeBits(source, sourceBit + done, target, targetBit + done, bitCount - done)
}

function copySomeBits(
  source: usize,
  sourceBit: i32,
  target: usize,
  targetBit: i32,
  bitCount: i32,
): i32 {
  let set = 0
  for (let i = 0; i < bitCount; i++) {
    const bit = bitAt(source, sourceBit + i)
    const place = target + ((targetBit + i) >>> 3)
    const shift = <u32>(targetBit + i) & 7
    store<u8>(place, (<u32>load<u8>(place) & ~(1 << shift)) | (bit << shift))
    set += bit
  }
  return set
}
