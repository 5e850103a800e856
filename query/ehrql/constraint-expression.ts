// Constraints of a contract column as those of ehrQL, and sentences about what ehrQL cannot say. Only
// what holds for every published value is a constraint there: ehrQL builds on it, for example by
// sizing a result's categories.
import { codeSystemForms, isCodeSystem, isMultiCodeSystem } from '../../contracts/code-systems.ts'
import { describeConstraint } from '../../contracts/describe-constraint.ts'
import type {
  Bound,
  ColumnConstraint,
  ColumnType,
  ContractColumn,
  DummyConstraint,
} from '../../contracts/table-contract.ts'
import { pythonTypes } from './ehrql-names.ts'
import { atom, call, list, type Python, text } from './python-layout.ts'
import { pythonPattern } from './python-pattern.ts'

export interface ColumnConstraints {
  readonly constraints: readonly Python[]
  readonly dummy: readonly Python[]
  /** What was left out, without a full stop. */
  readonly notes: readonly string[]
}

function dateExpression(date: string): Python {
  const [year, month, day] = date.split('-').map((part) => atom(String(Number(part))))
  return call('datetime.date', [year, month, day] as Python[])
}

function numberExpression(type: ColumnType, value: number): Python {
  const isWhole = Number.isInteger(value) && Math.abs(value) < 1e15
  return atom(type === 'float' && isWhole ? `${Object.is(value, -0) ? '-0' : value}.0` : `${value}`)
}

/** A value of a column's type; null where ehrQL would not take it for one. */
function valueExpression(type: ColumnType, value: string | number | null): Python | null {
  if (value === null) return atom('None')
  if (type === 'date') {
    return /^\d{4}-\d{2}-\d{2}$/.test(String(value)) ? dateExpression(String(value)) : null
  }
  if (type === 'int' || type === 'float') {
    return typeof value === 'number' ? numberExpression(type, value) : null
  }
  if (type === 'bool') return null
  if (isMultiCodeSystem(type)) return null
  if (isCodeSystem(type) && type !== 'bnf') {
    const form = new RegExp(`^(?:${codeSystemForms[type].pattern})$`)
    return form.test(String(value)) ? call(pythonTypes[type], [text(String(value))]) : null
  }
  return text(String(value))
}

const boundExpression = (type: ColumnType, bound: Bound): Python =>
  typeof bound === 'string' ? dateExpression(bound) : numberExpression(type, bound)

function rangeExpression(
  type: ColumnType,
  range: {
    readonly minimum: Bound | null
    readonly maximum: Bound | null
    readonly includesMinimum?: boolean
    readonly includesMaximum?: boolean
  },
): Python {
  const named: Record<string, Python> = {}
  if (range.minimum !== null) named['minimum'] = boundExpression(type, range.minimum)
  if (range.maximum !== null) named['maximum'] = boundExpression(type, range.maximum)
  if (range.includesMinimum === false) named['includes_minimum'] = atom('False')
  if (range.includesMaximum === false) named['includes_maximum'] = atom('False')
  return call('Constraint.GeneralRange', [], named)
}

/** A constraint in ehrQL's words; null where it has none. */
function expressionOf(type: ColumnType, constraint: ColumnConstraint | DummyConstraint) {
  switch (constraint.kind) {
    case 'not_null':
      return call('Constraint.NotNull', [])
    case 'unique':
      return call('Constraint.Unique', [])
    case 'first_of_month':
      return call('Constraint.FirstOfMonth', [])
    case 'check_digit':
    case 'no_future_dates':
      return null
    case 'categorical': {
      const values = constraint.values.map((value) => valueExpression(type, value))
      if (values.some((value) => value === null)) return null
      return call('Constraint.Categorical', [list(values as Python[])])
    }
    case 'regex': {
      const pattern = type === 'string' || type === 'bnf' ? pythonPattern(constraint.pattern) : null
      return pattern === null ? null : call('Constraint.Regex', [text(pattern)])
    }
    case 'closed_range': {
      if (type !== 'int') return rangeExpression(type, constraint)
      const bounds = [constraint.minimum, constraint.maximum, constraint.step]
      const values = bounds.map((bound) => boundExpression(type, bound))
      return call('Constraint.ClosedRange', constraint.step === 1 ? values.slice(0, 2) : values)
    }
    case 'general_range':
      return rangeExpression(type, constraint)
    case 'date_after':
      return call('Constraint.DateAfter', [list(constraint.columns.map((name) => text(name)))])
  }
}

const classOf = (expression: Python): string =>
  expression.kind === 'group' ? expression.open : expression.kind

/**
 * The constraints of a column. ehrQL takes one of each class, whether it steers dummy data or not;
 * `isDateAfterUsable` is false where it would not take the table's order of dates for dummy data.
 */
export function columnConstraints(
  { type, constraints, dummy = [] }: ContractColumn,
  isDateAfterUsable: boolean,
): ColumnConstraints {
  const notes: string[] = []
  const seen = new Set<string>()
  const take = (constraint: ColumnConstraint | DummyConstraint): Python[] => {
    const expression = expressionOf(type, constraint)
    if (expression === null || seen.has(classOf(expression))) return []
    seen.add(classOf(expression))
    return [expression]
  }
  const stated = constraints.flatMap((constraint) => {
    // Values that fail are published all the same.
    const taken = constraint.severity === 'warn' ? [] : take(constraint)
    if (taken.length === 0) notes.push(describeConstraint(constraint))
    const { kind } = constraint
    if (taken.length > 0 && kind === 'closed_range' && type === 'float') {
      notes.push(`in steps of ${constraint.step} from ${constraint.minimum}`)
    }
    return taken
  })
  const steering = dummy.flatMap((constraint) => {
    if (constraint.kind === 'date_after' && !isDateAfterUsable) return []
    return take(constraint)
  })
  return { constraints: stated, dummy: steering, notes }
}
