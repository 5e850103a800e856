// Words of 0 and 1 to an Arrow boolean bitmap, least significant bit first. What stands behind the
// last row of the last byte means nothing.

export function packBooleans(words: usize, rowCount: i32, target: usize): void {
  for (let first = 0; first < rowCount; first += 8) {
    const place = words + ((<usize>first) << 2)
    const low = i32x4.bitmask(i32x4.shl(v128.load(place), 31))
    const high = i32x4.bitmask(i32x4.shl(v128.load(place, 16), 31))
    store<u8>(target + (first >> 3), <u8>(low | (high << 4)))
  }
}
