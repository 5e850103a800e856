// date_after, the one row constraint that looks at another column: asked when every column is
// parsed, in the order of the plan, of the values as the constraints before left them.
import { ruleDefinitions } from '../contracts/rules.ts'
import type { Severity } from '../contracts/table-contract.ts'
import { addressOf } from '../kernels/arena.ts'
import { kernels } from '../kernels/kernels.ts'
import type { Column, ColumnBuffers } from './columns/column.ts'
import { type Failures, recordDateAfter, recordFailure } from './failures.ts'
import { ruleNumberOf } from './planned-rule.ts'
import type { ColumnPlan } from './table-plan.ts'

export interface DateAfterCheck {
  readonly column: number
  readonly others: readonly number[]
  readonly severity: Severity
  /** Rules of the constraints behind it in its own column that refuse rows, a bit for each. */
  readonly laterRules: number
}

/** The date_after constraints of a plan, in its order. */
export function dateAfterChecks(columns: readonly ColumnPlan[]): DateAfterCheck[] {
  const checks: DateAfterCheck[] = []
  for (const [column, plan] of columns.entries()) {
    for (const [place, constraint] of plan.constraints.entries()) {
      if (constraint.kind !== 'date_after') continue
      let laterRules = 0
      for (const later of plan.constraints.slice(place + 1)) {
        if (later.severity === 'warn' || later.severity === 'null') continue
        laterRules |= 1 << ruleNumberOf(later)
      }
      const { columns: others, severity } = constraint
      checks.push({ column, others, severity, laterRules })
    }
  }
  return checks
}

const rule = ruleDefinitions.date_after.number

/** Takes the values of the listed rows away. */
function nullRows(buffers: ColumnBuffers, rows: Int32Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const row = rows[i] ?? 0
    buffers.validity[row >>> 3] = (buffers.validity[row >>> 3] ?? 0) & ~(1 << (row & 7))
  }
  buffers.nullCount += count
}

/** Asks one check; `rows` is scratch for as many rows as there are. */
export function runDateAfter(
  check: DateAfterCheck,
  columns: readonly Column[],
  rowCount: number,
  rows: Int32Array,
  failures: Failures,
): void {
  const { column, severity, laterRules } = check
  const own = columns[column]
  for (const otherIndex of check.others) {
    const other = columns[otherIndex]?.buffers
    if (own === undefined || other === undefined) throw new Error('date_after names no column')
    const count = kernels.listEarlierDates(
      addressOf(own.buffers.words),
      addressOf(own.buffers.validity),
      addressOf(other.words),
      addressOf(other.validity),
      rowCount,
      addressOf(rows),
    )
    const recorder = severity === 'reject' ? null : own.marks?.[severity]
    for (let i = 0; i < count; i++) {
      const row = rows[i] ?? 0
      if (severity === 'reject' || severity === 'refuse') {
        recordDateAfter(failures, row, column, laterRules)
      }
      if (recorder) recordFailure(recorder, row, column, rule, 1 << rule)
    }
    if (severity === 'null') nullRows(own.buffers, rows, count)
  }
}
