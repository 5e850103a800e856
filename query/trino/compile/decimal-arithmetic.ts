// Arithmetic of decimals with Trino's types and rounding (io.trino.type.DecimalOperators). Sums and
// products are the engine's, in a type that is wide enough; quotients are made of whole numbers,
// because the engine divides decimals as doubles.
import { asDecimal } from '../coercion.ts'
import type { ArithmeticOperator } from '../syntax.ts'
import { decimalType, engineType, type TrinoType } from '../types.ts'
import type { Compiler } from './compiler.ts'
import { coerced, type Typed } from './typed.ts'

interface Digits {
  readonly precision: number
  readonly scale: number
}

const digitsMax = 38

/** `left <operator> right` of decimals and whole numbers, one of them at least a decimal. */
export function decimalArithmetic(
  operator: ArithmeticOperator,
  left: Typed,
  right: Typed,
  at: number,
  compiler: Compiler,
): Typed {
  const first = asDecimal(left.type) ?? { precision: 1, scale: 0 }
  const second = asDecimal(right.type) ?? { precision: 1, scale: 0 }
  if (operator === '/') return quotient(left, right, first, second, at, compiler)
  if (operator === '%') return remainder(left, right, first, second, at, compiler)
  const isProduct = operator === '*'
  const scale = isProduct ? first.scale + second.scale : Math.max(first.scale, second.scale)
  if (scale > digitsMax) {
    compiler.fail('INVALID_FUNCTION_ARGUMENT', 'DECIMAL scale must be in range [0, 38]', at)
  }
  const whole = Math.max(first.precision - first.scale, second.precision - second.scale)
  const precision = isProduct ? first.precision + second.precision : whole + scale + 1
  const type = decimalType(Math.min(digitsMax, precision), scale)
  // Widened before the operation, so that the engine's own choice of a type plays no part.
  const operand = (value: Typed, own: Digits) =>
    coerced(value, isProduct ? decimalType(own.precision, own.scale) : type).sql
  const result = `${operand(left, first)} ${operator} ${operand(right, second)}`
  return { sql: `CAST(${result} AS ${engineType(type)})`, type }
}

/** A decimal times a power of ten, as a whole number of up to 38 digits. */
function unscaled(value: Typed, { precision, scale }: Digits, power: number): string | null {
  if (precision - scale + power > digitsMax || power < scale) return null
  // The engine's widest decimal holds the value with `power` digits behind the point.
  const wide = coerced(value, decimalType(digitsMax, power)).sql
  if (power === 0) return `CAST(${wide} AS HUGEINT)`
  return `CAST(replace(CAST(${wide} AS VARCHAR), '.', '') AS HUGEINT)`
}

/** The decimal of a whole number of its last digits. */
function rescaled(sql: string, type: TrinoType & { readonly kind: 'decimal' }): string {
  const { precision, scale } = type
  if (scale === 0) return `CAST(${sql} AS ${engineType(type)})`
  const one = `CAST('0.${'0'.repeat(scale - 1)}1' AS DECIMAL(${scale}, ${scale}))`
  const whole = `CAST(${sql} AS DECIMAL(${precision}, 0))`
  return `CAST(${whole} * ${one} AS ${engineType(type)})`
}

const tooWide = (at: number, compiler: Compiler): never =>
  compiler.fail(
    'NOT_SUPPORTED',
    'a quotient of decimals of so many digits is not supported: cast them to double',
    at,
  )

/** The error is a whole number too: a decimal beside it would make the division one of doubles. */
const nonZero = (sql: string): string =>
  `(CASE WHEN ${sql} = 0 THEN CAST(error('trino:DIVISION_BY_ZERO:Division by zero') AS HUGEINT) ` +
  `ELSE ${sql} END)`

function quotient(
  left: Typed,
  right: Typed,
  first: Digits,
  second: Digits,
  at: number,
  compiler: Compiler,
): Typed {
  const scale = Math.max(first.scale, second.scale)
  const wanted = first.precision + second.scale + Math.max(0, second.scale - first.scale)
  const type = decimalType(Math.min(digitsMax, wanted), scale) as DecimalType
  // left / right has `scale` digits where left has so many more than right; one is left for rounding.
  const numerator = unscaled(left, first, scale + second.scale)
  const denominator = unscaled(right, second, second.scale)
  const isNarrow = first.precision - first.scale + scale + second.scale < digitsMax
  if (numerator === null || denominator === null || !isNarrow) return tooWide(at, compiler)
  const n = 'x[1]'
  const d = nonZero('x[2]')
  // Halves away from zero.
  const half = `(abs(${n}) + abs(x[2]) // 2) // abs(${d})`
  const negative = `(${n} < 0) <> (x[2] < 0)`
  const result = `CASE WHEN ${negative} THEN -(${half}) ELSE ${half} END`
  const pair = `[${numerator}, ${denominator}]`
  const both = `CASE WHEN ${left.sql} IS NOT NULL AND ${right.sql} IS NOT NULL THEN ${pair} END`
  const sql = `list_extract(list_transform([${both}], lambda x: ${result}), 1)`
  return { sql: rescaled(sql, type), type }
}

type DecimalType = TrinoType & { readonly kind: 'decimal' }

function remainder(
  left: Typed,
  right: Typed,
  first: Digits,
  second: Digits,
  at: number,
  compiler: Compiler,
): Typed {
  const scale = Math.max(first.scale, second.scale)
  const digits = Math.min(first.precision - first.scale, second.precision - second.scale)
  const type = decimalType(Math.max(1, Math.min(digitsMax, digits + scale)), scale) as DecimalType
  const [dividend, divisor] = [unscaled(left, first, scale), unscaled(right, second, scale)]
  if (dividend === null || divisor === null) return tooWide(at, compiler)
  return { sql: rescaled(`(${dividend} % ${nonZero(divisor)})`, type), type }
}
