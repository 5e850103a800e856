// Builds the dictionary of a column of 32-bit values whose range is small, dates above all: a table
// with a place for every possible value instead of a hash table.

/**
 * `places` is zero for each value from `minimum` on. Returns the number of distinct values, or ~i
 * where value i would be one more than `distinctMax`.
 */
export function indexWordsDirect(
  values: usize,
  count: i32,
  minimum: i32,
  places: usize,
  indices: usize,
  dictionary: usize,
  distinctMax: i32,
): i32 {
  let distinct = 0
  for (let i = 0; i < count; i++) {
    const value = load<i32>(values + ((<usize>i) << 2))
    const place = places + ((<usize>(value - minimum)) << 2)
    let number = load<u32>(place)
    if (number === 0) {
      if (distinct === distinctMax) return ~i
      store<i32>(dictionary + ((<usize>distinct) << 2), value)
      number = ++distinct
      store<u32>(place, number)
    }
    store<u32>(indices + ((<usize>i) << 2), number - 1)
  }
  return distinct
}
