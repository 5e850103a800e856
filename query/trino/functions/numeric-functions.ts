// Mathematical functions (trino.io/docs/current/functions/math.html).
import { isIntegerType, isNumericType } from '../coercion.ts'
import { compileArithmetic } from '../compile/compile-operators.ts'
import { isComposite } from '../compile/sort-key.ts'
import { failing, type Typed, unified } from '../compile/typed.ts'
import {
  bigintType,
  booleanType,
  decimalType,
  doubleType,
  engineType,
  integerType,
  type TrinoType,
  typeText,
  varcharType,
} from '../types.ts'
import { round, sign, truncate } from './rounding-functions.ts'
import { type FunctionCompiler, type Functions, fixed, mismatch } from './signature.ts'

const ofDouble = (sql: (value: string) => string): FunctionCompiler =>
  withNaN(fixed([doubleType], doubleType, sql))

/** A function whose result may be NaN, whatever its arguments are. */
function withNaN(compile: FunctionCompiler): FunctionCompiler {
  return (values, at, compiler) => ({ ...compile(values, at, compiler), mayBeNaN: true })
}

/** Keeps the type of its one numeric argument. */
const sameNumber =
  (sql: (value: string, type: TrinoType) => string): FunctionCompiler =>
  (values, at, compiler) => {
    const [value] = values
    if (value === undefined || values.length !== 1 || !isNumericType(value.type)) {
      return mismatch(values, 'number', at, compiler)
    }
    return { ...value, sql: sql(value.sql, value.type) }
  }

/** ceiling and floor: whole numbers stay, decimals lose their scale. */
const toWhole =
  (name: 'ceil' | 'floor'): FunctionCompiler =>
  (values, at, compiler) => {
    const [value] = values
    if (value === undefined || values.length !== 1 || !isNumericType(value.type)) {
      return mismatch(values, 'number', at, compiler)
    }
    const { type, sql } = value
    if (isIntegerType(type)) return value
    if (type.kind !== 'decimal') {
      return { ...value, sql: `CAST(${name}(${sql}) AS ${engineType(type)})` }
    }
    const whole = decimalType(Math.min(38, Math.max(1, type.precision - type.scale + 1)), 0)
    const widened = type.scale === 0 ? decimalType(type.precision, 0) : whole
    return { sql: `CAST(${name}(${sql}) AS ${engineType(widened)})`, type: widened }
  }

const modulus: FunctionCompiler = (values, at, compiler) => {
  const [left, right, more] = values
  if (left === undefined || right === undefined || more !== undefined) {
    return mismatch(values, 'number, number', at, compiler)
  }
  return compileArithmetic('%', left, right, at, compiler)
}

/** Null where any argument is null, as Trino has it; the engine passes over nulls. */
const extreme =
  (name: 'greatest' | 'least'): FunctionCompiler =>
  (values, at, compiler) => {
    if (values.length === 0) return mismatch(values, 'values', at, compiler)
    const place = compiler.place(at)
    const { values: items, type } = unified(values, `All ${name} arguments`, place)
    const texts = items.map(({ sql }) => sql)
    const length = texts.reduce((total, text) => total + text.length, 0)
    const mayBeNaN = items.some((item) => item.mayBeNaN === true)
    if (isComposite(type)) {
      compiler.fail('NOT_SUPPORTED', `${name} of ${typeText(type)} is not supported`, at)
    }
    // NaN is the answer where there is nothing else; to the engine it is the largest number.
    const avoidsNaN = name === 'greatest' && mayBeNaN
    const done = (sql: string): Typed => ({ sql, type, mayBeNaN })
    const operator = name === 'greatest' ? '>=' : '<='
    if (length <= 2_000) {
      const isNull = texts.map((text) => `${text} IS NULL`).join(' OR ')
      const numbers = texts.map((text) => `CASE WHEN isnan(${text}) THEN NULL ELSE ${text} END`)
      const best = avoidsNaN
        ? `coalesce(greatest(${numbers.join(', ')}), CAST('NaN' AS ${engineType(type)}))`
        : `${name}(${texts.join(', ')})`
      return done(`(CASE WHEN NOT (${isNull}) THEN ${best} END)`)
    }
    // Each argument once: nested calls would double the text at every level otherwise.
    const other = avoidsNaN ? 'WHEN isnan(x) THEN y WHEN isnan(y) THEN x ' : ''
    const pick =
      `CASE WHEN x IS NULL OR y IS NULL THEN NULL ${other}` +
      `WHEN x ${operator} y THEN x ELSE y END`
    return done(`list_reduce([${texts.join(', ')}], lambda x, y: ${pick})`)
  }

/** Java has NaN where C has 1: an exponent that is NaN, and the powers of 1 that are infinite. */
const power: FunctionCompiler = withNaN(
  fixed(
    [doubleType, doubleType],
    doubleType,
    (base, exponent) =>
      `(CASE WHEN isfinite(${exponent}) THEN pow(${base}, ${exponent}) ` +
      `WHEN isnan(${exponent}) OR abs(${base}) = 1 THEN ` +
      `CASE WHEN ${base} IS NOT NULL THEN CAST('NaN' AS DOUBLE) END ` +
      `ELSE pow(${base}, ${exponent}) END)`,
  ),
)

/** The engine refuses what Trino gives NaN or infinity for. */
const guarded = (name: string, isRight: (value: string) => string, zero: string) =>
  ofDouble(
    (value) =>
      `(CASE WHEN ${value} = 0 THEN CAST('${zero}' AS DOUBLE) WHEN ${isRight(value)} ` +
      `THEN ${name}(${value}) WHEN ${value} IS NOT NULL THEN CAST('NaN' AS DOUBLE) END)`,
  )

