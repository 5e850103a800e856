// Builds the dictionary of a column of 32-bit values whose range is small, dates above all: a table
// with a place for every possible value instead of a hash table.
import assert from 'node:assert'

/** `places` is zero for each value in range. Returns the number of distinct values, or -1: too many. */
export function indexWordsDirectKernel(
  values: Int32Array,
  count: number,
  minimum: number,
  places: Int32Array,
  range: number,
  indices: Int32Array,
  dictionary: Int32Array,
  distinctMax: number,
): number {
  assert(values.length >= count && indices.length >= count, 'an index for every value')
  assert(places.length >= range && dictionary.length >= distinctMax, 'a place for every value')
  let distinct = 0
  for (let i = 0; i < count; i++) {
    const value = values[i]!
    let number = places[value - minimum]!
    if (number === 0) {
      if (distinct === distinctMax) return -1
      dictionary[distinct] = value
      number = ++distinct
      places[value - minimum] = number
    }
    indices[i] = number - 1
  }
  return distinct
}
