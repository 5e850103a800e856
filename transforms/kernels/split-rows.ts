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
  assert(refused.length > rowCount && kept.length > rowCount, 'targets hold one row more')
  let refusedCount = 0
  let keptCount = 0
  for (let row = 0; row < rowCount; row++) {
    // Written to both lists, kept on one: which it is cannot be foreseen, so no branch.
    const mask = masks[row]!
    const isRefused = (mask | -mask) >>> 31
    refused[refusedCount] = row
    kept[keptCount] = row
    refusedCount += isRefused
    keptCount += refusedCount === 0 ? 0 : 1 - isRefused
  }
  return refusedCount
}
