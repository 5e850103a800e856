// The hash table behind a text column: its arrays, their growth by doubling, and the loop that
// calls the kernel until every row has its entry. The text and offsets are an Arrow Utf8 vector
// as they are.
import { internTextKernel } from './kernels/intern-text.ts'

export interface InternTable {
  text: Uint8Array
  view: DataView
  /** Entry e is text[offsets[e] … offsets[e + 1]). */
  offsets: Int32Array
  hashes: Int32Array
  slots: Int32Array
  /** counts[0]: number of entries. */
  readonly counts: Int32Array
}

const entriesAtFirst = 1024
const textBytesAtFirst = 16_384

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export function newInternTable(): InternTable {
  const text = new Uint8Array(textBytesAtFirst)
  return {
    text,
    view: viewOf(text),
    offsets: new Int32Array(entriesAtFirst + 1),
    hashes: new Int32Array(entriesAtFirst),
    slots: new Int32Array(2 * entriesAtFirst),
    counts: new Int32Array(1),
  }
}

export const entryCountOf = (table: InternTable): number => table.counts[0] ?? 0

/** Bytes of the texts and their offsets. */
export function internTableBytes(table: InternTable): number {
  const count = entryCountOf(table)
  return (table.offsets[count] ?? 0) + 4 * (count + 1)
}

/** Forgets every entry. Arrays that a row group of many texts left large are kept. */
export function clearInternTable(table: InternTable): void {
  table.slots.fill(0)
  table.counts[0] = 0
}

function growEntries(table: InternTable): void {
  const capacity = 2 * table.hashes.length
  const offsets = new Int32Array(capacity + 1)
  offsets.set(table.offsets)
  const hashes = new Int32Array(capacity)
  hashes.set(table.hashes)
  const slots = new Int32Array(2 * capacity)
  const count = entryCountOf(table)
  for (let entry = 0; entry < count; entry++) {
    let slot = (hashes[entry] ?? 0) & (slots.length - 1)
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1)
    slots[slot] = entry + 1
  }
  Object.assign(table, { offsets, hashes, slots })
}

function growText(table: InternTable, needed: number): void {
  let capacity = 2 * table.text.length
  while (capacity < needed) capacity *= 2
  const text = new Uint8Array(capacity)
  text.set(table.text)
  Object.assign(table, { text, view: viewOf(text) })
}

/** Writes the entry of every field to `entries`; new texts become new entries. */
export function internFields(
  table: InternTable,
  bytes: Uint8Array,
  view: DataView,
  starts: Int32Array,
  ends: Int32Array,
  from: number,
  rowCount: number,
  entries: Int32Array,
): void {
  let row = 0
  for (;;) {
    row = internTextKernel(
      bytes,
      view,
      starts,
      ends,
      from,
      row,
      rowCount,
      table.text,
      table.view,
      table.offsets,
      table.hashes,
      table.slots,
      table.counts,
      entries,
    )
    if (row === rowCount) return
    const count = entryCountOf(table)
    if (count === table.hashes.length) growEntries(table)
    const length = (ends[from + row] ?? 0) - (starts[from + row] ?? 0)
    const needed = (table.offsets[count] ?? 0) + length
    if (needed > table.text.length) growText(table, needed)
  }
}

const oneStart = new Int32Array(1)
const oneEnd = new Int32Array(1)
const oneEntry = new Int32Array(1)

/** The entry of one text. */
export function internText(
  table: InternTable,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  oneStart[0] = start
  oneEnd[0] = end
  internFields(table, bytes, viewOf(bytes), oneStart, oneEnd, 0, 1, oneEntry)
  return oneEntry[0] ?? 0
}
