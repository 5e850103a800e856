// Runs a table plan over field batches: each column is parsed and checked by its kernels, refused
// rows are taken out of the columns, and what is left is an Arrow record batch over the same
// buffers.
import assert from 'node:assert'
import {
  type CoercionCount,
  coercionKinds,
  type FutureDates,
  type RuleCount,
  type TableRefusal,
} from '../contracts/batch-task.ts'
import { ruleDefinitions, ruleName } from '../contracts/rules.ts'
import type { FieldBatch, RejectedRows, TransformedBatch } from '../contracts/stage.ts'
import { type Column, newScratch, reserveScratch, wordsOf } from './columns/column.ts'
import { openConstantColumn } from './columns/constant-column.ts'
import { openDirectColumn } from './columns/direct-column.ts'
import { openInternedColumn } from './columns/interned-column.ts'
import { dateAfterChecks, runDateAfter } from './date-after.ts'
import {
  beginFailures,
  type Failures,
  keepStructureAlone,
  newFailures,
  recordFailure,
} from './failures.ts'
import { viewOf } from './intern-table.ts'
import { compactBitsKernel } from './kernels/compact-bits.ts'
import { compactValuesKernel } from './kernels/compact-values.ts'
import { countFlagsKernel } from './kernels/count-flags.ts'
import { countZeroBitsKernel } from './kernels/count-zero-bits.ts'
import { splitRowsKernel } from './kernels/split-rows.ts'
import { openMarkTotals } from './marks.ts'
import { openRecordBatches } from './record-batch.ts'
import type { ColumnPlan, TablePlan } from './table-plan.ts'

export interface Transform {
  /** The accepted rows and the refused ones of a batch. Both are valid until the next call. */
  apply(batch: FieldBatch): TransformedBatch
  /** To be called when the sink ended a row group: dictionaries start anew. */
  startRowGroup(): void
  /** Bytes of all dictionaries of the open row group. */
  readonly dictionaryBytes: number
  /** Lossy coercions of accepted rows over all batches, by column in plan order. */
  coercions(): CoercionCount[]
  /** Refused rows over all batches by first failing column and rule, in plan order. */
  ruleCounts(): RuleCount[]
  /** Accepted rows over all batches by column and rule that they fail with a warning. */
  warnings(): RuleCount[]
  /** Values of accepted rows that a rule made null. */
  nulled(): RuleCount[]
  /** Refused rows by column and rule that refuses the load. */
  refusing(): RuleCount[]
  /** Dates behind the day of the load in columns that forbid them; null: no column does. */
  futureDates(): FutureDates | null
}

const rulesMax = 32

function openColumn(plan: ColumnPlan, index: number): Column {
  if (plan.field < 0) return openConstantColumn(plan, index)
  const isDirect = plan.type === 'int' || plan.type === 'float' || plan.type === 'date'
  return isDirect && plan.values === null
    ? openDirectColumn(plan, index)
    : openInternedColumn(plan, index)
}

/** Refuses rows that a table check named, by their ordinal among the rows that pass so far. */
function openRefusals(plan: TablePlan, refusals: Iterable<TableRefusal>) {
  const remaining = refusals[Symbol.iterator]()
  let next: TableRefusal | undefined = remaining.next().value
  let passedBefore = 0
  return (failures: Failures, rowCount: number): void => {
    const passedCount = rowCount - failures.failedCount
    const passedAfter = passedBefore + passedCount
    let passed = passedBefore
    for (let row = 0; row < rowCount; row++) {
      const refusal = next
      if (refusal === undefined || refusal.ordinal >= passedAfter) break
      if (failures.masks[row] !== 0) continue
      if (passed++ !== refusal.ordinal) continue
      const rule = ruleDefinitions[refusal.rule].number
      const column = plan.columns.findIndex(({ name }) => name === refusal.column)
      const beside = refusal.patientRefused ? 1 << ruleDefinitions.patient_refused.number : 0
      recordFailure(failures, row, column, rule, (1 << rule) | beside)
      next = remaining.next().value
      assert(next === undefined || refusal.ordinal < next.ordinal, 'refusals ascend')
    }
    passedBefore = passedAfter
  }
}

/** Takes the refused rows out of a column. */
function compactColumn(
  column: Column,
  firstGap: number,
  kept: Int32Array,
  keptCount: number,
): void {
  const { buffers, plan } = column
  const acceptedCount = firstGap + keptCount
  if (column.isConstant) {
    if (buffers.nullCount > 0) buffers.nullCount = acceptedCount
    return
  }
  if (plan.storage === 'boolean') {
    compactBitsKernel(buffers.bits, firstGap, kept, keptCount)
  } else {
    compactValuesKernel(buffers.words, wordsOf(plan.storage), firstGap, kept, keptCount)
  }
  if (buffers.nullCount === 0) {
    // What had no value was refused: all that is left is there.
    buffers.validity.fill(255)
    return
  }
  const nullsBefore = countZeroBitsKernel(buffers.validity, firstGap)
  const validAfter = compactBitsKernel(buffers.validity, firstGap, kept, keptCount)
  buffers.nullCount = nullsBefore + keptCount - validAfter
}

