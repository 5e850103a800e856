// Field batches made by hand: what a source would give for rows of fields, with noise around every
// field so that a kernel that reads past an end shows.
import type { FieldBatch } from '../../contracts/stage.ts'

export interface RowOptions {
  /** Number of the structure rule each row fails, null for none. */
  readonly structure?: readonly (number | null)[]
  readonly capacity?: number
  readonly firstRow?: number
}

/** The batch of rows of fields; a row with a structure failure has empty fields. */
export function fieldBatchOf(
  rows: readonly (readonly Uint8Array[])[],
  fieldCount: number,
  options: RowOptions = {},
): FieldBatch {
  const capacity = options.capacity ?? rows.length + 3
  const starts = new Int32Array(capacity * fieldCount)
  const ends = new Int32Array(capacity * fieldCount)
  const recordStarts = new Int32Array(capacity)
  const recordEnds = new Int32Array(capacity)
  const structure = new Uint8Array(capacity)
  const chunks: Uint8Array[] = []
  let at = 0
  const push = (chunk: Uint8Array): void => {
    chunks.push(chunk)
    at += chunk.length
  }
  const noise = Uint8Array.of(0x31)
  let structureCount = 0
  for (const [row, fields] of rows.entries()) {
    recordStarts[row] = at
    const failed = options.structure?.[row] ?? null
    if (failed !== null) {
      structure[row] = failed + 1
      structureCount++
    }
    for (let field = 0; field < fieldCount; field++) {
      push(noise)
      starts[field * capacity + row] = at
      if (failed === null) push(fields[field] ?? new Uint8Array(0))
      ends[field * capacity + row] = at
    }
    recordEnds[row] = at
  }
  push(noise)
  return {
    bytes: new Uint8Array(Buffer.concat(chunks)),
    rowCount: rows.length,
    fieldCount,
    capacity,
    starts,
    ends,
    recordStarts,
    recordEnds,
    structure,
    structureCount,
    firstRow: options.firstRow ?? 0,
    byteOffset: 0,
  }
}
