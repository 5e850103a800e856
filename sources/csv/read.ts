// Reads the records of one slice of a CSV file. A slice holds the lines that start inside its range,
// and ends where the next line starts, so that slices chain: one is right when it starts where the
// one before ended. Buffers are reused; what a line is, the kernels decide.
import type { PlannedFile } from '../../contracts/batch-task.ts'
import type { CsvDialect } from '../../contracts/extract.ts'
import type { FieldBatch, FieldReader, SliceSummary } from '../../contracts/stage.ts'
import { type Fingerprint, openFingerprint } from '../../lake/fingerprint.ts'
import { type CompiledDialect, compileDialect } from './dialect.ts'
import { findLineEnd, lineEndAt } from './find-line.ts'
import { findRecordStart, type TrialCount } from './find-record-start.ts'
import { emptyRefusedRows } from './kernels/empty-refused-rows.ts'
import { assertBounds, type ReadBounds, standardBounds } from './read-bounds.ts'
import { scanAnyRecords } from './scan-any-records.ts'
import { scanRecords } from './scan-records.ts'
import { at, sentinelBytes, stops, writeSentinels } from './scan-state.ts'
import { openTextFeed, type TextFeed } from './text-feed.ts'
import {
  acquireWorkspace,
  bufferBytes,
  growBytes,
  releaseWorkspace,
  type Workspace,
} from './workspace.ts'

/** A range of the text of a file, in bytes; `startIsExact` false: `start` is a splitter's guess. */
export interface SliceRange {
  readonly start: number
  readonly end: number
  readonly startIsExact: boolean
}

/**
 * Opens the records that start in a range of a planned file. Plain files are read synchronously; a
 * compressed one has a single slice. Errors: source_unreadable (also a file that changed since it
 * was planned), compressed_damaged.
 */
export function openFieldReader(
  file: PlannedFile,
  dialect: CsvDialect,
  range: SliceRange,
  bounds: ReadBounds = standardBounds(file.fieldCount),
): FieldReader {
  assertBounds(bounds)
  return new SliceReader(file, compileDialect(dialect), range, bounds)
}

const trialRows = 256
/** Bytes read beyond the end of a slice at first, to finish its last record. */
const overlapBytes = 16 * 1024

class SliceReader implements FieldReader {
  readonly #file: PlannedFile
  readonly #dialect: CompiledDialect
  readonly #bounds: ReadBounds
  readonly #workspace: Workspace
  readonly #feed: TextFeed
  readonly #fingerprint: Fingerprint
  readonly #end: number
  /** Offset in the text of the first byte of the buffer. */
  #bufferOffset: number
  #start: number
  #startKnown: boolean
  #atEnd = false
  /** First byte of the buffer that the digest has not seen. */
  #fingerprintFrom = 0
  #rowCount = 0
  #bytesLost = 0
  #skipping: 'no' | 'record' | 'comment' = 'no'
  #summary: SliceSummary | null = null
  #closed = false

  constructor(file: PlannedFile, dialect: CompiledDialect, range: SliceRange, bounds: ReadBounds) {
    this.#file = file
    this.#dialect = dialect
    this.#bounds = bounds
    this.#end = range.end
    this.#start = range.start
    this.#startKnown = range.startIsExact || range.start <= file.dataStart
    const before = this.#startKnown ? 0 : Math.max(2, dialect.delimiter.length, dialect.lookahead)
    this.#bufferOffset = Math.max(this.#startKnown ? 0 : file.dataStart, range.start - before)
    this.#feed = openTextFeed(file, this.#bufferOffset)
    this.#fingerprint = openFingerprint()
    this.#workspace = acquireWorkspace(dialect, bounds, file.fieldCount, file.selected)
  }

