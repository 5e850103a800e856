// Parts the rows of a batch into refused ones and, from the first refused one on, accepted ones.
import assert from 'node:assert'

/** Returns how many rows are refused; `kept` gets the accepted rows behind the first of them. */
export function splitRowsKernel(
  masks: Int32Array,
  rowCount: number,
  refused: Int32Array,
  kept: Int32Array,
): number {
  assert(masks.length >= rowCount, 'masks hold every row')
  assert(refused.length >= rowCount && kept.length >= rowCount, 'targets hold every row')
  let refusedCount = 0
  let keptCount = 0
  for (let row = 0; row < rowCount; row++) {
    if (masks[row] !== 0) refused[refusedCount++] = row
    else if (refusedCount > 0) kept[keptCount++] = row
  }
  return refusedCount
}
