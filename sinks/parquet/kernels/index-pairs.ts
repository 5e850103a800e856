// Builds the dictionary of a column of 64-bit values (int64, double) by hashing both words, and
// gives up early. A value equal to the one before it is not looked up: sorted columns are common.
import assert from 'node:assert'

/**
 * `slots` is zero and has a power of two of places, `1 << slotBits`, at least twice `distinctMax`.
 * Returns the number of distinct bit patterns, or ~i where value i would be one more
 * than `distinctMax`.
 */
export function indexPairsKernel(
  words: Int32Array,
  count: number,
  slots: Int32Array,
  slotBits: number,
  indices: Int32Array,
  dictionary: Int32Array,
  distinctMax: number,
): number {
  assert(words.length >= count * 2 && indices.length >= count, 'an index for every value')
  assert(slots.length >= 1 << slotBits && 1 << slotBits >= distinctMax * 2, 'slots are half empty')
  assert(dictionary.length >= distinctMax * 2, 'the dictionary holds every value')
  const mask = (1 << slotBits) - 1
  const shift = 32 - slotBits
  let distinct = 0
  let lastLow = 0
  let lastHigh = 0
  let lastNumber = 0
  for (let i = 0; i < count; i++) {
    const low = words[i * 2]!
    const high = words[i * 2 + 1]!
    if (low !== lastLow || high !== lastHigh || lastNumber === 0) {
      const mixed = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1)
      let slot = (mixed ^ (mixed << 13)) >>> shift
      let number = slots[slot]!
      while (
        number !== 0 &&
        (dictionary[number * 2 - 2] !== low || dictionary[number * 2 - 1] !== high)
      ) {
        slot = (slot + 1) & mask
        number = slots[slot]!
      }
      if (number === 0) {
        if (distinct === distinctMax) return ~i
        dictionary[distinct * 2] = low
        dictionary[distinct * 2 + 1] = high
        number = ++distinct
        slots[slot] = number
      }
      lastLow = low
      lastHigh = high
      lastNumber = number
    }
    indices[i] = lastNumber - 1
  }
  return distinct
}
