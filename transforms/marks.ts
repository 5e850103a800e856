// Rows of the current batch that fail a constraint of a column without being refused for it, or
// that refuse the whole load: the softer and harder severities beside reject. The kernels that find
// failures write here as they write into the failures of the batch; columns whose constraints all
// reject have no marks and pay nothing.
import type { RuleCount } from '../contracts/batch-task.ts'
import { ruleName } from '../contracts/rules.ts'
import type { Severity } from '../contracts/table-contract.ts'
import { type Failures, newFailures } from './failures.ts'
import { countMarksKernel } from './kernels/count-marks.ts'
import type { ColumnPlan } from './table-plan.ts'

export type MarkSeverity = Exclude<Severity, 'reject'>

/** What kernels record for each severity; the mask of a row has a bit for each failing rule. */
export type Marks = Readonly<Record<MarkSeverity, Failures>>

const markSeverities: readonly MarkSeverity[] = ['null', 'warn', 'refuse']

/** The marks of a column; null where every constraint rejects. */
export function openMarks({ constraints }: ColumnPlan): Marks | null {
  if (constraints.every(({ severity }) => severity === 'reject')) return null
  return { null: newFailures(), warn: newFailures(), refuse: newFailures() }
}

/** Clears what the last batch left and makes room for `rowCount` rows. */
export function beginMarks(marks: Marks, rowCount: number): void {
  for (const severity of markSeverities) {
    const recorder = marks[severity]
    if (recorder.masks.length < rowCount) {
      recorder.masks = new Int32Array(rowCount)
      recorder.firstColumns = new Int16Array(rowCount)
      recorder.firstRules = new Uint8Array(rowCount)
    } else if (recorder.failedCount > 0) {
      recorder.masks.fill(0)
    }
    recorder.failedCount = 0
  }
}

const rulesMax = 32

interface Marked {
  readonly marks: Marks | null
}

/** Running totals of the marks of all columns over all batches. */
export function openMarkTotals(columns: readonly { readonly plan: ColumnPlan }[]) {
  const totals = Object.fromEntries(
    markSeverities.map((severity) => [severity, columns.map(() => new Float64Array(rulesMax))]),
  ) as Record<MarkSeverity, Float64Array[]>
  return {
    /** Counts marks of accepted rows, and marks of severity refuse of rows refused under them. */
    add(marked: readonly Marked[], masks: Int32Array, rowCount: number): void {
      for (const [column, { marks }] of marked.entries()) {
        if (marks === null) continue
        for (const severity of markSeverities) {
          const counts = totals[severity][column]
          if (counts === undefined || marks[severity].failedCount === 0) continue
          const ofRefused = severity === 'refuse' ? 1 : 0
          countMarksKernel(marks[severity].masks, masks, rowCount, ofRefused, counts)
        }
      }
    },
    /** In plan order, then by rule. */
    counts(severity: MarkSeverity): RuleCount[] {
      return columns.flatMap(({ plan }, index) =>
        Array.from(totals[severity][index] ?? [], (count, rule) => ({ rule, count }))
          .filter(({ count }) => count > 0)
          .map(({ rule, count }) => ({ column: plan.name, rule: ruleName(rule), count })),
      )
    },
  }
}
