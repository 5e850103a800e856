// Refuses a text that surely is no value of its column, so that no path beside the kernels has to
// look at it. The block of the column goes on where is-null-token leaves off: (4) address of a
// class for each byte: 1 never in a value, 2 perhaps a fault of the text, (5) index of the column,
// (6) number of the rule of types.
import { recordFailure } from './record-failure'

/** All classes of the bytes of a text, or-ed. */
function classesOf(start: usize, length: i32, classes: usize): i32 {
  let seen = 0
  for (let i = 0; i < length; i++) seen |= load<u8>(classes + load<u8>(start + i))
  return seen
}

/**
 * Records the rule of types where the text has a byte that no value has and no fault of its own;
 * `seen`: classes that it has in any case. False where that is not sure.
 */
export function refuseValue(
  start: usize,
  length: i32,
  seen: i32,
  form: usize,
  row: i32,
  recorder: usize,
): bool {
  if ((seen | classesOf(start, length, load<u32>(form, 16))) !== 1) return false
  const rule = load<i32>(form, 24)
  recordFailure(recorder, row, load<i32>(form, 20), rule, 1 << rule)
  return true
}