/** The refused rows of a batch as arrays of their own, reused. */
function openRejects() {
  const arrays = {
    rows: new Int32Array(0),
    columns: new Int16Array(0),
    rules: new Uint8Array(0),
    masks: new Int32Array(0),
  }
  return {
    reserve(rowCount: number): Int32Array {
      if (arrays.rows.length < rowCount) {
        arrays.rows = new Int32Array(rowCount)
        arrays.columns = new Int16Array(rowCount)
        arrays.rules = new Uint8Array(rowCount)
        arrays.masks = new Int32Array(rowCount)
      }
      return arrays.rows
    },
    /** Fills columns, rules and masks of the first `count` rows listed. */
    fill(failures: Failures, count: number): RejectedRows {
      const { rows, columns, rules, masks } = arrays
      for (let i = 0; i < count; i++) {
        const row = rows[i] ?? 0
        columns[i] = failures.firstColumns[row] ?? 0
        rules[i] = failures.firstRules[row] ?? 0
        masks[i] = failures.masks[row] ?? 0
      }
      return { count, rows, columns, rules, masks }
    },
  }
}

/** Running totals over all batches. */
function openTotals(plan: TablePlan) {
  const rules = new Float64Array((plan.columns.length + 1) * rulesMax)
  const flags = plan.columns.map(() => new Float64Array(coercionKinds.length))
  return {
    addRejects({ count, columns, rules: firstRules }: RejectedRows): void {
      for (let i = 0; i < count; i++) {
        const place = ((columns[i] ?? 0) + 1) * rulesMax + (firstRules[i] ?? 0)
        rules[place] = (rules[place] ?? 0) + 1
      }
    },
    addFlags(columns: readonly Column[], masks: Int32Array, rowCount: number): void {
      for (const [index, counts] of flags.entries()) {
        const buffers = columns[index]?.buffers
        if (buffers === undefined || !buffers.flagged) continue
        countFlagsKernel(buffers.flags, buffers.validity, masks, rowCount, counts)
      }
    },
    ruleCounts(): RuleCount[] {
      const counts: RuleCount[] = []
      for (const [place, count] of rules.entries()) {
        if (count === 0) continue
        const column = plan.columns[Math.floor(place / rulesMax) - 1]?.name ?? null
        counts.push({ column, rule: ruleName(place % rulesMax), count })
      }
      return counts
    },
    coercions(): CoercionCount[] {
      const counts: CoercionCount[] = []
      for (const [index, column] of plan.columns.entries()) {
        for (const [bit, kind] of coercionKinds.entries()) {
          const count = flags[index]?.[bit] ?? 0
          if (count > 0) counts.push({ column: column.name, kind, count })
        }
      }
      return counts
    },
  }
}

/**
 * Opens a plan for the record batches of one batch of work. `refusals` are rows that a table check
 * refused, by ordinal among the rows that pass the row checks here.
 */
export function openTransform(plan: TablePlan, refusals: Iterable<TableRefusal>): Transform {
  const columns = plan.columns.map(openColumn)
  const lateChecks = dateAfterChecks(plan.columns)
  const recordBatchOf = openRecordBatches(columns)
  const refuseNamed = openRefusals(plan, refusals)
  const failures = newFailures()
  const scratch = newScratch()
  const rejects = openRejects()
  const totals = openTotals(plan)
  const markTotals = openMarkTotals(columns)

  function checkRows(batch: FieldBatch): void {
    const { rowCount } = batch
    const view = viewOf(batch.bytes)
    reserveScratch(scratch, rowCount)
    beginFailures(failures, batch)
    for (const column of columns) {
      scratch.states.fill(0, 0, (rowCount + 7) & ~7)
      column.run(batch, view, scratch, failures)
    }
    for (const check of lateChecks) runDateAfter(check, columns, rowCount, scratch.rows, failures)
    keepStructureAlone(failures, batch)
    refuseNamed(failures, rowCount)
  }

  return {
    apply(batch) {
      const { rowCount } = batch
      assert(batch.fieldCount === plan.needed.length, 'the batch has the fields of the plan')
      checkRows(batch)
      totals.addFlags(columns, failures.masks, rowCount)
      markTotals.add(columns, failures.masks, rowCount)
      const { failedCount } = failures
      const refusedRows = rejects.reserve(failedCount > 0 ? batch.capacity + 1 : 0)
      if (failedCount > 0) {
        const split = splitRowsKernel(failures.masks, rowCount, refusedRows, scratch.kept)
        assert(split === failedCount, 'every failing row is refused once')
        const firstGap = refusedRows[0] ?? 0
        const keptCount = rowCount - failedCount - firstGap
        for (const column of columns) {
          compactColumn(column, firstGap, scratch.kept, keptCount)
        }
      }
      const rejected = rejects.fill(failures, failedCount)
      totals.addRejects(rejected)
      const acceptedCount = rowCount - failedCount
      return {
        rowsIn: rowCount,
        acceptedCount,
        recordBatch: recordBatchOf(acceptedCount),
        rejects: rejected,
      }
    },
    startRowGroup() {
      for (const column of columns) column.startRowGroup()
    },
    get dictionaryBytes() {
      let bytes = 0
      for (const column of columns) bytes += column.heldBytes()
      return bytes
    },
    coercions: totals.coercions,
    ruleCounts: totals.ruleCounts,
    warnings: () => markTotals.counts('warn'),
    nulled: () => markTotals.counts('null'),
    refusing: () => markTotals.counts('refuse'),
    futureDates: () =>
      plan.today === null ? null : { day: plan.today, count: failures.futureCount },
  }
}
