// Values in PLAIN encoding, ready to be cut into pages: of fixed width, booleans, and texts.
import { limits } from '../../config/limits.ts'
import type { EncodedValues } from './chunk-values.ts'
import { gatherValuesKernel } from './kernels/gather-values.ts'
import { packBooleansKernel } from './kernels/pack-booleans.ts'

/** Values of 4 or 8 bytes each. */
export function plainFixed(bytes: Uint8Array, width: number, count: number): EncodedValues {
  const perPage = Math.floor(limits.parquetPageBytes / width)
  return {
    encoding: 'plain',
    count,
    pageEnd: (from, limit) => Math.min(limit, from + perPage),
    bytesMax: (from, to) => (to - from) * width,
    encode(from, to, target, at) {
      target.bytes.set(bytes.subarray(from * width, to * width), at)
      return at + (to - from) * width
    },
  }
}

/** Booleans, one byte each in memory and one bit each in the page. */
export function plainBooleans(values: Uint8Array, count: number): EncodedValues {
  return {
    encoding: 'plain',
    count,
    pageEnd: (_from, limit) => limit,
    bytesMax: (from, to) => (to - from + 7) >>> 3,
    encode: (from, to, target, at) => packBooleansKernel(values, from, to, target.bytes, at),
  }
}

/** The first value in (from, limit] at which the bytes of a page are reached. */
function endByBytes(from: number, limit: number, startOf: (value: number) => number): number {
  const full = startOf(from) + limits.parquetPageBytes
  if (startOf(limit) <= full) return limit
  let low = from + 1
  let high = limit
  while (low < high) {
    const middle = (low + high) >>> 1
    if (startOf(middle) >= full) high = middle
    else low = middle + 1
  }
  return low
}

/** Texts or binary values that are in PLAIN form in memory, one behind the other. */
export function plainBytes(bytes: Uint8Array, starts: Int32Array, count: number): EncodedValues {
  const startOf = (value: number): number => starts[value] ?? 0
  return {
    encoding: 'plain',
    count,
    pageEnd: (from, limit) => endByBytes(from, limit, startOf),
    bytesMax: (from, to) => startOf(to) - startOf(from),
    encode(from, to, target, at) {
      const part = bytes.subarray(startOf(from), startOf(to))
      target.bytes.set(part, at)
      return at + part.length
    },
  }
}

/** Texts that are held once each, and named by index. */
export function plainByIndex(
  bytes: Uint8Array,
  starts: Int32Array,
  indices: Int32Array,
  count: number,
): EncodedValues {
  const lengthOf = (value: number): number => {
    const entry = indices[value] ?? 0
    return (starts[entry + 1] ?? 0) - (starts[entry] ?? 0)
  }
  const lengthBetween = (from: number, to: number): number => {
    let total = 0
    for (let value = from; value < to; value++) total += lengthOf(value)
    return total
  }
  return {
    encoding: 'plain',
    count,
    pageEnd(from, limit) {
      let total = 0
      let value = from
      while (value < limit && total < limits.parquetPageBytes) total += lengthOf(value++)
      return value
    },
    bytesMax: lengthBetween,
    encode: (from, to, target, at) =>
      gatherValuesKernel(bytes, starts, indices, from, to, target.bytes, at),
  }
}
