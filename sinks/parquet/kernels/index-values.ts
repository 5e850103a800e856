// Builds the dictionary of texts that came without one, over their PLAIN form, and gives up early.
import assert from 'node:assert'

/**
 * `slots` is zero and has a power of two of places, at least twice `distinctMax`. `entries` lists the
 * first value of each distinct text. Returns the number of distinct texts, or ~i where text i
 * is one too many.
 */
export function indexValuesKernel(
  bytes: Uint8Array,
  starts: Int32Array,
  count: number,
  slots: Int32Array,
  slotBits: number,
  indices: Int32Array,
  entries: Int32Array,
  distinctMax: number,
): number {
  assert(starts.length > count && indices.length >= count, 'an index for every value')
  assert(slots.length >= 1 << slotBits && 1 << slotBits >= distinctMax * 2, 'slots are half empty')
  assert(entries.length >= distinctMax, 'the dictionary holds every value')
  const mask = (1 << slotBits) - 1
  let distinct = 0
  for (let i = 0; i < count; i++) {
    const begin = starts[i]!
    const length = starts[i + 1]! - begin
    let hash = length
    for (let k = 4; k < length; k++) hash = Math.imul(hash ^ bytes[begin + k]!, 0x01000193)
    let slot = (Math.imul(hash, 0x9e3779b1) >>> 7) & mask
    let number = slots[slot]!
    while (number !== 0) {
      const other = starts[entries[number - 1]!]!
      let same = 0
      while (same < length && bytes[begin + same] === bytes[other + same]) same++
      if (same === length) break
      slot = (slot + 1) & mask
      number = slots[slot]!
    }
    if (number === 0) {
      if (distinct === distinctMax) return ~i
      entries[distinct] = i
      number = ++distinct
      slots[slot] = number
    }
    indices[i] = number - 1
  }
  return distinct
}
