// Smallest and largest of 32-bit signed values.
import assert from 'node:assert'

/** Writes the bounds of values[0, count) to bounds[0] and bounds[1]; count is at least 1. */
export function boundsWordsKernel(values: Int32Array, count: number, bounds: Int32Array): void {
  assert(count > 0 && values.length >= count && bounds.length >= 2, 'there is a value')
  let minimum = values[0]!
  let maximum = minimum
  for (let i = 1; i < count; i++) {
    const value = values[i]!
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
  }
  bounds[0] = minimum
  bounds[1] = maximum
}
