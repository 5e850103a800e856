// Builds the dictionary of a column of 64-bit integers whose range is small: a table with a place for
// every possible value instead of a hash table.

/**
 * `places` is zero for each value from the one at `minimum` on. Returns the number of distinct values,
 * or ~i where value i would be one more than `distinctMax`.
 */
export function indexPairsDirect(
  values: usize,
  count: i32,
  minimum: usize,
  places: usize,
  indices: usize,
  dictionary: usize,
  distinctMax: i32,
): i32 {
  const first = load<i64>(minimum)
  let distinct = 0
  for (let i = 0; i < count; i++) {
    const value = load<i64>(values + ((<usize>i) << 3))
    const place = places + ((<usize>(value - first)) << 2)
    let number = load<u32>(place)
    if (number === 0) {
      if (distinct === distinctMax) return ~i
      store<i64>(dictionary + ((<usize>distinct) << 3), value)
      number = ++distinct
      store<u32>(place, number)
    }
    store<u32>(indices + ((<usize>i) << 2), number - 1)
  }
  return distinct
}
