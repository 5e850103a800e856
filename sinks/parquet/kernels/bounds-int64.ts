// Smallest and largest of 64-bit signed values, as pairs of words: high word signed, low unsigned.
import assert from 'node:assert'

/** Writes the minimum to bounds[0], bounds[1] (low, high) and the maximum to bounds[2], bounds[3]. */
export function boundsInt64Kernel(words: Int32Array, count: number, bounds: Int32Array): void {
  assert(count > 0 && words.length >= count * 2 && bounds.length >= 4, 'there is a value')
  let minimumLow = words[0]! >>> 0
  let minimumHigh = words[1]!
  let maximumLow = minimumLow
  let maximumHigh = minimumHigh
  for (let i = 1; i < count; i++) {
    const low = words[i * 2]! >>> 0
    const high = words[i * 2 + 1]!
    if (high < minimumHigh || (high === minimumHigh && low < minimumLow)) {
      minimumLow = low
      minimumHigh = high
    }
    if (high > maximumHigh || (high === maximumHigh && low > maximumLow)) {
      maximumLow = low
      maximumHigh = high
    }
  }
  bounds[0] = minimumLow
  bounds[1] = minimumHigh
  bounds[2] = maximumLow
  bounds[3] = maximumHigh
}
