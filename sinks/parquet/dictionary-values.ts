// Values as indices into a dictionary page, ready to be cut into pages.
import type { EncodedValues } from './chunk-values.ts'
import { encodeHybridKernel, hybridBytesMax } from './kernels/encode-hybrid.ts'

/** Bits of an index; one even where there is a single entry, as some readers refuse zero. */
export function indexWidth(entryCount: number): number {
  return Math.max(1, 32 - Math.clz32(entryCount - 1))
}

/** Indices [0, count) into a dictionary of `entryCount` entries. */
export function dictionaryIndices(
  indices: Int32Array,
  count: number,
  entryCount: number,
): EncodedValues {
  const width = indexWidth(entryCount)
  return {
    encoding: 'rleDictionary',
    count,
    pageEnd: (_from, limit) => limit,
    bytesMax: (from, to) => 1 + hybridBytesMax(to - from, width),
    encode(from, to, target, at) {
      target.bytes[at] = width
      return encodeHybridKernel(indices, from, to, width, target.bytes, target.view, at + 1)
    },
  }
}
