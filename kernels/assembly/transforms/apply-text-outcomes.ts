// Entries of a text column to dictionary keys, by the outcome that each entry has once and for all.
import { recordFailure } from './record-failure'

/**
 * In place: entries become keys. Outcomes: a key, -1 null, -2 refused under `entryMasks` with the
 * first rule `entryRules`. Writes the state of every row.
 */
export function applyTextOutcomes(
  keys: usize,
  rowCount: i32,
  outcomes: usize,
  entryMasks: usize,
  entryRules: usize,
  states: usize,
  column: i32,
  recorder: usize,
): void {
  for (let row = 0; row < rowCount; row++) {
    const place = keys + ((<usize>row) << 2)
    const entry = <usize>load<u32>(place)
    const outcome = load<i32>(outcomes + (entry << 2))
    // Nulls come in no order that a processor could foresee: no branch.
    const absent = outcome >> 31
    store<i32>(place, outcome & ~absent)
    store<u8>(states + row, <u8>(-outcome & absent))
    if (outcome !== -2) continue
    const mask = load<i32>(entryMasks + (entry << 2))
    recordFailure(recorder, row, column, load<u8>(entryRules + entry), mask)
  }
}
