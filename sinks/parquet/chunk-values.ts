// What a column hands over when its row group ends: its values without nulls, able to encode any
// range of them for a page. The same shape serves plain values and dictionary indices.
import type { ValueEncoding } from './format.ts'
import type { ValueBounds } from './statistics.ts'

/** Values of a column chunk, numbered from 0, in one encoding. */
export interface EncodedValues {
  readonly encoding: ValueEncoding
  readonly count: number
  /** End of a page that starts at value `from`: at most `limit`, at least one value. */
  pageEnd(from: number, limit: number): number
  /** Upper bound of the bytes of values [from, to). */
  bytesMax(from: number, to: number): number
  /** Writes values [from, to) at `at` (there is room); returns the position behind them. */
  encode(from: number, to: number, target: EncodeTarget, at: number): number
}

/** Memory of the kernels, as JavaScript and as kernels see it. */
export interface EncodeTarget {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly address: number
}

export interface DictionaryPage {
  /** Entries in PLAIN form. */
  readonly bytes: Uint8Array
  readonly count: number
}

export interface ChunkValues {
  readonly values: EncodedValues
  /** null: plain. */
  readonly dictionary: DictionaryPage | null
  readonly bounds: ValueBounds | null
}
