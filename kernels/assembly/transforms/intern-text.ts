// Gives every distinct text of a column a number, in order of first appearance. A slot of the hash
// table is half a cache line: the first 16 bytes of the text, its length and half its hash, and its
// entry + 1, so that a text of up to 16 bytes is found without a look at the texts themselves. The
// block of a table, transforms/intern-table.ts, is 32-bit words: addresses of (0) text, (1) offsets
// and (2) slots, (3) bytes of text, (4) entries and (5) bits of a slot number that there is room for,
// (6) entries so far. Entry e is text[offsets[e] … offsets[e + 1]).
import { hashText } from './hash-text'
import { firstLanes } from './lane-masks'

/** Are two texts of the same length above 16, and the same first 16 bytes, the same? */
function isSameRest(start: usize, other: usize, length: i32): bool {
  for (let at = 16; at < length; at += 16) {
    const place: usize = min(at, length - 16)
    if (v128.any_true(v128.xor(v128.load(start + place), v128.load(other + place)))) return false
  }
  return true
}

/** Appends a text; false where there is no room. */
function appendText(table: usize, start: usize, length: i32, slot: usize): bool {
  const entry = load<i32>(table, 24)
  const offset = <usize>load<u32>(table, 4) + ((<usize>entry) << 2)
  const from = load<i32>(offset)
  if (entry === load<i32>(table, 16) || from + length > load<i32>(table, 12)) return false
  const target = <usize>load<u32>(table) + from
  for (let at = 0; at < length; at += 16) v128.store(target + at, v128.load(start + at))
  store<i32>(offset, from + length, 4)
  store<i32>(slot, entry + 1, 24)
  store<i32>(table, entry + 1, 24)
  return true
}

/**
 * Writes entries[row] for rows from `firstRow` on. Never grows the table: returns the row it stopped
 * at, which is rowCount or the first whose text needs room.
 */
export function internText(
  bytes: usize,
  starts: usize,
  ends: usize,
  firstRow: i32,
  rowCount: i32,
  table: usize,
  entries: usize,
): i32 {
  const text = <usize>load<u32>(table)
  const offsets = <usize>load<u32>(table, 4)
  const slots = <usize>load<u32>(table, 8)
  const bits = load<i32>(table, 20)
  const slotMask = ((<usize>32) << bits) - 1
  for (let row = firstRow; row < rowCount; row++) {
    const start = bytes + load<u32>(starts + ((<usize>row) << 2))
    const length = <i32>(bytes + load<u32>(ends + ((<usize>row) << 2)) - start)
    const head = v128.and(v128.load(start), firstLanes(min(length, 16)))
    const hash = hashText(head, start, length)
    const key = ((<u64>hash) << 32) | <u64>(<u32>length)
    let place = (<usize>(hash >>> (32 - bits))) << 5
    let slot = slots + place
    while (load<i32>(slot, 24) !== 0) {
      if (load<u64>(slot, 16) === key && !v128.any_true(v128.xor(head, v128.load(slot)))) {
        if (length <= 16) break
        const entry = load<i32>(slot, 24) - 1
        if (isSameRest(start, text + load<u32>(offsets + ((<usize>entry) << 2)), length)) break
      }
      place = (place + 32) & slotMask
      slot = slots + place
    }
    if (load<i32>(slot, 24) === 0) {
      if (!appendText(table, start, length, slot)) return row
      v128.store(slot, head)
      store<u64>(slot, key, 16)
    }
    store<i32>(entries + ((<usize>row) << 2), load<i32>(slot, 24) - 1)
  }
  return rowCount
}
