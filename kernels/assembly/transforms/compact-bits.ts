// Moves the accepted rows of a bitmap together, in place: validity, and the values of booleans.

/** One row of a bitmap. */
function bitOf(bits: usize, kept: usize, i: i32): i32 {
  const row = load<i32>(kept + ((<usize>i) << 2))
  return (load<u8>(bits + (row >> 3)) >> (row & 7)) & 1
}

/**
 * `kept` lists the accepted rows from the first gap on. Returns how many of all bits left are 1.
 * Bits behind the last are 0.
 */
export function compactBits(bits: usize, firstGap: i32, kept: usize, keptCount: i32): i32 {
  let oneCount = 0
  const wholeBytes = firstGap >> 3
  for (let byte = 0; byte < wholeBytes; byte++) oneCount += popcnt<i32>(load<u8>(bits + byte))
  let place = firstGap & 7
  let target = bits + wholeBytes
  let byte = <i32>load<u8>(target) & ((1 << place) - 1)
  let i = 0
  // No source lies before the byte that is written.
  for (; place !== 0 && place < 8 && i < keptCount; i++, place++)
    byte |= bitOf(bits, kept, i) << place
  if (place === 8) {
    store<u8>(target++, <u8>byte)
    oneCount += popcnt(byte)
    byte = 0
    place = 0
  }
  for (; i + 8 <= keptCount; i += 8) {
    let eight = bitOf(bits, kept, i) | (bitOf(bits, kept, i + 1) << 1)
    eight |= (bitOf(bits, kept, i + 2) << 2) | (bitOf(bits, kept, i + 3) << 3)
    eight |= (bitOf(bits, kept, i + 4) << 4) | (bitOf(bits, kept, i + 5) << 5)
    eight |= (bitOf(bits, kept, i + 6) << 6) | (bitOf(bits, kept, i + 7) << 7)
    store<u8>(target++, <u8>eight)
    oneCount += popcnt(eight)
  }
  for (; i < keptCount; i++, place++) byte |= bitOf(bits, kept, i) << place
  if (place > 0) store<u8>(target, <u8>byte)
  return oneCount + popcnt(byte)
}
