// Functions that round, with Trino's types and its rounding: halves away from zero, whole numbers that
// stay in their range, decimals that keep their scale.
import { asDecimal, isIntegerType, isNumericType } from '../coercion.ts'
import type { Compiler } from '../compile/compiler.ts'
import type { Typed } from '../compile/typed.ts'
import { decimalType, engineType, type TrinoType } from '../types.ts'
import { type FunctionCompiler, mismatch } from './signature.ts'

type DecimalType = TrinoType & { readonly kind: 'decimal' }

/** A whole number that is written out; null: it is something else. */
function literalInteger(value: Typed): number | null {
  const text = /^(?:CAST\((-?\d{1,9}) AS INTEGER\)|\(-CAST\((\d{1,9}) AS INTEGER\)\))$/.exec(
    value.sql,
  )
  if (text === null) return null
  return text[1] === undefined ? -Number(text[2]) : Number(text[1])
}

function roundedInteger(value: Typed, digits: number): Typed {
  if (digits >= 0) return value
  const { sql, type } = value
  if (digits < -18) return { ...value, sql: `(${sql} - ${sql})` }
  const unit = 10 ** -digits
  const wide = `CAST(${sql} AS HUGEINT)`
  const units = `((abs(${wide}) + ${unit / 2}) // ${unit}) * ${unit}`
  const signed = `CASE WHEN ${sql} < 0 THEN -(${units}) ELSE ${units} END`
  return { ...value, sql: `CAST((${signed}) AS ${engineType(type)})` }
}

function roundedDecimal(
  { sql, type }: Typed & { readonly type: DecimalType },
  digits: number | null,
  at: number,
  compiler: Compiler,
): Typed {
  const { precision, scale } = type
  if (digits === null) {
    const whole = decimalType(Math.min(38, precision - scale + Math.min(1, scale)), 0)
    return { sql: `CAST(${sql} AS ${engineType(whole)})`, type: whole }
  }
  const result = decimalType(Math.min(38, precision + 1), scale)
  if (digits >= scale) return { sql: `CAST(${sql} AS ${engineType(result)})`, type: result }
  if (digits < 0) {
    compiler.fail('NOT_SUPPORTED', 'round of a decimal before its point is not supported', at)
  }
  const cut = decimalType(Math.min(38, precision - scale + digits + 1), digits)
  return { sql: `CAST(CAST(${sql} AS ${engineType(cut)}) AS ${engineType(result)})`, type: result }
}

/** `round(x)`, `round(x, digits)`. */
export const round: FunctionCompiler = (values, at, compiler) => {
  const [value, digits, more] = values
  const isRight = value !== undefined && more === undefined && isNumericType(value.type)
  if (!isRight || (digits !== undefined && !isIntegerType(digits.type))) {
    return mismatch(values, 'number [, integer]', at, compiler)
  }
  const { type, sql } = value
  const places = digits === undefined ? 0 : literalInteger(digits)
  if (type.kind !== 'double' && type.kind !== 'real' && places === null) {
    return compiler.fail('NOT_SUPPORTED', 'the digits of round must be a literal here', at)
  }
  if (isIntegerType(type)) return roundedInteger(value, places ?? 0)
  if (type.kind === 'decimal') {
    return roundedDecimal({ ...value, type }, digits === undefined ? null : places, at, compiler)
  }
  if (places === 0) return { ...value, sql: `CAST(round(${sql}) AS ${engineType(type)})` }
  const power = places ?? `CAST(${digits?.sql} AS INTEGER)`
  const factor = `pow(CAST(10 AS DOUBLE), ${power})`
  const wide = `CAST(${sql} AS DOUBLE)`
  const scaled = `round(${wide} * ${factor}) / ${factor}`
  const rounded = `CASE WHEN isfinite(${sql}) THEN ${scaled} ELSE ${wide} END`
  return { ...value, sql: `CAST((${rounded}) AS ${engineType(type)})` }
}

/** `truncate(x)`: without what is behind the point. */
export const truncate: FunctionCompiler = (values, at, compiler) => {
  const [value, more] = values
  if (value === undefined || more !== undefined || !isNumericType(value.type)) {
    return mismatch(values, 'number', at, compiler)
  }
  const { type, sql } = value
  const digits = asDecimal(type)
  if (digits === null) return { ...value, sql: `CAST(trunc(${sql}) AS ${engineType(type)})` }
  const whole = decimalType(Math.max(1, digits.precision - digits.scale), 0)
  return { sql: `CAST(trunc(${sql}) AS ${engineType(whole)})`, type: whole }
}

/** `sign(x)`: -1, 0 or 1 in the type of x; of a decimal one digit. */
export const sign: FunctionCompiler = (values, at, compiler) => {
  const [value, more] = values
  if (value === undefined || more !== undefined || !isNumericType(value.type)) {
    return mismatch(values, 'number', at, compiler)
  }
  const { type, sql } = value
  if (type.kind === 'decimal') {
    const one = decimalType(1, 0)
    return { sql: `CAST(sign(${sql}) AS ${engineType(one)})`, type: one }
  }
  const result = `CAST(sign(${sql}) AS ${engineType(type)})`
  if (isIntegerType(type)) return { ...value, sql: result }
  // NaN and the zeros are their own sign.
  const isOwn = `isnan(${sql}) OR ${sql} = 0`
  return { ...value, sql: `(CASE WHEN ${isOwn} THEN ${sql} ELSE ${result} END)` }
}
