// Operators with Trino's meaning: comparisons in which NaN is equal to nothing, whole-number
// division that truncates and fails on zero, dates that stay dates.
import { commonType, isIntegerType, isNumericType } from '../coercion.ts'
import type { ArithmeticOperator, ComparisonOperator } from '../syntax.ts'
import { booleanType, type TrinoType, typeText, varcharType } from '../types.ts'
import type { Compiler } from './compiler.ts'
import { decimalArithmetic } from './decimal-arithmetic.ts'
import { isComposite } from './sort-key.ts'
import { coerced, expectType, failing, type Typed, unified } from './typed.ts'

const isFloating = ({ kind }: TrinoType): boolean => kind === 'real' || kind === 'double'

/** Rows that are written out are equal field by field; nulls in others are seen apart. */
function compareRows(
  operator: ComparisonOperator,
  left: Typed,
  right: Typed,
  at: number,
  compiler: Compiler,
): Typed {
  const [first, second] = [left.parts, right.parts]
  const isEquality = operator === '=' || operator === '<>'
  if (!isEquality || first === undefined || second === undefined) {
    const what = `comparing values of ${typeText(left.type)} is not supported`
    return compiler.fail('NOT_SUPPORTED', what, at)
  }
  const tests = first.map((part, index) => {
    const other = second[index]
    if (other === undefined) throw new Error('rows of one type have as many fields')
    return compileComparison('=', part, other, at, compiler).sql
  })
  const sql = `(${tests.join(' AND ')})`
  return { sql: operator === '=' ? sql : `(NOT ${sql})`, type: booleanType }
}

/** `left <operator> right`. Comparisons with NaN are false, `<>` true (IEEE 754). */
export function compileComparison(
  operator: ComparisonOperator,
  left: Typed,
  right: Typed,
  at: number,
  compiler: Compiler,
): Typed {
  const place = compiler.place(at)
  const { values, type } = unified([left, right], `Cannot apply operator ${operator}`, place)
  if (isComposite(type)) return compareRows(operator, left, right, at, compiler)
  const [first, second] = values
  if (first === undefined || second === undefined) throw new Error('two values were unified')
  const sql = `(${first.sql} ${operator} ${second.sql})`
  const wrong = isFloating(type) ? wrongForNaN(operator, first, second) : null
  if (wrong === null) return { sql, type: booleanType }
  const whenNaN = operator === '<>' ? 'true' : 'false'
  return { sql: `(CASE WHEN ${wrong} THEN ${whenNaN} ELSE ${sql} END)`, type: booleanType }
}

/** When the engine, to which NaN is the largest number and its own equal, answers wrongly. */
function wrongForNaN(operator: ComparisonOperator, left: Typed, right: Typed): string | null {
  const testOf = ({ sql }: Typed) => `isnan(${sql})`
  if (operator === '=' || operator === '<>') {
    const both = left.mayBeNaN === true && right.mayBeNaN === true
    return both ? `${testOf(left)} AND ${testOf(right)}` : null
  }
  const [larger, smaller] = operator.startsWith('>') ? [left, right] : [right, left]
  return larger.mayBeNaN === true ? `${testOf(larger)} AND ${smaller.sql} IS NOT NULL` : null
}

/** A condition: TYPE_MISMATCH where the value is no boolean. */
export function asCondition(value: Typed, what: string, at: number, compiler: Compiler): string {
  return expectType(value, booleanType, what, compiler.place(at)).sql
}

const isInterval = ({ kind }: TrinoType): boolean => kind.startsWith('interval')

