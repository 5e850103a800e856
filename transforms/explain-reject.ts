// The slow reference of the kernels: reads one row, decoded, one value at a time, and says every
// rule it fails with what was expected. Built to be obviously right; shares no parsing code with
// kernels.
import type { CoercionKind } from '../contracts/batch-task.ts'
import { type RuleName, ruleDefinitions } from '../contracts/rules.ts'
import { passesConstraint, ruleOfConstraint } from './reference/check-constraint.ts'
import { expectedForm, shapeOf } from './reference/expected-form.ts'
import { readText } from './reference/read-text.ts'
import { readValue, type Value } from './reference/read-value.ts'
import type { ColumnPlan, TablePlan } from './table-plan.ts'

export interface Failure {
  readonly column: string
  /** Index of the column in the plan. */
  readonly columnIndex: number
  readonly rule: RuleName
  /** What was expected, in words. */
  readonly expected: string
  /** Value-free shape of the field, such as 99/99/9999; null where the column reads no field. */
  readonly shape: string | null
}

export interface Coercion {
  readonly column: string
  readonly kind: CoercionKind
}

export interface Explanation {
  /**
   * In the order of rules; the first is the one the row counts under. Empty: the row is accepted.
   */
  readonly failures: readonly Failure[]
  /** Bit = rule number. */
  readonly mask: number
  /** Values in plan order where the row is accepted, else null. Dates as days since 1970-01-01. */
  readonly values: readonly (Value | null)[] | null
  /** Lossy coercions, where the row is accepted. */
  readonly coercions: readonly Coercion[]
}

interface Cell {
  readonly value: Value | null
  /** Rules before the constraints. */
  readonly rules: readonly RuleName[]
  readonly coercions: readonly CoercionKind[]
}

const emptyCell: Cell = { value: null, rules: [], coercions: [] }

/** A field of a column up to its type. */
function readCell(plan: ColumnPlan, field: Uint8Array): Cell {
  const reading = readText(plan, field)
  if (reading.kind === 'null') return emptyCell
  if (reading.kind === 'refused') return { ...emptyCell, rules: reading.rules }
  const result = readValue(plan, reading.text)
  if (result === null) return { ...emptyCell, rules: ['type'] }
  return { value: result.value, rules: [], coercions: [...reading.coercions, ...result.coercions] }
}

function fieldOf(plan: ColumnPlan, fields: readonly Uint8Array[]): Uint8Array | null {
  if (plan.field >= 0) {
    const field = fields[plan.field]
    if (field === undefined) throw new Error(`field ${plan.field} of the row is missing`)
    return field
  }
  return plan.constant === null ? null : new TextEncoder().encode(plan.constant)
}

/** Rules that a column fails, in order. */
function failingRules(plan: ColumnPlan, index: number, cells: readonly Cell[]): RuleName[] {
  const cell = cells[index] ?? emptyCell
  if (cell.rules.length > 0) return [...cell.rules]
  return plan.constraints
    .filter(
      (constraint) =>
        !passesConstraint(
          constraint,
          cell.value,
          plan.type === 'float',
          (other) => cells[other]?.value ?? null,
        ),
    )
    .map(ruleOfConstraint)
}

/** Explains one row; `fields` are the unquoted bytes of `plan.needed`, in that order. */
export function explainReject(
  plan: Pick<TablePlan, 'columns'>,
  fields: readonly Uint8Array[],
): Explanation {
  const failures: Failure[] = []
  const coercions: Coercion[] = []
  let mask = 0
  const cells = plan.columns.map((column) => {
    const field = fieldOf(column, fields)
    return field === null ? emptyCell : readCell(column, field)
  })
  for (const [columnIndex, column] of plan.columns.entries()) {
    const field = column.field < 0 ? null : fieldOf(column, fields)
    for (const rule of failingRules(column, columnIndex, cells)) {
      const expected = expectedForm(column, rule)
      const shape = field === null ? null : shapeOf(field)
      failures.push({ column: column.name, columnIndex, rule, expected, shape })
      mask |= 1 << ruleDefinitions[rule].number
    }
    if (column.field < 0) continue
    for (const kind of cells[columnIndex]?.coercions ?? []) {
      coercions.push({ column: column.name, kind })
    }
  }
  if (failures.length > 0) return { failures, mask, values: null, coercions: [] }
  return { failures, mask, values: cells.map(({ value }) => value), coercions }
}
