// Row states (0 a value, 1 null, 2 refused) to an Arrow validity bitmap, least significant bit
// first, sixteen rows at a time.

/**
 * Returns how many rows are null. Bits behind the last row are 0; the bitmap is written in whole
 * pairs of bytes.
 */
export function packValidity(states: usize, rowCount: i32, validity: usize): i32 {
  let nullCount = 0
  for (let first = 0; first < rowCount; first += 16) {
    const sixteen = v128.load(states + first)
    let present = i8x16.bitmask(i8x16.eq(sixteen, i8x16.splat(0)))
    let nulls = i8x16.bitmask(i8x16.eq(sixteen, i8x16.splat(1)))
    if (rowCount - first < 16) {
      const rows = (1 << (rowCount - first)) - 1
      present &= rows
      nulls &= rows
    }
    store<u16>(validity + (first >> 3), <u16>present)
    nullCount += popcnt(nulls)
  }
  return nullCount
}