/** `left <operator> right` of numbers, and of dates with intervals. */
export function compileArithmetic(
  operator: ArithmeticOperator,
  left: Typed,
  right: Typed,
  at: number,
  compiler: Compiler,
): Typed {
  if (isInterval(left.type) || isInterval(right.type)) {
    return compileInterval(operator, left, right, at, compiler)
  }
  const what = `Cannot apply operator: ${typeText(left.type)} ${operator} ${typeText(right.type)}`
  const type = commonType(left.type, right.type)
  if (operator === '-' && left.type.kind === 'date' && right.type.kind === 'date') {
    const days = `CAST(date_diff('day', ${right.sql}, ${left.sql}) AS INTEGER)`
    return { sql: `to_days(${days})`, type: { kind: 'interval day to second' } }
  }
  const isMoment = ({ kind }: TrinoType) => kind === 'timestamp' || kind === 'time'
  if (operator === '-' && isMoment(left.type) && left.type.kind === right.type.kind) {
    compiler.fail('NOT_SUPPORTED', `${what} is not supported: use date_diff`, at)
  }
  const isNumber = (value: Typed) => isNumericType(value.type) || value.type.kind === 'unknown'
  if (type === null || !isNumber(left) || !isNumber(right)) {
    return compiler.fail('TYPE_MISMATCH', what, at)
  }
  if (type.kind === 'unknown') return { sql: 'CAST(NULL AS INTEGER)', type }
  if (type.kind === 'decimal') return decimalArithmetic(operator, left, right, at, compiler)
  const [first, second] = [coerced(left, type).sql, coerced(right, type).sql]
  if (isIntegerType(type)) {
    return { sql: integerArithmetic(operator, first, second, type), type }
  }
  // 0/0, inf−inf and their kin.
  return { sql: `(${first} ${operator} ${second})`, type, mayBeNaN: true }
}

function integerArithmetic(
  operator: ArithmeticOperator,
  left: string,
  right: string,
  type: TrinoType,
): string {
  if (operator !== '/' && operator !== '%') return `(${left} ${operator} ${right})`
  const engineOperator = operator === '/' ? '//' : '%'
  // A literal that is not zero needs no question.
  if (/^CAST\(-?[1-9]\d* AS [A-Z]+\)$/.test(right)) return `(${left} ${engineOperator} ${right})`
  const error = failing('DIVISION_BY_ZERO', 'Division by zero', type)
  return `(${left} ${engineOperator} (CASE WHEN ${right} = 0 THEN ${error} ELSE ${right} END))`
}

function compileInterval(
  operator: ArithmeticOperator,
  left: Typed,
  right: Typed,
  at: number,
  compiler: Compiler,
): Typed {
  const what = `Cannot apply operator: ${typeText(left.type)} ${operator} ${typeText(right.type)}`
  const isSum = operator === '+' || operator === '-'
  const isLeft = !isInterval(left.type)
  const [moment, interval] = isLeft ? [left, right] : [right, left]
  const fits =
    isSum && isInterval(interval.type) && (isLeft || operator === '+') && !isInterval(moment.type)
  if (!fits) return compiler.fail('NOT_SUPPORTED', `${what} is not supported`, at)
  if (moment.type.kind === 'date') {
    // Intervals of a date are whole days, months or years: the answer is a date again.
    if (!/^\(?-?to_(days|weeks|months|years)\(/.test(interval.sql)) {
      const why = 'Cannot add hour, minutes or seconds to a date'
      compiler.fail('INVALID_FUNCTION_ARGUMENT', why, at)
    }
    return { sql: `CAST((${moment.sql} ${operator} ${interval.sql}) AS DATE)`, type: moment.type }
  }
  const { type } = moment
  const isDays = interval.type.kind === 'interval day to second'
  if (type.kind === 'timestamp' || (type.kind === 'time' && isDays)) {
    // An interval of days to seconds has milliseconds, and so has what it is added to.
    const precision = isDays ? Math.max(3, type.precision) : type.precision
    return { sql: `(${moment.sql} ${operator} ${interval.sql})`, type: { ...type, precision } }
  }
  return compiler.fail('TYPE_MISMATCH', what, at)
}

/** `-value`. */
export function compileNegation(value: Typed, at: number, compiler: Compiler): Typed {
  if (isNumericType(value.type) || isInterval(value.type)) {
    return { ...value, sql: `(-${value.sql})` }
  }
  return compiler.fail('TYPE_MISMATCH', `Cannot negate ${typeText(value.type)}`, at)
}

/** `a || b || …` of texts, binaries or arrays. */
export function compileConcat(values: readonly Typed[], at: number, compiler: Compiler): Typed {
  const { values: terms, type } = unified(values, 'Cannot concatenate', compiler.place(at))
  const { kind } = type
  if (kind !== 'varchar' && kind !== 'varbinary' && kind !== 'array' && kind !== 'unknown') {
    compiler.fail('TYPE_MISMATCH', `Cannot concatenate ${typeText(type)}`, at)
  }
  const sql = `(${terms.map((term) => term.sql).join(' || ')})`
  return { sql, type: kind === 'varchar' ? varcharType : type }
}
