// The slow reference of the kernels: reads one row, decoded, one value at a time, and says every
// rule it fails with what was expected. Built to be obviously right; shares no parsing code with
// kernels.
import type { CoercionKind } from '../contracts/batch-task.ts'
import { type RuleName, ruleDefinitions } from '../contracts/rules.ts'
import type { Severity } from '../contracts/table-contract.ts'
import { failedRule } from './reference/check-constraint.ts'
import { expectedForm, shapeOf } from './reference/expected-form.ts'
import { readText } from './reference/read-text.ts'
import { readValue, type Value } from './reference/read-value.ts'
import type { ColumnPlan, PlannedConstraint, TablePlan } from './table-plan.ts'

export interface Finding {
  readonly column: string
  /** Index of the column in the plan. */
  readonly columnIndex: number
  readonly rule: RuleName
  /** What was expected, in words. */
  readonly expected: string
}

export interface Failure extends Finding {
  /** Value-free shape of the field, such as 99/99/9999; null where the column reads no field. */
  readonly shape: string | null
  /** True: the rule is of severity refuse, so that the row refuses the whole load. */
  readonly refusesLoad: boolean
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
  /** Constraints of severity warn that an accepted row fails. */
  readonly warned: readonly Finding[]
  /** Constraints of severity null that made a value of an accepted row null. */
  readonly nulled: readonly Finding[]
  /** Values in plan order where the row is accepted, else null. Dates as days since 1970-01-01. */
  readonly values: readonly (Value | null)[] | null
  /** Lossy coercions of the values that an accepted row lands with. */
  readonly coercions: readonly Coercion[]
}

/** A rule that a value fails; `order` is the place of its constraint in the plan, -1 before all. */
interface Fault {
  readonly rule: RuleName
  readonly order: number
  readonly constraint: PlannedConstraint | null
}

/** What is known of one column of the row. */
interface Cell {
  value: Value | null
  readonly coercions: readonly CoercionKind[]
  /** The text or the type failed: no constraint is asked. */
  readonly isRefused: boolean
  readonly faults: Fault[]
}

function refusedCell(rules: readonly RuleName[]): Cell {
  const faults = rules.map((rule) => ({ rule, order: -1, constraint: null }))
  return { value: null, coercions: [], isRefused: true, faults }
}

const newCell = (value: Value | null, coercions: readonly CoercionKind[]): Cell => ({
  ...{ value, coercions },
  isRefused: false,
  faults: [],
})

/** A field of a column up to its type. */
function readCell(plan: ColumnPlan, field: Uint8Array): Cell {
  const reading = readText(plan, field)
  if (reading.kind === 'null') return newCell(null, [])
  if (reading.kind === 'refused') return refusedCell(reading.rules)
  const result = readValue(plan, reading.text)
  if (result === null) return refusedCell(['type'])
  return newCell(result.value, [...reading.coercions, ...result.coercions])
}

function fieldOf(plan: ColumnPlan, fields: readonly Uint8Array[]): Uint8Array | null {
  if (plan.field >= 0) {
    const field = fields[plan.field]
    if (field === undefined) throw new Error(`field ${plan.field} of the row is missing`)
    return field
  }
  return plan.constant === null ? null : new TextEncoder().encode(plan.constant)
}

/** Asks the constraints of a column that are, or are not, date_after; nulls what they say. */
function checkCell(
  plan: ColumnPlan,
  index: number,
  cells: readonly Cell[],
  asksDateAfter: boolean,
): void {
  const cell = cells[index]
  if (cell === undefined || cell.isRefused) return
  for (const [order, constraint] of plan.constraints.entries()) {
    if ((constraint.kind === 'date_after') !== asksDateAfter) continue
    const isFloat = plan.type === 'float'
    const others = (other: number): Value | null => cells[other]?.value ?? null
    const rule = failedRule(constraint, cell.value, isFloat, others)
    if (rule === null) continue
    cell.faults.push({ rule, order, constraint })
    if (constraint.severity === 'null') cell.value = null
  }
}

type FoundFault = Fault & Pick<Finding, 'column' | 'columnIndex' | 'expected'>

/** The faults of all columns, in the order of rules. */
function faultsOf(columns: readonly ColumnPlan[], cells: readonly Cell[]): FoundFault[] {
  return columns.flatMap((plan, columnIndex) => {
    const faults = [...(cells[columnIndex]?.faults ?? [])]
    faults.sort((left, right) => left.order - right.order)
    return faults.map((fault) => {
      const expected = expectedForm(plan, fault.rule, fault.constraint)
      return { ...fault, column: plan.name, columnIndex, expected }
    })
  })
}

const findingOf = ({ column, columnIndex, rule, expected }: FoundFault): Finding => ({
  ...{ column, columnIndex, rule, expected },
})

/** One failure for each rule of a column: reject and refuse of one kind may both fail. */
function failuresOf(
  faults: readonly FoundFault[],
  columns: readonly ColumnPlan[],
  fields: readonly Uint8Array[],
): Failure[] {
  const failures = new Map<string, Failure>()
  for (const fault of faults) {
    const plan = columns[fault.columnIndex]
    const field = plan === undefined || plan.field < 0 ? null : fieldOf(plan, fields)
    const shape = field === null ? null : shapeOf(field)
    const key = `${fault.columnIndex} ${fault.rule}`
    const before = failures.get(key)
    const refusesLoad = fault.constraint?.severity === 'refuse' || before?.refusesLoad === true
    failures.set(key, { ...(before ?? { ...findingOf(fault), shape }), refusesLoad })
  }
  return [...failures.values()]
}

/** Explains one row; `fields` are the unquoted bytes of `plan.needed`, in that order. */
export function explainReject(
  plan: Pick<TablePlan, 'columns'>,
  fields: readonly Uint8Array[],
): Explanation {
  const { columns } = plan
  const cells = columns.map((column) => {
    const field = fieldOf(column, fields)
    return field === null ? newCell(null, []) : readCell(column, field)
  })
  for (const asksDateAfter of [false, true]) {
    for (const [index, column] of columns.entries()) checkCell(column, index, cells, asksDateAfter)
  }
  const faults = faultsOf(columns, cells)
  const ofSeverity = (severity: Severity): FoundFault[] =>
    faults.filter(({ constraint }) => (constraint?.severity ?? 'reject') === severity)
  const isSoft = ({ constraint }: Fault): boolean =>
    constraint?.severity === 'warn' || constraint?.severity === 'null'
  const failures = failuresOf(
    faults.filter((fault) => !isSoft(fault)),
    columns,
    fields,
  )
  if (failures.length > 0) {
    const mask = failures.reduce((bits, { rule }) => bits | (1 << ruleDefinitions[rule].number), 0)
    return { failures, mask, warned: [], nulled: [], values: null, coercions: [] }
  }
  return {
    ...{ failures, mask: 0 },
    warned: ofSeverity('warn').map(findingOf),
    nulled: ofSeverity('null').map(findingOf),
    values: cells.map(({ value }) => value),
    coercions: columns.flatMap((column, index) => {
      const cell = cells[index]
      if (cell === undefined || column.field < 0 || cell.value === null) return []
      return cell.coercions.map((kind) => ({ column: column.name, kind }))
    }),
  }
}
