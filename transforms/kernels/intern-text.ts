// Gives every distinct text of a column a number, in order of first appearance: an
// open-addressing hash table over the raw bytes, read as 32-bit words. Never grows its arrays: it
// stops before the first text that does not fit, and the caller makes room and calls again.
import assert from 'node:assert'

/** A hash of the bytes, read as words while there are four. */
function hashOf(bytes: Uint8Array, view: DataView, start: number, end: number): number {
  let hash = end - start
  let at = start
  for (const wordsEnd = end - 3; at < wordsEnd; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), -1_640_531_535)
    hash ^= hash >>> 15
  }
  for (; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 16_777_619)
  hash = Math.imul(hash ^ (hash >>> 16), -2_048_144_789)
  return hash ^ (hash >>> 13)
}

/** Are the bytes from `start` the text from `textStart`, over `length` bytes? */
function areSame(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  text: Uint8Array,
  textView: DataView,
  textStart: number,
  length: number,
): boolean {
  let at = 0
  for (; at + 4 <= length; at += 4) {
    if (view.getInt32(start + at, true) !== textView.getInt32(textStart + at, true)) return false
  }
  for (; at < length; at++) if (bytes[start + at] !== text[textStart + at]) return false
  return true
}

/**
 * Writes entries[row] for rows from `firstRow` on. `slots` holds entry + 1, a power of two of
 * them; entry e is text[offsets[e] … offsets[e + 1]); counts[0] is the number of entries. Returns
 * the row it stopped at: rowCount, or the first whose text needs room.
 */
export function internTextKernel(
  bytes: Uint8Array,
  view: DataView,
  starts: Int32Array,
  ends: Int32Array,
  from: number,
  firstRow: number,
  rowCount: number,
  text: Uint8Array,
  textView: DataView,
  offsets: Int32Array,
  hashes: Int32Array,
  slots: Int32Array,
  counts: Int32Array,
  entries: Int32Array,
): number {
  assert(
    starts.length >= from + rowCount && ends.length >= from + rowCount,
    'fields hold every row',
  )
  assert(entries.length >= rowCount, 'entries holds every row')
  assert(offsets.length > hashes.length, 'offsets has one entry more than hashes')
  assert(slots.length >= 2 * hashes.length, 'at least half of the slots stay empty')
  const slotMask = slots.length - 1
  let entryCount = counts[0]!
  let previous = -1
  let previousStart = 0
  let previousLength = -1
  let row = firstRow
  for (; row < rowCount; row++) {
    const start = starts[from + row]!
    const end = ends[from + row]!
    const length = end - start
    if (length === previousLength) {
      let same = 0
      while (same < length && bytes[start + same] === bytes[previousStart + same]) same++
      if (same === length) {
        entries[row] = previous
        continue
      }
    }
    const hash = hashOf(bytes, view, start, end)
    let slot = hash & slotMask
    let entry = -1
    while (slots[slot] !== 0) {
      const candidate = slots[slot]! - 1
      const textStart = offsets[candidate]!
      if (hashes[candidate] === hash && offsets[candidate + 1]! - textStart === length) {
        if (areSame(bytes, view, start, text, textView, textStart, length)) {
          entry = candidate
          break
        }
      }
      slot = (slot + 1) & slotMask
    }
    if (entry < 0) {
      const textStart = offsets[entryCount]!
      if (entryCount === hashes.length || textStart + length > text.length) break
      entry = entryCount++
      for (let i = 0; i < length; i++) text[textStart + i] = bytes[start + i]!
      offsets[entryCount] = textStart + length
      hashes[entry] = hash
      slots[slot] = entryCount
    }
    entries[row] = entry
    previous = entry
    previousStart = start
    previousLength = length
  }
  counts[0] = entryCount
  return row
}