  async next(): Promise<FieldBatch | null> {
    if (this.#summary !== null) return null
    const { cursor } = this.#workspace
    if (!this.#startKnown) await this.#guessStart()
    for (;;) {
      if (this.#isFinished()) return this.#finish()
      cursor[at.row] = 0
      const filled = this.#cursorAt(at.filled)
      cursor[at.spare] = filled + sentinelBytes
      cursor[at.rowLimit] = this.#workspace.rowsMax
      cursor[at.startLimit] = Math.min(filled, this.#end - this.#bufferOffset)
      const stop = this.#skipping === 'no' ? this.#scan() : this.#skip()
      if (this.#cursorAt(at.row) > 0) return this.#batch()
      if (stop === stops.needMore || this.#cursorAt(at.position) >= filled) await this.#refill()
    }
  }

  summary(): SliceSummary {
    if (this.#summary === null) throw new Error('a summary is there after the last record')
    return this.#summary
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    releaseWorkspace(this.#workspace)
    this.#feed.close()
  }

  #cursorAt(place: number): number {
    return this.#workspace.cursor[place] ?? 0
  }

  /** True where the next line would start behind the slice or behind the text. */
  #isFinished(): boolean {
    const position = this.#cursorAt(at.position)
    if (this.#atEnd && position >= this.#cursorAt(at.filled)) return true
    return this.#skipping === 'no' && this.#bufferOffset + position >= this.#end
  }

  /** Scans lines until a batch is full or bytes are short; returns the stop. */
  #scan(): number {
    const { cursor, target, bytes, rowsMax } = this.#workspace
    const dialect = this.#dialect
    const bounds = this.#bounds
    for (;;) {
      if (dialect.fast) {
        scanRecords(this.#workspace, dialect, bounds.fieldBytesMax)
        if (this.#cursorAt(at.stop) === stops.done) return stops.done
        cursor[at.rowLimit] = this.#cursorAt(at.row) + 1
      }
      scanAnyRecords(bytes, cursor, dialect, bounds, target)
      cursor[at.rowLimit] = rowsMax
      const stop = this.#cursorAt(at.stop)
      if (stop === stops.skipLine) this.#skipping = 'record'
      if (stop === stops.skipComment) this.#skipping = 'comment'
      if (stop !== stops.done || !dialect.fast) return stop
    }
  }

  /** Gives up bytes to the next line end. */
  #skip(): number {
    const { bytes, cursor } = this.#workspace
    const from = this.#cursorAt(at.position)
    const filled = this.#cursorAt(at.filled)
    const dialect = this.#dialect
    const found = findLineEnd(bytes, from, filled, this.#atEnd, dialect)
    const to = found >= 0 ? found : Math.max(from, filled - dialect.lookahead + 1)
    if (this.#skipping === 'record') this.#bytesLost += to - from
    const lineEnd = found >= 0 ? lineEndAt(bytes, found, filled, dialect) : 0
    cursor[at.position] = to + lineEnd
    cursor[at.lineEnded] = lineEnd > 0 ? 1 : 0
    if (found < 0) return stops.needMore
    this.#skipping = 'no'
    return stops.done
  }

  #batch(): FieldBatch {
    const { bytes, target, capacity, copies, cursor } = this.#workspace
    const { starts, ends, recordStarts, recordEnds, structure } = target
    const rowCount = this.#cursorAt(at.row)
    const fieldCount = this.#file.selected.length
    for (const [from, to] of copies) {
      for (const places of [starts, ends]) {
        places.copyWithin(to * capacity, from * capacity, from * capacity + rowCount)
      }
    }
    this.#bytesLost += this.#cursorAt(at.bytesLost)
    cursor[at.bytesLost] = 0
    const structureCount = this.#cursorAt(at.refused)
    cursor[at.refused] = 0
    if (structureCount > 0) {
      emptyRefusedRows(structure, rowCount, fieldCount, capacity, starts, ends)
    }
    const firstRow = this.#rowCount
    this.#rowCount += rowCount
    return {
      bytes,
      rowCount,
      fieldCount,
      capacity,
      starts,
      ends,
      recordStarts,
      recordEnds,
      structure,
      structureCount,
      firstRow,
      byteOffset: this.#bufferOffset,
    }
  }

  /** Drops the lines that are done with and reads on. */
  async #refill(): Promise<void> {
    const workspace = this.#workspace
    const { cursor } = workspace
    this.#takeFingerprint()
    const position = this.#cursorAt(at.position)
    const tail = this.#cursorAt(at.filled) - position
    workspace.bytes.copyWithin(0, position, position + tail)
    this.#bufferOffset += position
    this.#fingerprintFrom = 0
    cursor[at.position] = 0
    const { chunkBytes } = this.#bounds
    // Behind the end of the slice there may still be a long line to finish or to give up.
    const toEnd = Math.max(0, this.#end - this.#bufferOffset) + overlapBytes
    // At least twice the tail: a long record is scanned again for each doubling, not for each chunk.
    await this.#fill(tail, Math.max(2 * tail, Math.min(chunkBytes, toEnd), 1))
  }

  /** Reads until the buffer holds `wanted` bytes or the text ends; `held` bytes are there. */
  async #fill(held: number, wanted: number): Promise<void> {
    const workspace = this.#workspace
    if (bufferBytes(wanted) > workspace.bytes.length) {
      growBytes(workspace, bufferBytes(wanted), held)
    }
    let filled = held
    while (filled < wanted && !this.#atEnd) {
      const read = this.#feed.read(workspace.bytes, filled, wanted - filled)
      const count = typeof read === 'number' ? read : await read
      filled += count
      if (count === 0) this.#atEnd = true
    }
    const { cursor } = workspace
    cursor[at.filled] = filled
    cursor[at.atEnd] = this.#atEnd ? 1 : 0
    writeSentinels(workspace.bytes, filled, this.#dialect.quote)
  }

  #takeFingerprint(): void {
    const position = this.#cursorAt(at.position)
    if (this.#file.compressed || position <= this.#fingerprintFrom) return
    this.#fingerprint.update(this.#workspace.bytes.subarray(this.#fingerprintFrom, position))
    this.#fingerprintFrom = position
  }

  /** Moves the position to the likeliest record boundary at or after the nominal start. */
  async #guessStart(): Promise<void> {
    const { cursor } = this.#workspace
    const from = this.#start - this.#bufferOffset
    const longest = this.#bounds.recordBytesMax + this.#bounds.chunkBytes
    let wanted = Math.min(64 * 1024, this.#bounds.chunkBytes) + from
    let found = -1
    for (;;) {
      await this.#fill(this.#cursorAt(at.filled), wanted)
      const { bytes } = this.#workspace
      const filled = this.#cursorAt(at.filled)
      const trial = (position: number, before: number): TrialCount => this.#trial(position, before)
      found = findRecordStart(bytes, from, filled, this.#atEnd, this.#dialect, trial)
      if (found >= 0 || this.#atEnd || wanted >= longest) break
      wanted *= 2
    }
    // No boundary within the longest record: any place will do, the caller sees that it is wrong.
    cursor.fill(0, at.row)
    cursor[at.position] = found >= 0 ? found : Math.min(from, this.#cursorAt(at.filled))
    this.#fingerprintFrom = this.#cursorAt(at.position)
    this.#start = this.#bufferOffset + this.#fingerprintFrom
    this.#startKnown = true
  }

  #trial(position: number, before: number): TrialCount {
    const { cursor, target, rowsMax } = this.#workspace
    const filled = this.#cursorAt(at.filled)
    cursor.fill(0, at.row)
    cursor[at.position] = position
    cursor[at.spare] = filled + sentinelBytes
    cursor[at.rowLimit] = Math.min(trialRows, rowsMax)
    cursor[at.startLimit] = filled
    scanAnyRecords(this.#workspace.bytes, cursor, this.#dialect, this.#bounds, target)
    const rows = this.#cursorAt(at.row)
    let good = 0
    let bad = 0
    for (let row = 0; row < rows && target.recordStarts[row]! < before; row++) {
      if (target.structure[row] === 0) good++
      else bad++
    }
    return { good, bad }
  }

  async #finish(): Promise<null> {
    this.#takeFingerprint()
    const end = this.#bufferOffset + this.#cursorAt(at.position)
    // A slice that read nothing cannot say how the text ends; the one before it can.
    const isLast = end > this.#start && (this.#file.compressed || end >= this.#file.bytes)
    this.#feed.verify()
    this.#summary = {
      start: this.#start,
      end,
      rowCount: this.#rowCount,
      blankLines: this.#cursorAt(at.blankLines),
      commentLines: this.#cursorAt(at.commentLines),
      fingerprint: this.#feed.compressedFingerprint() ?? this.#fingerprint.digest(),
      finalNewline: isLast ? this.#cursorAt(at.lineEnded) === 1 : null,
      bytesLost: this.#bytesLost,
    }
    return null
  }
}
