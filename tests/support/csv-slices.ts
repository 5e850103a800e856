// Reads CSV text through the reader as the program does: a file on disk, planned, cut into slices,
// each slice guessed first and read again where the guess does not meet the slice before.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlannedFile } from '../../contracts/batch-task.ts'
import type { CsvDialect } from '../../contracts/extract.ts'
import { type RuleName, ruleName } from '../../contracts/rules.ts'
import type { FieldBatch, FieldReader, SliceSummary } from '../../contracts/stage.ts'
import { openFingerprint } from '../../lake/fingerprint.ts'
import { openFieldReader, type SliceRange } from '../../sources/csv/read.ts'
import type { ReadBounds } from '../../sources/csv/read-bounds.ts'

export const commaDialect: CsvDialect = {
  delimiter: ',',
  quote: '"',
  escape: '"',
  newline: 'auto',
  header: false,
  fields: null,
  comment: null,
  skipLines: 0,
  finalNewline: 'report',
}

export interface ReadRow {
  readonly start: number
  readonly raw: string
  readonly rule: RuleName | null
  readonly fields: readonly string[] | null
}

export interface ReadSlices {
  readonly rows: readonly ReadRow[]
  readonly summaries: readonly SliceSummary[]
  /** Slices whose guessed start was wrong. */
  readonly reread: number
}

/** A folder that is removed when the process of the test ends, or earlier by `remove`. */
export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'safelanding-csv-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A file without header, all of whose fields are selected. */
export function writePlanned(folder: string, text: string, fieldCount: number): PlannedFile {
  const path = join(folder, 'text.csv')
  const bytes = Buffer.from(text, 'latin1')
  writeFileSync(path, bytes)
  return {
    path,
    name: 'text.csv',
    bytes: bytes.length,
    compressed: false,
    dataStart: 0,
    fieldCount,
    selected: Array.from({ length: fieldCount }, (_, index) => index),
    blankLines: 0,
    commentLines: 0,
  }
}

/** Rows of a field batch; bytes are shown as latin1 characters, or decoded. */
export function batchRows(batch: FieldBatch, encoding: 'latin1' | 'utf8' = 'latin1'): ReadRow[] {
  const text = (from: number, to: number) =>
    Buffer.from(batch.bytes.subarray(from, to)).toString(encoding)
  return Array.from({ length: batch.rowCount }, (_, row) => {
    const structure = batch.structure[row] ?? 0
    const fields = Array.from({ length: batch.fieldCount }, (__, field) => {
      const place = field * batch.capacity + row
      return text(batch.starts[place] ?? -1, batch.ends[place] ?? -1)
    })
    const recordStart = batch.recordStarts[row] ?? -1
    return {
      start: batch.byteOffset + recordStart,
      raw: text(recordStart, batch.recordEnds[row] ?? -1),
      rule: structure === 0 ? null : ruleName(structure - 1),
      fields: structure === 0 ? fields : null,
    }
  })
}

/** All rows of a reader, and its summary. */
export async function readAll(
  reader: FieldReader,
  encoding: 'latin1' | 'utf8' = 'latin1',
): Promise<{ rows: ReadRow[]; summary: SliceSummary }> {
  const rows: ReadRow[] = []
  try {
    for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
      if (batch.firstRow !== rows.length) throw new Error('firstRow counts the rows before')
      rows.push(...batchRows(batch, encoding))
    }
    return { rows, summary: reader.summary() }
  } finally {
    reader.close()
  }
}

/** Reads slices as the program does: a slice that does not start where the last ended is read again. */
export async function readSlices(
  file: PlannedFile,
  dialect: CsvDialect,
  ranges: readonly SliceRange[],
  bounds?: ReadBounds,
): Promise<ReadSlices> {
  const rows: ReadRow[] = []
  const summaries: SliceSummary[] = []
  let reread = 0
  for (const range of ranges) {
    let slice = await readAll(openFieldReader(file, dialect, range, bounds))
    const before = summaries.at(-1)
    if (before !== undefined && slice.summary.start !== before.end) {
      reread++
      const exact = { start: before.end, end: range.end, startIsExact: true }
      slice = await readAll(openFieldReader(file, dialect, exact, bounds))
    }
    for (const row of slice.rows) rows.push(row)
    summaries.push(slice.summary)
  }
  return { rows, summaries, reread }
}

/** The fingerprint of bytes that are there at once. */
export function fingerprintOf(bytes: Uint8Array): string {
  const fingerprint = openFingerprint()
  fingerprint.update(bytes)
  return fingerprint.digest()
}
