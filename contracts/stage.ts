// The interfaces between stages inside a worker: a source reads fields, a transform makes an Arrow
// record batch of the rows it accepts and names those it refuses, sinks write. Stages are plain
// functions of their arguments: no clock, no randomness, no thread.
import type { RecordBatch } from 'apache-arrow'

/**
 * The fields of at most `recordBatchRowsMax` records, as byte positions. Field f of row r is
 * bytes[starts[f * capacity + r] … ends[f * capacity + r]), already unquoted and unescaped: a field
 * with escapes is copied behind the raw bytes of the same buffer. The arrays are reused: they are
 * valid until the next call of `next()`.
 */
export interface FieldBatch {
  readonly bytes: Uint8Array
  readonly rowCount: number
  /** Number of selected fields, in the order in which the mapping asked for them. */
  readonly fieldCount: number
  /** Distance between the first rows of two fields in `starts` and `ends`. */
  readonly capacity: number
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** Position of each record in `bytes`, without its terminator: what quarantine keeps. */
  readonly recordStarts: Int32Array
  readonly recordEnds: Int32Array
  /** Number + 1 of the structure rule a record fails, 0 for none; its fields are then empty. */
  readonly structure: Uint8Array
  /** Count of records with a structure failure in this batch. */
  readonly structureCount: number
  /** Row index of row 0 within the batch of work, from 0. */
  readonly firstRow: number
  /** Absolute offset in the (decompressed) extract of bytes[0]. */
  readonly byteOffset: number
}

/** What a reader knows after its last record. */
export interface SliceSummary {
  /** True offsets: where the first record started, and where the next slice starts. */
  readonly start: number
  readonly end: number
  readonly rowCount: number
  readonly blankLines: number
  readonly commentLines: number
  /** Of the bytes start…end, of all compressed bytes for a compressed file: lake/fingerprint.ts. */
  readonly fingerprint: string
  /** False where the last record of the file has no line end; null unless the slice ends it. */
  readonly finalNewline: boolean | null
  /** Bytes given up to unterminated quotes and records over the limit. */
  readonly bytesLost: number
}

export interface FieldReader {
  /** The next fields, or null at the end of the slice. */
  next(): Promise<FieldBatch | null>
  /** After `next()` gave null. */
  summary(): SliceSummary
  close(): void
}

/** The refused rows of one field batch, in row order. */
export interface RejectedRows {
  readonly count: number
  /** Row within the field batch. */
  readonly rows: Int32Array
  /** Index of the first failing column in the table plan, -1 for the record itself. */
  readonly columns: Int16Array
  /** Number of the first failing rule. */
  readonly rules: Uint8Array
  /** Mask of all failing rules, bit = rule number. */
  readonly masks: Int32Array
}

/** What a transform makes of one field batch. rowsIn = acceptedCount + rejects.count, asserted. */
export interface TransformedBatch {
  readonly rowsIn: number
  readonly acceptedCount: number
  /**
   * The accepted rows, columns in contract order with patient_id first. Text columns are Arrow
   * Dictionary<Utf8, Int32>; within a row group the dictionary of a later record batch begins with
   * that of the earlier ones. Buffers are valid until the next call.
   */
  readonly recordBatch: RecordBatch
  readonly rejects: RejectedRows
}

/** A column of a Parquet file to write. */
export interface ParquetColumn {
  readonly name: string
  readonly type: 'boolean' | 'int32' | 'int64' | 'double' | 'date' | 'string' | 'binary'
  readonly nullable: boolean
}

export interface ParquetOptions {
  readonly columns: readonly ParquetColumn[]
  readonly compression: 'snappy' | 'zstd' | 'uncompressed'
  readonly dictionary: 'auto' | 'off'
  /** Key-value metadata of the file. */
  readonly metadata: Readonly<Record<string, string>>
}

/** A finished, flushed, read-back part file. */
export interface PartFile {
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
}

export interface SinkWriter {
  add(recordBatch: RecordBatch): void
  /** Ends a row group: dictionaries of the next record batch start anew. */
  endRowGroup(): void
  /** Bytes and rows held for the open row group, so that the caller can bound it. */
  readonly pendingBytes: number
  readonly pendingRows: number
  /** Footer, flush, read back, digest. */
  commit(): Promise<PartFile>
  /** Removes what was written. */
  abort(): void
}
