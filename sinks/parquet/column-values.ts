// The values of one column while its row group is open. One implementation a kind of value; each
// copies what it is given, because Arrow buffers are used again by their owner.
import type { Data } from 'apache-arrow'
import type { EncodingContext } from './choose-encoding.ts'
import type { ChunkValues } from './chunk-values.ts'

export interface ColumnValues {
  /** Bytes held for the open row group. */
  readonly pendingBytes: number
  /** Appends the valid rows; `bitmap` is the address of Arrow's validity, 0: all are valid. */
  add(data: Data, bitmap: number): void
  /** All values in the encoding of this column chunk; valid until the next call of any method. */
  finish(context: EncodingContext): ChunkValues
  /** Starts the next row group. */
  clear(): void
  /** Gives its memory back. */
  release(): void
}
