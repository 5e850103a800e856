// Records not_null for every row whose state is null, sixteen rows at a look.
import { recordFailure } from './record-failure'

export function checkNotNull(
  states: usize,
  rowCount: i32,
  column: i32,
  rule: i32,
  recorder: usize,
): void {
  for (let first = 0; first < rowCount; first += 16) {
    let nulls = i8x16.bitmask(i8x16.eq(v128.load(states + first), i8x16.splat(1)))
    if (rowCount - first < 16) nulls &= (1 << (rowCount - first)) - 1
    for (; nulls !== 0; nulls &= nulls - 1) {
      recordFailure(recorder, first + ctz(nulls), column, rule, 1 << rule)
    }
  }
}
