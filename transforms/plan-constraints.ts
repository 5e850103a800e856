// The constraints of a contract column as the plan holds them: bounds as numbers, columns as
// indexes. What cannot hold for the type of the column is an invalid contract.
import { patternFault } from '../contracts/check-pattern.ts'
import { LandingError } from '../contracts/errors.ts'
import type {
  Bound,
  ColumnConstraint,
  ColumnType,
  ContractColumn,
  Severity,
} from '../contracts/table-contract.ts'
import { ruleNameOf } from './planned-rule.ts'
import type { PlannedConstraint, PlannedRule } from './table-plan.ts'

export interface ConstraintContext {
  /** Table and column, for messages. */
  readonly where: string
  readonly type: ColumnType
  /** Index in the plan and type of a column by name. */
  /** Day of the load, YYYY-MM-DD; null: not known, which only no_future_dates minds. */
  readonly today: string | null
  readonly find: (name: string) => { readonly index: number; readonly type: ColumnType } | null
}

const refuse = (context: ConstraintContext, message: string): never => {
  throw new LandingError('contract_invalid', `${context.where}: ${message}`)
}

const isTextType = (type: ColumnType): boolean => !['bool', 'int', 'float', 'date'].includes(type)

function requireType(context: ConstraintContext, kind: string, isRight: boolean): void {
  if (!isRight) refuse(context, `constraint ${kind} does not apply to type ${context.type}`)
}

/** A bound as a number: of a date, days since 1970-01-01. */
function boundOf(context: ConstraintContext, kind: string, bound: Bound): number {
  if (context.type === 'date') {
    const text = String(bound)
    const days = Date.parse(`${text}T00:00:00Z`) / 86_400_000
    const isReal =
      /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/u.test(text) &&
      !Number.isNaN(days) &&
      new Date(days * 86_400_000).toISOString().startsWith(text)
    return isReal ? days : refuse(context, `a bound of ${kind} is not a date (YYYY-MM-DD)`)
  }
  if (typeof bound !== 'number' || !Number.isFinite(bound)) {
    return refuse(context, `a bound of ${kind} is not a number`)
  }
  if (context.type === 'int' && Math.abs(bound) > Number.MAX_SAFE_INTEGER) {
    return refuse(context, `a bound of ${kind} lies beyond 2^53`)
  }
  return bound
}

function planClosedRange(
  context: ConstraintContext,
  constraint: ColumnConstraint & { kind: 'closed_range' },
): PlannedRule {
  const minimum = boundOf(context, 'closed_range', constraint.minimum)
  const maximum = boundOf(context, 'closed_range', constraint.maximum)
  const { step } = constraint
  if (minimum > maximum) refuse(context, 'closed_range has its minimum above its maximum')
  if (!(step > 0) || !Number.isFinite(step)) refuse(context, 'closed_range needs a step above 0')
  if (context.type !== 'float') {
    if (!Number.isInteger(minimum) || !Number.isInteger(maximum) || !Number.isInteger(step)) {
      refuse(context, 'closed_range needs whole bounds and a whole step')
    }
    if (!Number.isSafeInteger(maximum - minimum)) refuse(context, 'closed_range is too wide')
  }
  return { kind: 'closed_range', minimum, maximum, step }
}

function planGeneralRange(
  context: ConstraintContext,
  constraint: ColumnConstraint & { kind: 'general_range' },
): PlannedRule {
  const { includesMinimum, includesMaximum } = constraint
  const bound = (value: Bound | null, none: number) =>
    value === null ? none : boundOf(context, 'general_range', value)
  const minimum = bound(constraint.minimum, Number.NEGATIVE_INFINITY)
  const maximum = bound(constraint.maximum, Number.POSITIVE_INFINITY)
  if (minimum > maximum) refuse(context, 'general_range has its minimum above its maximum')
  return { kind: 'general_range', minimum, maximum, includesMinimum, includesMaximum }
}

function planCategories(
  context: ConstraintContext,
  values: readonly (string | number)[],
): PlannedRule {
  if (values.length === 0) refuse(context, 'categorical names no category')
  if (context.type === 'int') {
    const isRight = values.every((value) => Number.isSafeInteger(value))
    if (!isRight) refuse(context, 'a category is not a whole number within 2^53')
    return { kind: 'categorical_int', values: values.map(Number) }
  }
  requireType(context, 'categorical', isTextType(context.type))
  return { kind: 'categorical_text', values: values.map(String) }
}

