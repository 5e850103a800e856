// What every column of a running transform has: the buffers its Arrow vector stands on, and the
// steps that fill them. Buffers are reused from batch to batch and grow with the largest.
import type { FieldBatch } from '../../contracts/stage.ts'
import { type ArenaOwner, addressOf } from '../../kernels/arena.ts'
import { kernels } from '../../kernels/kernels.ts'
import type { Failures } from '../failures.ts'
import type { FieldAddresses, InternTable } from '../intern-table.ts'
import type { Marks } from '../marks.ts'
import type { ColumnPlan, ColumnStorage } from '../table-plan.ts'

export interface ColumnBuffers {
  readonly owner: ArenaOwner
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
  readonly owner: ArenaOwner
  capacity: number
  /** Of each row in the column at work: 0 a value, 1 null, 2 refused by text or type. */
  states: Uint8Array
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
  /** Parses and checks the column for a batch, which lies in the memory of the kernels. */
  run(batch: FieldBatch, scratch: Scratch, failures: Failures): void
  /** Forgets dictionaries. */
  startRowGroup(): void
  /** Bytes of the dictionaries. */
  heldBytes(): number
}

const noDoubles = new Float64Array(0)

export const wordsOf = (storage: ColumnStorage): 1 | 2 =>
  storage === 'int64' || storage === 'double' ? 2 : 1

export const newColumnBuffers = (owner: ArenaOwner): ColumnBuffers => ({
  owner,
  capacity: 0,
  words: owner.int32(0),
  doubles: noDoubles,
  bits: owner.bytes(0),
  validity: owner.bytes(0),
  flags: owner.bytes(0),
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
  const { owner } = buffers
  const capacity = (rowCount + 63) & ~63
  for (const view of [buffers.words, buffers.bits, buffers.validity, buffers.flags]) {
    owner.drop(view)
  }
  buffers.capacity = capacity
  buffers.words = owner.int32(capacity * wordsOf(storage))
  if (storage === 'double') {
    buffers.doubles = new Float64Array(buffers.words.buffer, addressOf(buffers.words), capacity)
  }
  buffers.bits = owner.bytes(storage === 'boolean' ? capacity / 8 : 0)
  buffers.validity = owner.bytes(capacity / 8)
  buffers.flags = owner.bytes(capacity)
  return true
}

export const newScratch = (owner: ArenaOwner): Scratch => ({
  owner,
  capacity: 0,
  states: owner.bytes(0),
  rows: owner.int32(0),
  kept: owner.int32(0),
  trimmedStarts: owner.int32(0),
  trimmedEnds: owner.int32(0),
})

export function reserveScratch(scratch: Scratch, rowCount: number): void {
  if (rowCount < scratch.capacity) return
  const { owner } = scratch
  const capacity = (rowCount + 64) & ~63
  const { states, rows, kept, trimmedStarts, trimmedEnds } = scratch
  for (const view of [states, rows, kept, trimmedStarts, trimmedEnds]) owner.drop(view)
  scratch.capacity = capacity
  scratch.states = owner.bytes(capacity)
  scratch.rows = owner.int32(capacity)
  scratch.kept = owner.int32(capacity)
  scratch.trimmedStarts = owner.int32(capacity)
  scratch.trimmedEnds = owner.int32(capacity)
}

/** Where the fields of a column lie. */
export function fieldAddresses(batch: FieldBatch, field: number): FieldAddresses {
  const from = 4 * field * batch.capacity
  return {
    bytes: addressOf(batch.bytes),
    starts: addressOf(batch.starts) + from,
    ends: addressOf(batch.ends) + from,
  }
}

/** The same byte all over a buffer. */
export function fillBytes(target: Uint8Array, byte: number): void {
  kernels.fillBytes(addressOf(target), target.length, byte)
}

/** The validity of a column from the states of its rows. */
export function packValidity(buffers: ColumnBuffers, states: Uint8Array, rowCount: number): void {
  const target = addressOf(buffers.validity)
  buffers.nullCount = kernels.packValidity(addressOf(states), rowCount, target)
}
