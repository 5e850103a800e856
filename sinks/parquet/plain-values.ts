// Values in PLAIN encoding, ready to be cut into pages: of fixed width, booleans, and texts.
import { limits } from '../../config/limits.ts'
import { kernels } from '../../kernels/kernels.ts'
import type { ByteStore } from './byte-store.ts'
import type { EncodedValues } from './chunk-values.ts'

/** Values of 4 or 8 bytes each. */
export function plainFixed(values: ByteStore, width: number, count: number): EncodedValues {
  const perPage = Math.floor(limits.parquetPageBytes / width)
  return {
    encoding: 'plain',
    count,
    pageEnd: (from, limit) => Math.min(limit, from + perPage),
    bytesMax: (from, to) => (to - from) * width,
    encode(from, to, target, at) {
      const length = (to - from) * width
      kernels.moveBytes(values.address + from * width, target.address + at, length)
      return at + length
    },
  }
}

/** Booleans from an address on, one byte each in memory and one bit each in the page. */
export function plainBooleans(values: number, count: number): EncodedValues {
  return {
    encoding: 'plain',
    count,
    pageEnd: (_from, limit) => limit,
    bytesMax: (from, to) => (to - from + 7) >>> 3,
    encode: (from, to, target, at) =>
      at + kernels.packPlainBooleans(values + from, to - from, target.address + at),
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
export function plainBytes(values: ByteStore, starts: ByteStore, count: number): EncodedValues {
  const startOf = (value: number): number => starts.words[value] ?? 0
  return {
    encoding: 'plain',
    count,
    pageEnd: (from, limit) => endByBytes(from, limit, startOf),
    bytesMax: (from, to) => startOf(to) - startOf(from),
    encode(from, to, target, at) {
      const length = startOf(to) - startOf(from)
      kernels.moveBytes(values.address + startOf(from), target.address + at, length)
      return at + length
    },
  }
}

/** Texts that are held once each, and named by index. */
export function plainByIndex(
  bytes: ByteStore,
  starts: ByteStore,
  indices: ByteStore,
  count: number,
): EncodedValues {
  const place = (value: number): number => indices.address + value * 4
  return {
    encoding: 'plain',
    count,
    pageEnd: (from, limit) =>
      from +
      kernels.countToFill(starts.address, place(from), limit - from, limits.parquetPageBytes),
    bytesMax: (from, to) => kernels.sumLengths(starts.address, place(from), to - from),
    encode: (from, to, target, at) =>
      at +
      kernels.gatherValues(
        bytes.address,
        starts.address,
        place(from),
        to - from,
        target.address + at,
      ),
  }
}
