// Builds the dictionary of a column of 32-bit values by hashing, and gives up early.
import assert from 'node:assert'

/**
 * `slots` is zero and has a power of two of places, `1 << slotBits`, at least twice `distinctMax`.
 * Returns the number of distinct values, or ~i where value i would be one more
 * than `distinctMax`.
 */
export function indexWordsKernel(
  values: Int32Array,
  count: number,
  slots: Int32Array,
  slotBits: number,
  indices: Int32Array,
  dictionary: Int32Array,
  distinctMax: number,
): number {
  assert(values.length >= count && indices.length >= count, 'an index for every value')
  assert(slots.length >= 1 << slotBits && 1 << slotBits >= distinctMax * 2, 'slots are half empty')
  assert(dictionary.length >= distinctMax, 'the dictionary holds every value')
  const mask = (1 << slotBits) - 1
  const shift = 32 - slotBits
  let distinct = 0
  for (let i = 0; i < count; i++) {
    const value = values[i]!
    let slot = Math.imul(value, 0x9e3779b1) >>> shift
    let number = slots[slot]!
    while (number !== 0 && dictionary[number - 1] !== value) {
      slot = (slot + 1) & mask
      number = slots[slot]!
    }
    if (number === 0) {
      if (distinct === distinctMax) return ~i
      dictionary[distinct] = value
      number = ++distinct
      slots[slot] = number
    }
    indices[i] = number - 1
  }
  return distinct
}
