// Entries of a column whose texts were parsed once each (booleans, value maps to numbers or dates)
// to values.
import { recordFailure } from './record-failure'

/**
 * Outcomes: 0 a value, -1 null, -2 refused under `entryMasks` with the first rule `entryRules`. An
 * entry has eight bytes of value, of which a row gets all (isWide 1) or the first four. Writes the
 * state of every row.
 */
export function applyValueOutcomes(
  entries: usize,
  rowCount: i32,
  outcomes: usize,
  entryValues: usize,
  entryMasks: usize,
  entryRules: usize,
  isWide: i32,
  values: usize,
  states: usize,
  column: i32,
  recorder: usize,
): void {
  for (let row = 0; row < rowCount; row++) {
    const entry = <usize>load<u32>(entries + ((<usize>row) << 2))
    const outcome = load<i32>(outcomes + (entry << 2))
    const value = load<i64>(entryValues + (entry << 3))
    if (isWide !== 0) store<i64>(values + ((<usize>row) << 3), value)
    else store<i32>(values + ((<usize>row) << 2), <i32>value)
    store<u8>(states + row, <u8>-outcome)
    if (outcome !== -2) continue
    const mask = load<i32>(entryMasks + (entry << 2))
    recordFailure(recorder, row, column, load<u8>(entryRules + entry), mask)
  }
}
