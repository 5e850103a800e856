// Records a rule for every integer that is none of the sorted categories, all of them within 2^53.
import assert from 'node:assert'

/** Returns how many rows fail for the first time. */
export function checkCategoriesInt64Kernel(
  halves: Int32Array,
  states: Uint8Array,
  rowCount: number,
  categories: Float64Array,
  column: number,
  rule: number,
  masks: Int32Array,
  firstColumns: Int16Array,
  firstRules: Uint8Array,
): number {
  assert(halves.length >= 2 * rowCount && states.length >= rowCount, 'values hold every row')
  assert(masks.length >= rowCount, 'masks hold every row')
  let newCount = 0
  for (let row = 0; row < rowCount; row++) {
    if (states[row] !== 0) continue
    const value = halves[2 * row + 1]! * 4_294_967_296 + (halves[2 * row]! >>> 0)
    let low = 0
    let high = categories.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (categories[middle]! < value) low = middle + 1
      else high = middle
    }
    if (low < categories.length && categories[low] === value) continue
    if (masks[row] === 0) {
      firstColumns[row] = column
      firstRules[row] = rule
      newCount++
    }
    masks[row] = masks[row]! | (1 << rule)
  }
  return newCount
}
