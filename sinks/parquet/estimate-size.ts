// What a column chunk would take on disk in one encoding: a few slices are encoded and compressed
// for real. Counting bytes before compression would choose wrongly, above all for sorted columns.
import type { DictionaryPage, EncodedValues } from './chunk-values.ts'
import type { Compress } from './codecs.ts'
import type { Scratch } from './scratch.ts'

const sliceCount = 4
/** A slice is this share of the values, within these bounds. */
const sliceShare = 1 / 128
const sliceValuesMin = 1024
const sliceValuesMax = 2048
const dictionarySliceBytes = 1 << 14
/** Header and overhead of a page. */
const pageBytes = 40

/** Compressed bytes of the values. */
export function estimateValues(
  values: EncodedValues,
  compress: Compress,
  scratch: Scratch,
): number {
  const { count } = values
  if (count === 0) return 0
  const sliceValues = Math.max(
    sliceValuesMin,
    Math.min(sliceValuesMax, Math.floor(count * sliceShare)),
  )
  const slices = count <= sliceValues * sliceCount ? 1 : sliceCount
  const length = slices === 1 ? count : sliceValues
  const step = slices === 1 ? 0 : Math.floor((count - length) / (slices - 1))
  let sampledValues = 0
  let sampledBytes = 0
  for (let slice = 0; slice < slices; slice++) {
    const from = slice * step
    const to = values.pageEnd(from, Math.min(count, from + length))
    scratch.sample.reserve(values.bytesMax(from, to))
    const end = values.encode(from, to, scratch.sample, 0)
    sampledBytes += compress(scratch.sample.bytes.subarray(0, end)).length
    sampledValues += to - from
  }
  return (sampledBytes / sampledValues) * count
}

/** Compressed bytes of a dictionary page. */
export function estimateDictionary(dictionary: DictionaryPage, compress: Compress): number {
  const { bytes } = dictionary
  if (bytes.length <= dictionarySliceBytes * 2) return compress(bytes).length + pageBytes
  const middle = Math.floor(bytes.length / 2)
  const head = compress(bytes.subarray(0, dictionarySliceBytes)).length
  const tail = compress(bytes.subarray(middle, middle + dictionarySliceBytes)).length
  return ((head + tail) / (dictionarySliceBytes * 2)) * bytes.length + pageBytes
}
