// Records a rule for every integer that is none of the sorted categories, all of them within 2^53.
import { recordFailure } from './record-failure'

export function checkCategoriesInt64(
  values: usize,
  states: usize,
  rowCount: i32,
  categories: usize,
  categoryCount: i32,
  column: i32,
  rule: i32,
  recorder: usize,
): void {
  for (let row = 0; row < rowCount; row++) {
    if (load<u8>(states + row) !== 0) continue
    const value = load<i64>(values + ((<usize>row) << 3))
    let low = 0
    let high = categoryCount
    while (low < high) {
      const middle = (low + high) >>> 1
      if (<i64>load<f64>(categories + ((<usize>middle) << 3)) < value) low = middle + 1
      else high = middle
    }
    if (low < categoryCount && <i64>load<f64>(categories + ((<usize>low) << 3)) === value) continue
    recordFailure(recorder, row, column, rule, 1 << rule)
  }
}
