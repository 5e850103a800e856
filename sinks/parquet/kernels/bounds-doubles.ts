// Smallest and largest of doubles, NaN left out.
import assert from 'node:assert'

/** Writes the bounds to bounds[0] and bounds[1]; returns how many values are numbers. */
export function boundsDoublesKernel(
  values: Float64Array,
  count: number,
  bounds: Float64Array,
): number {
  assert(values.length >= count && bounds.length >= 2, 'there is a value for every row')
  let minimum = Number.POSITIVE_INFINITY
  let maximum = Number.NEGATIVE_INFINITY
  let numbers = 0
  for (let i = 0; i < count; i++) {
    const value = values[i]!
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
    if (!Number.isNaN(value)) numbers++
  }
  bounds[0] = minimum
  bounds[1] = maximum
  return numbers
}
