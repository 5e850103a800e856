// The bounds a reader works within. They are arguments, so that tests can make a buffer of a few
// bytes and meet its edges at every byte; the program always passes those of config/limits.ts.
import assert from 'node:assert'
import { limits } from '../../config/limits.ts'

export interface ReadBounds {
  /** Raw bytes read and scanned at once. */
  readonly chunkBytes: number
  /** Rows of one field batch. */
  readonly rowsMax: number
  readonly recordBytesMax: number
  readonly fieldBytesMax: number
}

/** The bounds of the program for records of so many fields. */
export function standardBounds(fieldCount: number): ReadBounds {
  const wished = Math.max(limits.scanChunkBytes, fieldCount * limits.scanChunkBytesOfField)
  return {
    chunkBytes: Math.min(wished, limits.scanChunkBytesMax),
    rowsMax: limits.recordBatchRowsMax,
    recordBytesMax: limits.recordBytesMax,
    fieldBytesMax: limits.fieldBytesMax,
  }
}

/** Fails on bounds no reader can work within. */
export function assertBounds(bounds: ReadBounds): void {
  assert(bounds.chunkBytes >= 1 && bounds.rowsMax >= 1, 'a chunk has room for a byte and a row')
  assert(bounds.fieldBytesMax <= bounds.recordBytesMax, 'a field fits in a record')
}
