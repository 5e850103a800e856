// The hash table behind a text column: its arrays, their growth by doubling, and the loop that
// calls the kernel until every row has its entry. The text and offsets are an Arrow Utf8 vector
// as they are.
import assert from 'node:assert'
import { type ArenaOwner, addressOf } from '../kernels/arena.ts'
import { kernels } from '../kernels/kernels.ts'

export interface InternTable {
  readonly owner: ArenaOwner
  text: Uint8Array
  /** Entry e is text[offsets[e] … offsets[e + 1]). */
  offsets: Int32Array
  /** Entries that there is room for. */
  capacity: number
  /** Eight words a slot, two slots for each entry that there is room for. */
  slots: Int32Array
  /** What the kernel is told: kernels/assembly/transforms/intern-text. */
  readonly block: Int32Array
  /** A text that is interned by itself, start, end and entry. */
  single: Uint8Array
  readonly singlePlace: Int32Array
}

const capacityAtFirst = 1024
const textBytesAtFirst = 16_384
const slotWords = 8
const countPlace = 6

/** Tells the kernel where everything is. */
function writeBlock(table: InternTable): void {
  const { text, offsets, slots, capacity, block } = table
  assert(offsets.length > capacity, 'offsets has one entry more than there is room for')
  assert(slots.length >= 2 * slotWords * capacity, 'at least half of the slots stay empty')
  const bits = 31 - Math.clz32(slots.length / slotWords)
  const parts = [addressOf(text), addressOf(offsets), addressOf(slots), text.length, capacity, bits]
  block.set(parts)
}

export function newInternTable(owner: ArenaOwner): InternTable {
  const table: InternTable = {
    owner,
    text: owner.bytes(textBytesAtFirst),
    offsets: owner.int32(capacityAtFirst + 1),
    capacity: capacityAtFirst,
    slots: owner.int32(2 * slotWords * capacityAtFirst),
    block: owner.int32(countPlace + 1),
    single: owner.bytes(64),
    singlePlace: owner.int32(3),
  }
  writeBlock(table)
  return table
}

export const entryCountOf = (table: InternTable): number => table.block[countPlace] ?? 0

/** Bytes of the texts, their offsets and the two slots or more that each has. */
export function internTableBytes(table: InternTable): number {
  const count = entryCountOf(table)
  return (table.offsets[count] ?? 0) + 4 * (count + 1) + 2 * 4 * slotWords * count
}

/** Forgets every entry. Arrays that a row group of many texts left large are kept. */
export function clearInternTable(table: InternTable): void {
  kernels.fillBytes(addressOf(table.slots), table.slots.byteLength, 0)
  table.block[countPlace] = 0
}

function growEntries(table: InternTable): void {
  const { owner, offsets, slots } = table
  const capacity = 2 * table.capacity
  const newOffsets = owner.int32(capacity + 1)
  newOffsets.set(offsets)
  const newSlots = owner.int32(2 * slots.length)
  const bits = 31 - Math.clz32(newSlots.length / slotWords)
  kernels.moveSlots(addressOf(slots), slots.length / slotWords, addressOf(newSlots), bits)
  owner.drop(offsets)
  owner.drop(slots)
  Object.assign(table, { offsets: newOffsets, slots: newSlots, capacity })
}

function growText(table: InternTable, needed: number): void {
  let capacity = 2 * table.text.length
  while (capacity < needed) capacity *= 2
  const text = table.owner.bytes(capacity)
  text.set(table.text)
  table.owner.drop(table.text)
  table.text = text
}

/** Fields of one column as the kernels find them: addresses of the bytes and of the positions. */
export interface FieldAddresses {
  readonly bytes: number
  readonly starts: number
  readonly ends: number
}

/** Writes the entry of every field to `entries`; new texts become new entries. */
export function internFields(
  table: InternTable,
  fields: FieldAddresses,
  rowCount: number,
  entries: number,
  lengthOf: (row: number) => number,
): void {
  const { bytes, starts, ends } = fields
  const block = addressOf(table.block)
  let row = 0
  for (;;) {
    row = kernels.internText(bytes, starts, ends, row, rowCount, block, entries)
    if (row === rowCount) return
    const count = entryCountOf(table)
    if (count === table.capacity) growEntries(table)
    const needed = (table.offsets[count] ?? 0) + lengthOf(row)
    if (needed > table.text.length) growText(table, needed)
    writeBlock(table)
  }
}

/** The entry of one text. */
export function internText(
  table: InternTable,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const { owner, singlePlace } = table
  const length = end - start
  if (length > table.single.length) {
    owner.drop(table.single)
    table.single = owner.bytes(2 * length)
  }
  table.single.set(bytes.subarray(start, end))
  singlePlace[1] = length
  const place = addressOf(singlePlace)
  const fields = { bytes: addressOf(table.single), starts: place, ends: place + 4 }
  internFields(table, fields, 1, place + 8, () => length)
  return singlePlace[2] ?? 0
}
