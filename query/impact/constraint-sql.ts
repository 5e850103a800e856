// A constraint as SQL that is true for the rows that fail it, written from its meaning and not from
// the kernels: the one is a check on the other. Where SQL cannot say it, the reason is given.
import {
  codeSystemForms,
  isCodeSystem,
  isMultiCodeSystem,
  multiCodeForms,
} from '../../contracts/code-systems.ts'
import type { Bound, ColumnConstraint, ColumnType } from '../../contracts/table-contract.ts'
import { quoteIdentifier, quoteText } from '../../lake/open-duckdb.ts'
import { portablePattern } from './portable-pattern.ts'

export type Condition = { readonly sql: string } | { readonly cannot: string }

export interface ConditionContext {
  readonly type: ColumnType
  /** SQL of the value of the column. */
  readonly value: string
  /** ISO date of the day of the load; null where it is not known. */
  readonly today: string | null
}

/** A number as SQL of a type: a whole number, or a double that no decimal rounds. */
function numberSql(type: ColumnType, value: number): string {
  return type === 'float' ? `CAST('${value}' AS DOUBLE)` : String(value)
}

function boundSql(type: ColumnType, bound: Bound): string {
  return typeof bound === 'string' ? `DATE '${bound}'` : numberSql(type, bound)
}

/** True where a value lies between steps; of floats with room for the rounding of decimals. */
function offStep(type: ColumnType, value: string, minimum: Bound, step: number): string {
  if (typeof minimum === 'string') return 'false'
  const [low, width] = [numberSql(type, minimum), numberSql(type, step)]
  if (type !== 'float') return `(${value}::HUGEINT - ${low}) % ${width} <> 0`
  const nearest = `(${low} + round((${value} - ${low}) / ${width}) * ${width})`
  return `abs(${nearest} - ${value}) > 1e-9 * ${width} + 4e-16 * abs(${value})`
}

function rangeSql(
  { type, value }: ConditionContext,
  range: ColumnConstraint & { kind: 'closed_range' | 'general_range' },
): string {
  const { minimum, maximum } = range
  const isClosed = range.kind === 'closed_range'
  const low = isClosed || range.includesMinimum ? '<' : '<='
  const high = isClosed || range.includesMaximum ? '>' : '>='
  const outside = [
    ...(minimum === null ? [] : [`${value} ${low} ${boundSql(type, minimum)}`]),
    ...(maximum === null ? [] : [`${value} ${high} ${boundSql(type, maximum)}`]),
  ].join(' OR ')
  if (range.kind !== 'closed_range') return outside
  const between = offStep(type, value, range.minimum, range.step)
  return `CASE WHEN ${outside} THEN true ELSE ${between} END`
}

const digits = Array.from({ length: 10 }, (_, digit) => digit)
const shuffle = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]

/** Verhoeff's multiplication: the symmetries of a pentagon. */
const products = digits.map((left) =>
  digits.map((right) => {
    if (left < 5) return right < 5 ? (left + right) % 5 : ((left + right - 5) % 5) + 5
    return right < 5 ? ((left - right) % 5) + 5 : (left - right + 5) % 5
  }),
)
const shuffles = Array.from({ length: 7 }).reduce<number[][]>(
  (rows) => [...rows, digits.map((digit) => rows.at(-1)?.[shuffle[digit] ?? 0] ?? 0)],
  [digits],
)

/** Source: J. Verhoeff, Error Detecting Decimal Codes, 1969; SCTID check digit, IHTSDO RF2 5.5. */
function checkDigitSql(value: string): string {
  // Names of columns begin with a letter: ours cannot be one of them.
  const digit = `TRY_CAST(substr(reverse(${value}), __place::INTEGER, 1) AS INTEGER)`
  const shuffled = `${JSON.stringify(shuffles)}[((__place - 1) % 8) + 1][${digit} + 1]`
  const all = `list_transform(range(1, length(${value}) + 1), lambda __place: ${shuffled})`
  const product = `${JSON.stringify(products)}[__before + 1][__next + 1]`
  return `list_reduce(list_prepend(0, ${all}), lambda __before, __next: ${product}) <> 0`
}