function planDateAfter(context: ConstraintContext, names: readonly string[]): PlannedRule {
  requireType(context, 'date_after', context.type === 'date')
  const columns = names.map((name) => {
    const other = context.find(name)
    if (other === null || other.type !== 'date') {
      return refuse(context, `date_after names ${name}, which is no date column of the table`)
    }
    return other.index
  })
  return { kind: 'date_after', columns }
}

function severityOf(context: ConstraintContext, constraint: ColumnConstraint): Severity {
  const { kind, severity = 'reject' } = constraint
  if (kind === 'not_null' && severity === 'null') refuse(context, 'severity null of not_null')
  return severity
}

/** The planned form; null for table checks, which need all rows. */
function planConstraint(
  context: ConstraintContext,
  constraint: ColumnConstraint,
): PlannedRule | null {
  const { type } = context
  const isRanged = type === 'int' || type === 'float' || type === 'date'
  switch (constraint.kind) {
    case 'unique':
      return null
    case 'not_null':
      return { kind: 'not_null' }
    case 'categorical':
      return planCategories(context, constraint.values)
    case 'first_of_month':
      requireType(context, 'first_of_month', type === 'date')
      return { kind: 'first_of_month' }
    case 'regex': {
      requireType(context, 'regex', isTextType(type))
      const fault = patternFault(constraint.pattern)
      if (fault !== null) refuse(context, `the pattern of regex ${fault}`)
      return { kind: 'regex', pattern: constraint.pattern }
    }
    case 'closed_range':
      requireType(context, 'closed_range', isRanged)
      return planClosedRange(context, constraint)
    case 'general_range':
      requireType(context, 'general_range', isRanged)
      return planGeneralRange(context, constraint)
    case 'date_after':
      return planDateAfter(context, constraint.columns)
    case 'check_digit':
      requireType(context, 'check_digit', type === 'snomedct' || type === 'dmd')
      return { kind: 'check_digit', scheme: 'verhoeff' }
    case 'no_future_dates':
      requireType(context, 'no_future_dates', type === 'date')
      if (context.today === null) throw new Error('a plan with no_future_dates needs its day')
      return { kind: 'no_future_dates', day: boundOf(context, 'no_future_dates', context.today) }
  }
}

/** Refuses constraints that cannot stand side by side. */
function checkTogether(context: ConstraintContext, planned: readonly PlannedConstraint[]): void {
  const seen = new Set<string>()
  for (const constraint of planned) {
    const name = ruleNameOf(constraint)
    const both = `${name} ${constraint.severity}`
    if (seen.has(both)) refuse(context, `constraint ${name} stands twice with one severity`)
    seen.add(both)
  }
  const isNeverNull = planned.some((constraint) => refusesNull(constraint))
  const nulling = planned.find(({ severity }) => severity === 'null')
  if (isNeverNull && nulling !== undefined) {
    refuse(context, `severity null of ${ruleNameOf(nulling)} on a column that is never null`)
  }
}

/** Does a row without a value never land? */
export function refusesNull({ kind, severity }: PlannedConstraint): boolean {
  return kind === 'not_null' && (severity === 'reject' || severity === 'refuse')
}

/**
 * The constraints that are checked row by row: in contract order, those of one kind together where
 * the first of them stands. A date_after is only known when all columns are read, so one that makes
 * the value null comes last, wherever the contract states it: no other constraint sees that null.
 * Throws `contract_invalid` for what cannot hold.
 */
export function planConstraints(
  context: ConstraintContext,
  column: ContractColumn,
): PlannedConstraint[] {
  const planned: PlannedConstraint[] = []
  if (column.type === 'nhs_number') {
    planned.push({ kind: 'check_digit', scheme: 'modulus_11', severity: 'reject', place: -1 })
  }
  for (const [place, constraint] of column.constraints.entries()) {
    // A question over all rows: pipelines ask it, of whatever severity, and as often as it stands.
    if (constraint.kind === 'unique') continue
    const severity = severityOf(context, constraint)
    const rule = planConstraint(context, constraint)
    if (rule !== null) planned.push({ ...rule, severity, place })
  }
  checkTogether(context, planned)
  const isLast = ({ kind, severity }: PlannedConstraint): boolean =>
    kind === 'date_after' && severity === 'null'
  const rank = (constraint: PlannedConstraint): number =>
    isLast(constraint)
      ? planned.length
      : planned.findIndex((other) => other.kind === constraint.kind && !isLast(other))
  return [...planned].sort((left, right) => rank(left) - rank(right) || left.place - right.place)
}
