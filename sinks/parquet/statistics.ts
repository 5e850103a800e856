// Smallest and largest value of a column chunk as Parquet's Statistics wants them: values in PLAIN
// form without length; long texts cut to a lower or upper bound that is still valid UTF-8.
import { limits } from '../../config/limits.ts'
import { kernels } from '../../kernels/kernels.ts'
import type { ByteStore } from './byte-store.ts'

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

/** Copies of two values of `width` bytes each. */
function exactBounds({ bytes }: ByteStore, width: number): ValueBounds {
  return {
    minimum: exact(new Uint8Array(bytes.subarray(0, width))),
    maximum: exact(new Uint8Array(bytes.subarray(width, width * 2))),
  }
}

/** Of int32 and dates from an address on; `kept` receives them too. */
export function wordBounds(values: number, count: number, kept: ByteStore): ValueBounds | null {
  if (count === 0) return null
  kernels.boundsWords(values, count, kept.address)
  return exactBounds(kept, 4)
}

/** Of int64. */
export function int64Bounds(values: number, count: number, kept: ByteStore): ValueBounds | null {
  if (count === 0) return null
  kernels.boundsPairs(values, count, kept.address)
  return exactBounds(kept, 8)
}

/**
 * Of doubles: NaN does not count, and a zero is written as -0 below and +0 above, because readers may
 * not tell them apart (parquet.thrift, ColumnOrder, TYPE_ORDER of floating point).
 */
export function doubleBounds(values: number, count: number, kept: ByteStore): ValueBounds | null {
  if (kernels.boundsDoubles(values, count, kept.address) === 0) return null
  const { doubles } = kept
  if (doubles[0] === 0) doubles[0] = -0
  if (doubles[1] === 0) doubles[1] = 0
  return exactBounds(kept, 8)
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
  texts: ByteStore,
  starts: ByteStore,
  count: number,
  kept: ByteStore,
): ValueBounds | null {
  if (count === 0) return null
  kernels.boundsValues(texts.address, starts.address, count, kept.address)
  const { words } = starts
  const text = (entry = 0): Uint8Array =>
    texts.bytes.slice((words[entry] ?? 0) + 4, words[entry + 1] ?? 0)
  return {
    minimum: lowerBound(text(kept.words[0]), limits.parquetStatisticsBytesMax),
    maximum: upperBound(text(kept.words[1]), limits.parquetStatisticsBytesMax),
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
