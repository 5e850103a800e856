// Rows of the current batch that fail a constraint of a column without being refused for it, or
// that refuse the whole load: the softer and harder severities beside reject. The kernels that find
// failures write here as they write into the failures of the batch; columns whose constraints all
// reject have no marks and pay nothing.
import type { RuleCount } from '../contracts/batch-task.ts'
import { ruleName } from '../contracts/rules.ts'
import type { Severity } from '../contracts/table-contract.ts'
import { type ArenaOwner, addressOf } from '../kernels/arena.ts'
import { kernels } from '../kernels/kernels.ts'
import { openCounters } from './counters.ts'
import {
  clearFailures,
  type Failures,
  failedCountOf,
  newFailures,
  setFailedCount,
} from './failures.ts'
import type { ColumnPlan } from './table-plan.ts'

export type MarkSeverity = Exclude<Severity, 'reject'>

/** What kernels record for each severity; the mask of a row has a bit for each failing rule. */
export type Marks = Readonly<Record<MarkSeverity, Failures>>

export const markSeverities: readonly MarkSeverity[] = ['null', 'warn', 'refuse']

/** The marks of a column; null where every constraint rejects. */
export function openMarks(owner: ArenaOwner, { constraints }: ColumnPlan): Marks | null {
  if (constraints.every(({ severity }) => severity === 'reject')) return null
  return { null: newFailures(owner), warn: newFailures(owner), refuse: newFailures(owner) }
}

/** Clears what the last batch left and makes room for `rowCount` rows. */
export function beginMarks(marks: Marks, rowCount: number): void {
  for (const severity of markSeverities) clearFailures(marks[severity], rowCount)
}

/** Marks of the distinct texts of a column to the rows of a batch, which have none before. */
export function gatherMarksOf(
  recorder: Failures,
  entryMarks: Int32Array,
  entries: Int32Array,
  rowCount: number,
): void {
  const places = [addressOf(entryMarks), addressOf(recorder.masks)] as const
  setFailedCount(recorder, kernels.gatherMarks(addressOf(entries), rowCount, ...places))
}

const rulesMax = 32

interface Marked {
  readonly marks: Marks | null
}

/** Running totals of the marks of all columns over all batches. */
export function openMarkTotals(
  owner: ArenaOwner,
  columns: readonly { readonly plan: ColumnPlan }[],
) {
  const totals = openCounters(owner, markSeverities.length * columns.length * rulesMax)
  const placeOf = (severity: MarkSeverity, column: number): number =>
    (markSeverities.indexOf(severity) * columns.length + column) * rulesMax
  return {
    keep: totals.keep,
    /** Counts marks of accepted rows, and marks of severity refuse of rows refused under them. */
    add(marked: readonly Marked[], failures: Failures, rowCount: number): void {
      const masks = addressOf(failures.masks)
      for (const [column, { marks }] of marked.entries()) {
        if (marks === null) continue
        for (const severity of markSeverities) {
          const recorder = marks[severity]
          if (failedCountOf(recorder) === 0) continue
          const ofRefused = severity === 'refuse' ? 1 : 0
          const counts = totals.addressAt(placeOf(severity, column))
          kernels.countMarks(addressOf(recorder.masks), masks, rowCount, ofRefused, counts)
        }
      }
    },
    /** In plan order, then by rule. */
    counts(severity: MarkSeverity): RuleCount[] {
      return columns.flatMap(({ plan }, index) =>
        Array.from({ length: rulesMax }, (_, rule) => rule)
          .map((rule) => ({ rule, count: totals.at(placeOf(severity, index) + rule) }))
          .filter(({ count }) => count > 0)
          .map(({ rule, count }) => ({ column: plan.name, rule: ruleName(rule), count })),
      )
    },
  }
}
