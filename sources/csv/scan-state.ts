// What the scans share with the reader: a cursor of numbers they take up and put down, and the
// arrays they fill. Both are allocated once for a reader and reused for every chunk.
// kernels/assembly/sources/scan-cursor.ts has the same places.

/** Places in the cursor, an Int32Array of `cursorLength`. */
export const at = {
  /** In and out: where the next line starts in the buffer. */
  position: 0,
  /** In: lines that start at or after this position are not read. */
  startLimit: 1,
  /** In: bytes of raw text in the buffer. */
  filled: 2,
  /** In: 1 where the text ends at `filled`. */
  atEnd: 3,
  /** In and out: rows so far, and the bound. */
  row: 4,
  rowLimit: 5,
  /** In and out: where the next unescaped field is copied to. */
  spare: 6,
  /** Out, added to. */
  blankLines: 7,
  commentLines: 8,
  bytesLost: 9,
  /** Out: one of `stops`. */
  stop: 10,
  /** Out: fields of the last record scanned by the general kernel. */
  fieldTotal: 11,
  /** Out: 1 where the last line has a line end, 0 where the end of the text ended it. */
  lineEnded: 12,
  /** Between functions of the general kernel: where the refused line ends. */
  lineEnd: 13,
  /** Out, added to: rows with a structure rule. */
  refused: 14,
} as const
export const cursorLength = 15

export const stops = {
  /** The row bound or the start limit was reached. */
  done: 0,
  /** The line at `position` cannot be decided with the bytes that are here. */
  needMore: 1,
  /** The line at `position` is one for the general kernel: not certainly whole and well-formed. */
  unusual: 2,
  /** The line before `position` was cut at the record limit: skip to the next line end. */
  skipLine: 3,
  /** As skipLine, for a comment. */
  skipComment: 4,
} as const

/** Bytes behind the raw text that the kernels may look at: line ends and a quote. */
export const sentinelBytes = 4

/** The arrays of a FieldBatch, as contracts/stage.ts describes them, and where each field goes. */
export interface ScanTarget {
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly recordStarts: Int32Array
  readonly recordEnds: Int32Array
  readonly structure: Uint8Array
  /** Fields every record must have. */
  readonly fieldCount: number
  /** By field: where its column starts in `starts` and `ends`, or -1 for a field not selected. */
  readonly bases: Int32Array
  /** 1: a blank line is a row of one empty field. */
  readonly blankIsRow: number
}

/** Ends the raw text with line ends and a quote, so that inner loops need no bounds check. */
export function writeSentinels(bytes: Uint8Array, filled: number, quote: number): void {
  bytes[filled] = 10
  bytes[filled + 1] = quote > 255 ? 10 : quote
  bytes[filled + 2] = 10
  bytes[filled + 3] = 10
}
