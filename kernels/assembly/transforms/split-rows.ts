// Parts the rows of a batch into refused ones and, from the first refused one on, accepted ones.

/**
 * Returns how many rows are refused; `kept` gets the accepted rows behind the first of them. Both
 * lists have room for one row more than there are.
 */
export function splitRows(masks: usize, rowCount: i32, refused: usize, kept: usize): i32 {
  let refusedCount = 0
  let keptCount = 0
  for (let row = 0; row < rowCount; row++) {
    // Written to both lists, kept on one: which it is cannot be foreseen, so no branch.
    const isRefused = i32(load<i32>(masks + ((<usize>row) << 2)) !== 0)
    store<i32>(refused + ((<usize>refusedCount) << 2), row)
    store<i32>(kept + ((<usize>keptCount) << 2), row)
    refusedCount += isRefused
    keptCount += (isRefused ^ 1) & i32(refusedCount !== 0)
  }
  return refusedCount
}
