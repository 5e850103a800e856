// Dictionary keys of 16 bits with -1 for null become keys with a validity bitmap.

/** Writes keys (0 for null) and validity bits, all of the last byte; returns the null count. */
export function nullableKeys(values: usize, count: i32, keys: usize, validity: usize): i32 {
  let nulls = 0
  for (let first = 0; first < count; first += 8) {
    const length = min(8, count - first)
    let bits: u32 = 0
    for (let i = 0; i < length; i++) {
      const value = <i32>load<i16>(values + ((<usize>(first + i)) << 1))
      const valid: u32 = value >= 0 ? 1 : 0
      store<i32>(keys + ((<usize>(first + i)) << 2), max(value, 0))
      bits |= valid << i
    }
    nulls += length - popcnt<i32>(bits)
    store<u8>(validity + (first >>> 3), bits)
  }
  return nulls
}
