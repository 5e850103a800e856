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
import type { FieldBatch, TransformedBatch } from '../contracts/stage.ts'
import { ArenaOwner, addressOf } from '../kernels/arena.ts'
import { kernels } from '../kernels/kernels.ts'
import { openArenaBatches } from './arena-batch.ts'
import { type Column, newScratch, reserveScratch } from './columns/column.ts'
import { openConstantColumn } from './columns/constant-column.ts'
import { openDirectColumn } from './columns/direct-column.ts'
import { openInternedColumn } from './columns/interned-column.ts'
import { openCounters } from './counters.ts'
import { dateAfterChecks, runDateAfter } from './date-after.ts'
import {
  clearFailures,
  type Failures,
  failedCountOf,
  newFailures,
  recordFailure,
  recordStructure,
} from './failures.ts'
import { openMarkTotals } from './marks.ts'
import { openRecordBatches } from './record-batch.ts'
import { openRejects } from './reject-rows.ts'
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
  /** Gives all buffers back; the counts stay. To be called when the sink has ended its row group. */
  release(): void
}

const rulesMax = 32
const flagsMax = 8

function openColumn(owner: ArenaOwner, plan: ColumnPlan, index: number): Column {
  if (plan.field < 0) return openConstantColumn(owner, plan, index)
  const isDirect = plan.type === 'int' || plan.type === 'float' || plan.type === 'date'
  return isDirect && plan.values === null
    ? openDirectColumn(owner, plan, index)
    : openInternedColumn(owner, plan, index)
}

/** Refuses rows that a table check named, by their ordinal among the rows that pass so far. */
function openRefusals(plan: TablePlan, refusals: Iterable<TableRefusal>) {
  const remaining = refusals[Symbol.iterator]()
  let next: TableRefusal | undefined = remaining.next().value
  let passedBefore = 0
  return (failures: Failures, rowCount: number): void => {
    const passedCount = rowCount - failedCountOf(failures)
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

/** Running totals over all batches. */
function openTotals(owner: ArenaOwner, plan: TablePlan) {
  const rules = openCounters(owner, (plan.columns.length + 1) * rulesMax)
  const flags = openCounters(owner, plan.columns.length * flagsMax)
  return {
    /** Where kernels count refused rows by first failing column and rule. */
    rulesAddress: () => rules.addressAt(0),
    addFlags(columns: readonly Column[], failures: Failures, rowCount: number): void {
      for (const [index, { buffers }] of columns.entries()) {
        if (!buffers.flagged) continue
        const counts = flags.addressAt(index * flagsMax)
        const places = [addressOf(buffers.flags), addressOf(buffers.validity)] as const
        kernels.countFlags(...places, addressOf(failures.masks), rowCount, counts)
      }
    },
    ruleCounts(): RuleCount[] {
      const counts: RuleCount[] = []
      for (let place = 0; place < (plan.columns.length + 1) * rulesMax; place++) {
        const count = rules.at(place)
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
          const count = flags.at(index * flagsMax + bit)
          if (count > 0) counts.push({ column: column.name, kind, count })
        }
      }
      return counts
    },
    keep(): void {
      rules.keep()
      flags.keep()
    },
  }
}

/**
 * Opens a plan for the record batches of one batch of work. `refusals` are rows that a table check
 * refused, by ordinal among the rows that pass the row checks here.
 */
export function openTransform(plan: TablePlan, refusals: Iterable<TableRefusal>): Transform {
  const owner = new ArenaOwner()
  const columns = plan.columns.map((column, index) => openColumn(owner, column, index))
  const lateChecks = dateAfterChecks(plan.columns)
  const recordBatchOf = openRecordBatches(columns)
  const refuseNamed = openRefusals(plan, refusals)
  const arenaBatchOf = openArenaBatches(owner)
  const failures = newFailures(owner)
  const scratch = newScratch(owner)
  const rejects = openRejects(owner)
  const totals = openTotals(owner, plan)
  const markTotals = openMarkTotals(owner, columns)

  function checkRows(batch: FieldBatch): void {
    const { rowCount } = batch
    reserveScratch(scratch, rowCount)
    clearFailures(failures, rowCount)
    recordStructure(failures, batch)
    for (const column of columns) column.run(batch, scratch, failures)
    for (const check of lateChecks) runDateAfter(check, columns, rowCount, scratch.rows, failures)
    recordStructure(failures, batch)
    refuseNamed(failures, rowCount)
  }

  return {
    apply(given) {
      const { rowCount } = given
      assert(given.fieldCount === plan.needed.length, 'the batch has the fields of the plan')
      const batch = arenaBatchOf(given)
      checkRows(batch)
      totals.addFlags(columns, failures, rowCount)
      markTotals.add(columns, failures, rowCount)
      const rejected = rejects.take(columns, failures, scratch, rowCount, totals.rulesAddress())
      const acceptedCount = rowCount - rejected.count
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
    release() {
      totals.keep()
      markTotals.keep()
      owner.release()
    },
  }
}
