// Records that cannot be read. A structure failure is the only one of its row: the fields of such a
// record mean nothing.
import { recordFailure } from './record-failure'

/** `structure`: number + 1 of the rule a row fails, 0 for none. What was recorded before is lost. */
export function recordStructure(structure: usize, rowCount: i32, recorder: usize): void {
  const masks = <usize>load<u32>(recorder)
  for (let row = 0; row < rowCount; row++) {
    const rule = <i32>load<u8>(structure + row) - 1
    if (rule < 0) continue
    recordFailure(recorder, row, -1, rule, 0)
    store<i32>(masks + ((<usize>row) << 2), 1 << rule)
  }
}
