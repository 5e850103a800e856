// Sets a range of a bitmap to ones: rows of a record batch that has no validity bitmap.

/** Sets `bitCount` bits from bit `from` on; other bits stay as they are. */
export function fillBits(target: usize, from: i32, bitCount: i32): void {
  const to = from + bitCount
  let bit = from
  for (; bit < to && (bit & 7) !== 0; bit++) setBit(target, bit)
  const bytes = max(0, (to - bit) >> 3)
  memory.fill(target + (bit >>> 3), 0xff, bytes)
  for (bit += bytes << 3; bit < to; bit++) setBit(target, bit)
}

function setBit(target: usize, bit: i32): void {
  const place = target + (bit >>> 3)
  store<u8>(place, <u32>load<u8>(place) | (1 << (<u32>bit & 7)))
}
