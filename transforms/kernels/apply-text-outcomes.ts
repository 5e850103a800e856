// Entries of a text column to dictionary keys, by the outcome that each entry has once and for all.
import assert from 'node:assert'

/**
 * In place: entries become keys. Outcomes: a key, -1 null, -2 refused under `entryMasks` with the
 * first rule `entryRules`. Returns how many rows fail for the first time.
 */
export function applyTextOutcomesKernel(
  keys: Int32Array,
  rowCount: number,
  outcomes: Int32Array,
  entryMasks: Int32Array,
  entryRules: Uint8Array,
  states: Uint8Array,
  column: number,
  masks: Int32Array,
  firstColumns: Int16Array,
  firstRules: Uint8Array,
): number {
  assert(keys.length >= rowCount && states.length >= rowCount, 'arrays hold every row')
  assert(masks.length >= rowCount, 'masks hold every row')
  let newCount = 0
  for (let row = 0; row < rowCount; row++) {
    const entry = keys[row]!
    const outcome = outcomes[entry]!
    if (outcome >= 0) {
      keys[row] = outcome
      continue
    }
    keys[row] = 0
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
