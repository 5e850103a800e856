// Smallest and largest value of a column chunk as Parquet's Statistics wants them: values in PLAIN
// form without length; long texts cut to a lower or upper bound that is still valid UTF-8.
import { limits } from '../../config/limits.ts'
import { boundsDoublesKernel } from './kernels/bounds-doubles.ts'
import { boundsInt64Kernel } from './kernels/bounds-int64.ts'
import { boundsValuesKernel } from './kernels/bounds-values.ts'
import { boundsWordsKernel } from './kernels/bounds-words.ts'

export interface Bound {
  readonly bytes: Uint8Array
  /** False: no value, only a bound. */
  readonly exact: boolean
}

export interface ValueBounds {
  readonly minimum: Bound | null
  readonly maximum: Bound | null
}

const exact = (bytes: Uint8Array): Bound => ({ bytes, exact: true })

/** Of int32 and dates. */
export function wordBounds(words: Int32Array, count: number): ValueBounds | null {
  if (count === 0) return null
  const bounds = new Int32Array(2)
  boundsWordsKernel(words, count, bounds)
  const bytes = new Uint8Array(bounds.buffer)
  return { minimum: exact(bytes.subarray(0, 4)), maximum: exact(bytes.subarray(4, 8)) }
}

/** Of int64, as pairs of words. */
export function int64Bounds(words: Int32Array, count: number): ValueBounds | null {
  if (count === 0) return null
  const bounds = new Int32Array(4)
  boundsInt64Kernel(words, count, bounds)
  const bytes = new Uint8Array(bounds.buffer)
  return { minimum: exact(bytes.subarray(0, 8)), maximum: exact(bytes.subarray(8, 16)) }
}

/**
 * Of doubles: NaN does not count, and a zero is written as -0 below and +0 above, because readers may
 * not tell them apart (parquet.thrift, ColumnOrder, TYPE_ORDER of floating point).
 */
export function doubleBounds(values: Float64Array, count: number): ValueBounds | null {
  const bounds = new Float64Array(2)
  if (boundsDoublesKernel(values, count, bounds) === 0) return null
  if (bounds[0] === 0) bounds[0] = -0
  if (bounds[1] === 0) bounds[1] = 0
  const bytes = new Uint8Array(bounds.buffer)
  return { minimum: exact(bytes.subarray(0, 8)), maximum: exact(bytes.subarray(8, 16)) }
}

/** Of booleans, one byte each. */
export function booleanBounds(values: Uint8Array, count: number): ValueBounds | null {
  if (count === 0) return null
  const used = values.subarray(0, count)
  return {
    minimum: exact(Uint8Array.of(used.includes(0) ? 0 : 1)),
    maximum: exact(Uint8Array.of(used.includes(1) ? 1 : 0)),
  }
}

/** Of texts in PLAIN form. */
export function textBounds(
  bytes: Uint8Array,
  starts: Int32Array,
  count: number,
): ValueBounds | null {
  if (count === 0) return null
  const bounds = new Int32Array(2)
  boundsValuesKernel(bytes, starts, count, bounds)
  const text = (entry: number): Uint8Array =>
    bytes.subarray((starts[entry] ?? 0) + 4, starts[entry + 1] ?? 0)
  return {
    minimum: lowerBound(text(bounds[0] ?? 0), limits.parquetStatisticsBytesMax),
    maximum: upperBound(text(bounds[1] ?? 0), limits.parquetStatisticsBytesMax),
  }
}

/** Longest prefix of at most `bytesMax` bytes that ends between two characters. */
function cutText(text: Uint8Array, bytesMax: number): Uint8Array {
  let end = bytesMax
  while (end > 0 && ((text[end] ?? 0) & 0xc0) === 0x80) end--
  return text.subarray(0, end)
}

/** A prefix is not above the text it begins. */
export function lowerBound(text: Uint8Array, bytesMax: number): Bound {
  if (text.length <= bytesMax) return exact(text.slice())
  return { bytes: cutText(text, bytesMax).slice(), exact: false }
}

/** A prefix whose last character was raised is above; null where none can be raised. */
export function upperBound(text: Uint8Array, bytesMax: number): Bound | null {
  if (text.length <= bytesMax) return exact(text.slice())
  const characters = [...new TextDecoder().decode(cutText(text, bytesMax))]
  while (characters.length > 0) {
    const next = nextCodePoint(characters.pop()?.codePointAt(0) ?? 0)
    if (next === null) continue
    const raised = Buffer.from(characters.join('') + String.fromCodePoint(next), 'utf8')
    return { bytes: new Uint8Array(raised), exact: false }
  }
  return null
}

function nextCodePoint(codePoint: number): number | null {
  if (codePoint === 0x10ffff) return null
  // Surrogates are no characters: the one after U+D7FF is U+E000.
  return codePoint === 0xd7ff ? 0xe000 : codePoint + 1
}
