// Parts a batch: refused rows are taken out of the columns, in place, and listed with what they fail.
import assert from 'node:assert'
import type { RejectedRows } from '../contracts/stage.ts'
import { type ArenaOwner, addressOf } from '../kernels/arena.ts'
import { kernels } from '../kernels/kernels.ts'
import { type Column, fillBytes, type Scratch, wordsOf } from './columns/column.ts'
import { type Failures, failedCountOf } from './failures.ts'

/** Takes the refused rows out of a column; `scratch.kept` lists the others from the first gap on. */
function compactColumn(
  column: Column,
  firstGap: number,
  scratch: Scratch,
  keptCount: number,
): void {
  const { buffers, plan } = column
  const acceptedCount = firstGap + keptCount
  if (column.isConstant) {
    if (buffers.nullCount > 0) buffers.nullCount = acceptedCount
    return
  }
  const kept = addressOf(scratch.kept)
  if (plan.storage === 'boolean') {
    kernels.compactBits(addressOf(buffers.bits), firstGap, kept, keptCount)
  } else {
    const isWide = wordsOf(plan.storage) - 1
    kernels.compactValues(addressOf(buffers.words), isWide, firstGap, kept, keptCount)
  }
  if (buffers.nullCount === 0) {
    // What had no value was refused: all that is left is there.
    fillBytes(buffers.validity, 255)
    return
  }
  const validity = addressOf(buffers.validity)
  buffers.nullCount = acceptedCount - kernels.compactBits(validity, firstGap, kept, keptCount)
}

/** The refused rows of a batch as arrays of their own, reused from batch to batch. */
export function openRejects(owner: ArenaOwner) {
  let capacity = 0
  const arrays = {
    rows: owner.int32(0),
    columns: owner.int16(0),
    rules: owner.bytes(0),
    masks: owner.int32(0),
  }
  function reserve(rowCount: number): void {
    if (capacity >= rowCount) return
    capacity = rowCount
    for (const view of Object.values(arrays)) owner.drop(view)
    arrays.rows = owner.int32(rowCount)
    arrays.columns = owner.int16(rowCount)
    arrays.rules = owner.bytes(rowCount)
    arrays.masks = owner.int32(rowCount)
  }

  return {
    /**
     * Takes the refused rows out of the columns and lists them; `counts`: where a kernel counts them
     * by first failing column and rule.
     */
    take(
      columns: readonly Column[],
      failures: Failures,
      scratch: Scratch,
      rowCount: number,
      counts: number,
    ): RejectedRows {
      const count = failedCountOf(failures)
      if (count === 0) return { count, ...arrays }
      reserve(scratch.capacity + 1)
      const lists = [addressOf(arrays.rows), addressOf(scratch.kept)] as const
      const split = kernels.splitRows(addressOf(failures.masks), rowCount, ...lists)
      assert(split === count, 'every failing row is refused once')
      const firstGap = arrays.rows[0] ?? 0
      const keptCount = rowCount - count - firstGap
      for (const column of columns) compactColumn(column, firstGap, scratch, keptCount)
      kernels.listRejects(
        addressOf(failures.recorder),
        addressOf(arrays.rows),
        count,
        addressOf(arrays.columns),
        addressOf(arrays.rules),
        addressOf(arrays.masks),
        counts,
      )
      return { count, ...arrays }
    },
  }
}
