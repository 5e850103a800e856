// Smallest and largest of texts in PLAIN form, by unsigned bytes: the order of UTF-8 and of Parquet.
import assert from 'node:assert'

/** Writes the numbers of the smallest and largest value to bounds[0] and bounds[1]. */
export function boundsValuesKernel(
  bytes: Uint8Array,
  starts: Int32Array,
  count: number,
  bounds: Int32Array,
): void {
  assert(count > 0 && starts.length > count && bounds.length >= 2, 'there is a value')
  let minimum = 0
  let maximum = 0
  for (let i = 1; i < count; i++) {
    const begin = starts[i]! + 4
    const end = starts[i + 1]!
    for (let side = 0; side < 2; side++) {
      const best = side === 0 ? minimum : maximum
      const otherBegin = starts[best]! + 4
      const length = Math.min(end - begin, starts[best + 1]! - otherBegin)
      let k = 0
      while (k < length && bytes[begin + k] === bytes[otherBegin + k]) k++
      const order =
        k < length
          ? bytes[begin + k]! - bytes[otherBegin + k]!
          : end - begin - (starts[best + 1]! - otherBegin)
      if (side === 0 && order < 0) minimum = i
      if (side === 1 && order > 0) maximum = i
    }
  }
  bounds[0] = minimum
  bounds[1] = maximum
}