function conditionOf(constraint: ColumnConstraint, context: ConditionContext): Condition {
  const { type, value, today } = context
  switch (constraint.kind) {
    case 'not_null':
      return { sql: `${value} IS NULL` }
    case 'unique':
      return { cannot: 'it is asked of the table as a whole' }
    case 'categorical': {
      const list = constraint.values.map((one) => (type === 'int' ? `${one}` : quoteText(`${one}`)))
      return { sql: `${value} NOT IN (${list.join(', ')})` }
    }
    case 'first_of_month':
      return { sql: `day(${value}) <> 1` }
    case 'regex': {
      const pattern = portablePattern(constraint.pattern)
      if (pattern === null) return { cannot: 'its pattern has another meaning in SQL' }
      return { sql: `NOT regexp_full_match(${value}, ${quoteText(pattern)})` }
    }
    case 'closed_range':
    case 'general_range':
      return { sql: rangeSql(context, constraint) }
    case 'date_after': {
      const orders = constraint.columns.map(
        (column) => `coalesce(${value} < ${quoteIdentifier(column)}, false)`,
      )
      return { sql: orders.join(' OR ') }
    }
    case 'check_digit':
      return { sql: checkDigitSql(value) }
    case 'no_future_dates':
      if (today === null) return { cannot: 'the day of the load is not in its ledger' }
      return { sql: `${value} > DATE '${today}'` }
  }
}

/** SQL that is true, and never null, for rows whose value fails the constraint. */
export function constraintSql(constraint: ColumnConstraint, context: ConditionContext): Condition {
  const condition = conditionOf(constraint, context)
  return 'sql' in condition ? { sql: `coalesce(${condition.sql}, false)` } : condition
}

/** The form of codes of a type as a pattern of RE2; null where every text is a value. */
function formOf(type: ColumnType): string | null {
  if (isCodeSystem(type)) return codeSystemForms[type].pattern
  if (!isMultiCodeSystem(type)) return null
  const { system, separators } = multiCodeForms[type]
  const code = `(?:${codeSystemForms[system].pattern})`
  const gap = `[${separators}]`
  return `${gap}*${code}(?:${gap}+${code})*${gap}*`
}

const isText = (type: string): boolean => !['bool', 'int', 'float', 'date'].includes(type)

const sqlTypes: Partial<Record<ColumnType, string>> = {
  ...{ bool: 'BOOLEAN', int: 'BIGINT', float: 'DOUBLE', date: 'DATE' },
}

/** A column that the snapshot does not have is null in every row. */
export const absentSql = (type: ColumnType): string =>
  `CAST(NULL AS ${sqlTypes[type] ?? 'VARCHAR'})`

export interface Conversion {
  /** SQL of the value as the proposed type has it. */
  readonly value: string
  /** SQL that is true where the published value is no value of the type; null: it always is. */
  readonly fails: string | null
}

/** How a published column reads as another type; null where that cannot be known from it. */
export function convertSql(
  name: string,
  published: string,
  proposed: ColumnType,
): Conversion | null {
  const column = quoteIdentifier(name)
  if (published === proposed) return { value: column, fails: null }
  if (isText(published) && isText(proposed) && proposed !== 'nhs_number') {
    const form = formOf(proposed)
    if (form === null) return { value: column, fails: null }
    const fails = `coalesce(NOT regexp_full_match(${column}, ${quoteText(form)}), false)`
    return { value: column, fails }
  }
  if (published === 'int' && proposed === 'float') {
    return { value: `CAST(${column} AS DOUBLE)`, fails: null }
  }
  if (published === 'float' && proposed === 'int') {
    const whole = `TRY_CAST(${column} AS BIGINT)`
    const isWhole = `${column} = trunc(${column}) AND ${whole} IS NOT NULL`
    return {
      value: `CASE WHEN ${isWhole} THEN ${whole} END`,
      fails: `(${column} IS NOT NULL AND NOT (${isWhole}))`,
    }
  }
  return null
}
