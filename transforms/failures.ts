// Which rows of the current batch fail, under which column and rule first, and under which rules at
// all. A batch without a failure costs nothing here: the masks are cleared only after one with any.
import { ruleDefinitions } from '../contracts/rules.ts'
import type { FieldBatch } from '../contracts/stage.ts'

export interface Failures {
  /** 0: the row passes so far. */
  masks: Int32Array
  /** Index in the plan, -1 for the record itself; meaningful where the mask is not 0. */
  firstColumns: Int16Array
  firstRules: Uint8Array
  failedCount: number
  /** Dates behind the day of the load, over all batches, where a constraint asks for it. */
  futureCount: number
}

export const newFailures = (): Failures => ({
  masks: new Int32Array(0),
  firstColumns: new Int16Array(0),
  firstRules: new Uint8Array(0),
  failedCount: 0,
  futureCount: 0,
})

/** Clears what the last batch left and records the structure failures of this one. */
export function beginFailures(failures: Failures, batch: FieldBatch): void {
  if (failures.masks.length < batch.rowCount) {
    failures.masks = new Int32Array(batch.capacity)
    failures.firstColumns = new Int16Array(batch.capacity)
    failures.firstRules = new Uint8Array(batch.capacity)
  } else if (failures.failedCount > 0) {
    failures.masks.fill(0)
  }
  failures.failedCount = 0
  if (batch.structureCount === 0) return
  for (let row = 0; row < batch.rowCount; row++) {
    const structure = batch.structure[row] ?? 0
    if (structure !== 0) recordFailure(failures, row, -1, structure - 1, 1 << (structure - 1))
  }
}

/** A structure failure is the only one of its row: the fields of such a record mean nothing. */
export function keepStructureAlone(failures: Failures, batch: FieldBatch): void {
  if (batch.structureCount === 0) return
  for (let row = 0; row < batch.rowCount; row++) {
    const structure = batch.structure[row] ?? 0
    if (structure !== 0) failures.masks[row] = 1 << (structure - 1)
  }
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
    failures.failedCount++
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
