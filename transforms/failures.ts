// Which rows of the current batch fail, under which column and rule first, and under which rules at
// all. A batch without a failure costs nothing here: the masks are cleared only after one with any.
// The kernels find the arrays through a block of addresses (kernels/assembly/transforms/record-failure).
import { ruleDefinitions } from '../contracts/rules.ts'
import type { FieldBatch } from '../contracts/stage.ts'
import { type ArenaOwner, addressOf } from '../kernels/arena.ts'
import { kernels } from '../kernels/kernels.ts'

export interface Failures {
  readonly owner: ArenaOwner
  /** 0: the row passes so far. */
  masks: Int32Array
  /** Index in the plan, -1 for the record itself; meaningful where the mask is not 0. */
  firstColumns: Int16Array
  firstRules: Uint8Array
  /** Addresses of the three arrays, and the number of rows that fail. */
  readonly recorder: Int32Array
  /** Dates behind the day of the load, over all batches, where a constraint asks for it. */
  futureCount: number
}

const countPlace = 3

export const newFailures = (owner: ArenaOwner): Failures => ({
  owner,
  masks: owner.int32(0),
  firstColumns: owner.int16(0),
  firstRules: owner.bytes(0),
  recorder: owner.int32(4),
  futureCount: 0,
})

/** How many rows fail. */
export const failedCountOf = ({ recorder }: Failures): number => recorder[countPlace] ?? 0

/** After a kernel that writes masks without the rest. */
export function setFailedCount({ recorder }: Failures, count: number): void {
  recorder[countPlace] = count
}

/** Clears what the last batch left and makes room for `rowCount` rows. */
export function clearFailures(failures: Failures, rowCount: number): void {
  const { owner, recorder } = failures
  if (failures.masks.length < rowCount) {
    const capacity = (rowCount + 63) & ~63
    for (const view of [failures.masks, failures.firstColumns, failures.firstRules]) {
      owner.drop(view)
    }
    failures.masks = owner.int32(capacity)
    failures.firstColumns = owner.int16(capacity)
    failures.firstRules = owner.bytes(capacity)
    recorder[0] = addressOf(failures.masks)
    recorder[1] = addressOf(failures.firstColumns)
    recorder[2] = addressOf(failures.firstRules)
  } else if (failedCountOf(failures) > 0) {
    kernels.fillBytes(addressOf(failures.masks), failures.masks.byteLength, 0)
  }
  recorder[countPlace] = 0
}

/** A record that cannot be read fails for that alone: its fields mean nothing. */
export function recordStructure(failures: Failures, batch: FieldBatch): void {
  if (batch.structureCount === 0) return
  const { structure, rowCount } = batch
  kernels.recordStructure(addressOf(structure), rowCount, addressOf(failures.recorder))
}

export function recordFailure(
  failures: Failures,
  row: number,
  column: number,
  rule: number,
  mask: number,
): void {
  const before = failures.masks[row] ?? 0
  if (before === 0) {
    failures.firstColumns[row] = column
    failures.firstRules[row] = rule
    failures.recorder[countPlace] = failedCountOf(failures) + 1
  }
  failures.masks[row] = before | mask
}

/**
 * Records date_after, which is found when every column is parsed, in its place: before later
 * columns, and before later constraints of its own column (`laterRules`: a bit for each).
 */
export function recordDateAfter(
  failures: Failures,
  row: number,
  column: number,
  laterRules: number,
): void {
  const rule = ruleDefinitions.date_after.number
  const firstColumn = failures.firstColumns[row] ?? 0
  const firstRule = failures.firstRules[row] ?? 0
  const isFirst =
    firstColumn > column || (firstColumn === column && (laterRules & (1 << firstRule)) !== 0)
  if (failures.masks[row] !== 0 && isFirst) {
    failures.firstColumns[row] = column
    failures.firstRules[row] = rule
  }
  recordFailure(failures, row, column, rule, 1 << rule)
}
