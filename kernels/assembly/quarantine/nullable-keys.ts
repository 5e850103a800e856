// Dictionary keys with -1 for null become keys with a validity bitmap.

/** Writes keys (0 for null) and whole bytes of validity; returns the number of nulls. */
export function nullableKeys(values: usize, count: i32, keys: usize, validity: usize): i32 {
  let nullCount = 0
  let byte = 0
  for (let i = 0; i < count; i++) {
    const value = <i32>load<i16>(values + ((<usize>i) << 1))
    const isNull = value >>> 31
    store<i32>(keys + ((<usize>i) << 2), value & (isNull - 1))
    nullCount += isNull
    byte |= (isNull ^ 1) << (i & 7)
    store<u8>(validity + (i >> 3), <u8>byte)
    if ((i & 7) === 7) byte = 0
  }
  return nullCount
}
