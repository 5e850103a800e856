// What every column of a running transform has: the buffers its Arrow vector stands on, and the
// steps that fill them. Buffers are reused from batch to batch and grow with the largest.
import type { FieldBatch } from '../../contracts/stage.ts'
import type { Failures } from '../failures.ts'
import type { InternTable } from '../intern-table.ts'
import type { Marks } from '../marks.ts'
import type { ColumnPlan, ColumnStorage } from '../table-plan.ts'

export interface ColumnBuffers {
  capacity: number
  /** The values as 32-bit words: two for int64 and double, one for dates, keys and booleans. */
  words: Int32Array
  /** The same memory for doubles; empty otherwise. */
  doubles: Float64Array
  /** Booleans as bits; empty otherwise. */
  bits: Uint8Array
  validity: Uint8Array
  flags: Uint8Array
  nullCount: number
  /** Was any flag set in this batch? */
  flagged: boolean
}

/** Arrays that columns use one after the other. */
export interface Scratch {
  capacity: number
  /** Of each row in the column at work: 0 a value, 1 null, 2 refused by text or type. */
  states: Uint8Array
  stateWords: Int32Array
  /** Rows a kernel left undecided; later other lists of rows. */
  rows: Int32Array
  kept: Int32Array
  trimmedStarts: Int32Array
  trimmedEnds: Int32Array
}

export interface Column {
  readonly plan: ColumnPlan
  readonly buffers: ColumnBuffers
  /** The same in every row and every batch, so that refused rows need no moving. */
  readonly isConstant: boolean
  /** The dictionary of a text column. */
  readonly dictionary: InternTable | null
  /** Rows that fail under severities beside reject; null: the column has none. */
  readonly marks: Marks | null
  /** Parses and checks the column for a batch; scratch.states is all 0 at the start. */
  run(batch: FieldBatch, view: DataView, scratch: Scratch, failures: Failures): void
  /** Forgets dictionaries. */
  startRowGroup(): void
  /** Bytes of the dictionaries. */
  heldBytes(): number
}

const noBytes = new Uint8Array(0)
const noDoubles = new Float64Array(0)

export const wordsOf = (storage: ColumnStorage): 1 | 2 =>
  storage === 'int64' || storage === 'double' ? 2 : 1

export const newColumnBuffers = (): ColumnBuffers => ({
  capacity: 0,
  words: new Int32Array(0),
  doubles: noDoubles,
  bits: noBytes,
  validity: noBytes,
  flags: noBytes,
  nullCount: 0,
  flagged: false,
})

/** Makes room for a number of rows; what was there is lost. True when the arrays are new. */
export function reserveBuffers(
  buffers: ColumnBuffers,
  storage: ColumnStorage,
  rowCount: number,
): boolean {
  if (rowCount <= buffers.capacity) return false
  const capacity = (rowCount + 63) & ~63
  buffers.capacity = capacity
  buffers.words = new Int32Array(capacity * wordsOf(storage))
  if (storage === 'double') buffers.doubles = new Float64Array(buffers.words.buffer)
  if (storage === 'boolean') buffers.bits = new Uint8Array(capacity / 8)
  buffers.validity = new Uint8Array(capacity / 8)
  buffers.flags = new Uint8Array(capacity)
  return true
}

export const newScratch = (): Scratch => ({
  capacity: 0,
  states: noBytes,
  stateWords: new Int32Array(0),
  rows: new Int32Array(0),
  kept: new Int32Array(0),
  trimmedStarts: new Int32Array(0),
  trimmedEnds: new Int32Array(0),
})

export function reserveScratch(scratch: Scratch, rowCount: number): void {
  if (rowCount < scratch.capacity) return
  const capacity = (rowCount + 64) & ~63
  scratch.capacity = capacity
  scratch.states = new Uint8Array(capacity)
  scratch.stateWords = new Int32Array(scratch.states.buffer)
  scratch.rows = new Int32Array(capacity)
  scratch.kept = new Int32Array(capacity)
  scratch.trimmedStarts = new Int32Array(capacity)
  scratch.trimmedEnds = new Int32Array(capacity)
}