/** NaN for what is not finite, where the engine fails. */
const ofFinite = (name: string) =>
  ofDouble(
    (value) =>
      `(CASE WHEN isfinite(${value}) THEN ${name}(${value}) ` +
      `WHEN ${value} IS NOT NULL THEN CAST('NaN' AS DOUBLE) END)`,
  )

/** The engine's root may be off by the last digit; one step of Newton's method sets it right. */
const cubeRoot = ofDouble(
  (value) =>
    `list_extract(list_transform([${value}], lambda x: CASE WHEN x = 0 OR NOT isfinite(x) THEN x ` +
    `ELSE cbrt(x) - (cbrt(x) * cbrt(x) * cbrt(x) - x) / (3 * cbrt(x) * cbrt(x)) END), 1)`,
)

const positive = (value: string): string => `${value} > 0`

/** A text of digits in a base as a number; hexadecimal and its kin. */
const fromBase: FunctionCompiler = (values, at, compiler) => {
  const [text, radix] = values
  const base = /^CAST\((\d+) AS INTEGER\)$/.exec(radix?.sql ?? '')?.[1]
  if (text === undefined || text.type.kind !== 'varchar' || values.length !== 2) {
    return mismatch(values, 'varchar, integer', at, compiler)
  }
  if (base !== '16' && base !== '2' && base !== '10') {
    return compiler.fail('NOT_SUPPORTED', 'from_base has bases 2, 10 and 16 here', at)
  }
  // Negative numbers of the other bases, and what is too large, are refused by name.
  const digits = { '2': '[01]{1,63}', '10': '[+-]?[0-9]+', '16': '[0-9a-fA-F]{1,16}' }[base]
  const read = {
    '2': `CAST(('0b' || ${text.sql}) AS BIGINT)`,
    '10': `CAST(${text.sql} AS BIGINT)`,
    '16': `CAST(('0x' || ${text.sql}) AS BIGINT)`,
  }[base]
  const message = `Not a valid base-${base} number`
  const error = failing('INVALID_FUNCTION_ARGUMENT', message, bigintType)
  const isRight = `regexp_full_match(${text.sql}, '${digits}')`
  return {
    sql: `(CASE WHEN ${isRight} THEN ${read} WHEN ${text.sql} IS NOT NULL THEN ${error} END)`,
    type: bigintType,
  }
}

const absolute = sameNumber((value, type) => `CAST(abs(${value}) AS ${engineType(type)})`)

export const numericFunctions: Functions = {
  abs: absolute,
  ceil: toWhole('ceil'),
  ceiling: toWhole('ceil'),
  floor: toWhole('floor'),
  round,
  mod: modulus,
  greatest: extreme('greatest'),
  least: extreme('least'),
  pow: power,
  power,
  sqrt: ofDouble(
    (value) =>
      `(CASE WHEN ${value} >= 0 THEN sqrt(${value}) ` +
      `WHEN ${value} < 0 THEN CAST('NaN' AS DOUBLE) END)`,
  ),
  cbrt: cubeRoot,
  exp: ofDouble((value) => `exp(${value})`),
  ln: guarded('ln', positive, '-Infinity'),
  log10: guarded('log10', positive, '-Infinity'),
  log2: guarded('log2', positive, '-Infinity'),
  sin: ofFinite('sin'),
  cos: ofFinite('cos'),
  tan: ofFinite('tan'),
  atan: ofDouble((value) => `atan(${value})`),
  radians: ofDouble((value) => `radians(${value})`),
  degrees: ofDouble((value) => `degrees(${value})`),
  atan2: withNaN(fixed([doubleType, doubleType], doubleType, (y, x) => `atan2(${y}, ${x})`)),
  pi: fixed([], doubleType, () => 'pi()'),
  e: fixed([], doubleType, () => 'exp(CAST(1 AS DOUBLE))'),
  nan: withNaN(fixed([], doubleType, () => "CAST('NaN' AS DOUBLE)")),
  infinity: fixed([], doubleType, () => "CAST('Infinity' AS DOUBLE)"),
  is_nan: fixed([doubleType], booleanType, (value) => `isnan(${value})`),
  is_finite: fixed([doubleType], booleanType, (value) => `isfinite(${value})`),
  is_infinite: fixed([doubleType], booleanType, (value) => `isinf(${value})`),
  sign,
  truncate,
  from_base: fromBase,
  to_base: fixed(
    [bigintType, bigintType],
    varcharType,
    (value, radix) => `lower(to_base(${value}, CAST(${radix} AS INTEGER)))`,
  ),
  bitwise_and: fixed([bigintType, bigintType], bigintType, (a, b) => `(${a} & ${b})`),
  bitwise_or: fixed([bigintType, bigintType], bigintType, (a, b) => `(${a} | ${b})`),
  bitwise_not: fixed([bigintType], bigintType, (a) => `(~${a})`),
  bitwise_xor: fixed([bigintType, bigintType], bigintType, (a, b) => `xor(${a}, ${b})`),
  width_bucket: fixed(
    [doubleType, doubleType, doubleType, integerType],
    bigintType,
    (x, low, high, count) =>
      `CAST(CASE WHEN ${low} >= ${high} OR ${count} < 1 OR isnan(${x}) THEN ` +
      `${failing('NOT_SUPPORTED', 'width_bucket needs rising bounds and a number', bigintType)} ` +
      `WHEN ${x} < ${low} THEN 0 WHEN ${x} >= ${high} THEN ${count} + 1 ` +
      `ELSE floor(${count} * (${x} - ${low}) / (${high} - ${low})) + 1 END AS BIGINT)`,
  ),
}
