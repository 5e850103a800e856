// Values as indices into a dictionary page, ready to be cut into pages.
import { kernels } from '../../kernels/kernels.ts'
import type { ByteStore } from './byte-store.ts'
import type { EncodedValues } from './chunk-values.ts'

/** Bits of an index; one even where there is a single entry, as some readers refuse zero. */
export function indexWidth(entryCount: number): number {
  return Math.max(1, 32 - Math.clz32(entryCount - 1))
}

/** Most bytes that `count` indices can take. */
export function hybridBytesMax(count: number, width: number): number {
  return ((count + 7) >>> 3) * (width + 1) + 16
}

/** Indices [0, count), 32-bit words, into a dictionary of `entryCount` entries. */
export function dictionaryIndices(
  indices: ByteStore,
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
      const first = indices.address + from * 4
      return at + 1 + kernels.encodeHybrid(first, to - from, width, target.address + at + 1)
    },
  }
}
