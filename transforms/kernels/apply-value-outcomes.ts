// Entries of a column whose texts were parsed once each (booleans, value maps to numbers or
// dates) to values: `width` words of 32 bits a value.
import assert from 'node:assert'

/** Outcomes: 0 a value, -1 null, -2 refused. Returns how many rows fail for the first time. */
export function applyValueOutcomesKernel(
  entries: Int32Array,
  rowCount: number,
  outcomes: Int32Array,
  entryWords: Int32Array,
  entryMasks: Int32Array,
  entryRules: Uint8Array,
  width: number,
  words: Int32Array,
  states: Uint8Array,
  column: number,
  masks: Int32Array,
  firstColumns: Int16Array,
  firstRules: Uint8Array,
): number {
  assert(entries.length >= rowCount && states.length >= rowCount, 'arrays hold every row')
  assert(words.length >= rowCount * width && masks.length >= rowCount, 'targets hold every row')
  let newCount = 0
  for (let row = 0; row < rowCount; row++) {
    const entry = entries[row]!
    const outcome = outcomes[entry]!
    if (outcome === 0) {
      if (width === 1) {
        words[row] = entryWords[2 * entry]!
      } else {
        words[2 * row] = entryWords[2 * entry]!
        words[2 * row + 1] = entryWords[2 * entry + 1]!
      }
      continue
    }
    if (outcome === -1) {
      states[row] = 1
      continue
    }
    states[row] = 2
    if (masks[row] === 0) {
      firstColumns[row] = column
      firstRules[row] = entryRules[entry]!
      newCount++
    }
    masks[row] = masks[row]! | entryMasks[entry]!
  }
  return newCount
}
