// Whole numbers as differences to the one before (DELTA_BINARY_PACKED), ready to be cut into pages.
import { kernels } from '../../kernels/kernels.ts'
import type { ByteStore } from './byte-store.ts'
import type { EncodedValues } from './chunk-values.ts'

const blockValues = 128
/** Numbers of a block in front of its differences: the smallest (a varint) and four widths. */
const blockHeaderBytes = 10 + 4
const pageHeaderBytes = 32

/** Most bytes that `count` values of `width` bytes can take: whole blocks of full width. */
export function deltaBytesMax(count: number, width: number): number {
  const blocks = Math.ceil(count / blockValues)
  return pageHeaderBytes + blocks * (blockHeaderBytes + blockValues * width)
}

/** 32-bit values. */
export const deltaWords = (values: ByteStore, count: number): EncodedValues =>
  deltaValues(values, 4, count, kernels.encodeDeltaWords)

/** 64-bit values. */
export const deltaPairs = (values: ByteStore, count: number): EncodedValues =>
  deltaValues(values, 8, count, kernels.encodeDeltaPairs)

function deltaValues(
  values: ByteStore,
  width: number,
  count: number,
  encode: (values: number, count: number, target: number) => number,
): EncodedValues {
  return {
    encoding: 'deltaBinaryPacked',
    count,
    pageEnd: (_from, limit) => limit,
    bytesMax: (from, to) => deltaBytesMax(to - from, width),
    encode: (from, to, target, at) =>
      at + encode(values.address + from * width, to - from, target.address + at),
  }
}
