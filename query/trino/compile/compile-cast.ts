// Casts with Trino's meaning, each pair of types stated. What the engine would read more freely
// (`'1.5'` as an integer) is asked for its form first; what differs and cannot be stated is refused.
import { canCoerce, isIntegerType, isNumericType } from '../coercion.ts'
import { engineType, sameType, type TrinoType, typeText } from '../types.ts'
import type { Compiler } from './compiler.ts'
import { failing, quoted, type Typed } from './typed.ts'

/** Forms of texts that a cast reads; blanks around them are permitted. */
const textForms: Readonly<Record<string, string>> = {
  tinyint: '[+-]?[0-9]+',
  smallint: '[+-]?[0-9]+',
  integer: '[+-]?[0-9]+',
  bigint: '[+-]?[0-9]+',
  real: '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?|NaN|[+-]?Infinity',
  double: '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?|NaN|[+-]?Infinity',
  decimal: '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)',
  date: '\\s*[+-]?[0-9]{4,7}-[0-9]{1,2}-[0-9]{1,2}\\s*',
  timestamp:
    '\\s*[+-]?[0-9]{4,6}-[0-9]{1,2}-[0-9]{1,2}' +
    '([ T][0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\\.[0-9]{1,6})?)?)?\\s*',
  boolean: '[tT]|[fF]|[tT][rR][uU][eE]|[fF][aA][lL][sS][eE]|1|0',
  uuid: '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}',
}

function fromText(value: Typed, type: TrinoType, safe: boolean): string | null {
  const form = textForms[type.kind]
  if (form === undefined || (type.kind === 'timestamp' && type.withTimeZone)) return null
  const engine = engineType(type)
  // A value of the right form may still be out of range: the engine says so, or TRY_CAST gives null.
  const isRight = `regexp_full_match(${value.sql}, ${quoted(form)})`
  if (safe) return `(CASE WHEN ${isRight} THEN TRY_CAST(${value.sql} AS ${engine}) END)`
  const message = `Cannot cast value to ${typeText(type)}`
  const error = failing('INVALID_CAST_ARGUMENT', message, type)
  const cast = `CAST(${value.sql} AS ${engine})`
  return `(CASE WHEN ${isRight} THEN ${cast} WHEN ${value.sql} IS NOT NULL THEN ${error} END)`
}

/** A double as Java writes it: `1.0E2`, `-1.5E-3`, `0E0`; its digits are the fewest that tell it. */
function doubleText(sql: string): string {
  const plain = 'CAST(abs(v) AS VARCHAR)'
  const mantissa = `split_part(${plain}, 'e', 1)`
  const whole = `split_part(${mantissa}, '.', 1)`
  const all = `replace(${mantissa}, '.', '')`
  const digits = `rtrim(ltrim(${all}, '0'), '0')`
  const zeros = `(length(${all}) - length(ltrim(${all}, '0')))`
  const shift = `coalesce(TRY_CAST(split_part(${plain}, 'e', 2) AS INTEGER), 0)`
  const exponent = `(length(${whole}) - 1 - ${zeros} + ${shift})`
  const sign = `CASE WHEN signbit(v) THEN '-' ELSE '' END`
  const fraction = `CASE WHEN length(${digits}) = 1 THEN '0' ELSE substring(${digits}, 2) END`
  const number =
    `(${sign}) || left(${digits}, 1) || '.' || (${fraction}) || 'E' || ` +
    `CAST(${exponent} AS VARCHAR)`
  const special =
    `WHEN isnan(v) THEN 'NaN' WHEN v = 0 THEN (${sign}) || '0E0' ` +
    `WHEN isinf(v) THEN (${sign}) || 'Infinity'`
  const text = `CASE ${special} WHEN v IS NOT NULL THEN ${number} END`
  return `list_extract(list_transform([${sql}], lambda v: ${text}), 1)`
}

function toText(value: Typed, at: number, compiler: Compiler): string {
  const { type, sql } = value
  const isPlain = isIntegerType(type) || ['boolean', 'date', 'uuid', 'decimal'].includes(type.kind)
  if (isPlain) return `CAST(${sql} AS VARCHAR)`
  if (type.kind === 'timestamp' && !type.withTimeZone) {
    const digits = type.precision === 0 ? '' : `.%f`
    const text = `strftime(${sql}, '%Y-%m-%d %H:%M:%S${digits}')`
    const cut = 6 - type.precision
    return type.precision === 0 || cut === 0 ? text : `left(${text}, -${cut})`
  }
  if (type.kind === 'double') return doubleText(sql)
  return compiler.fail(
    'NOT_SUPPORTED',
    `a cast from ${typeText(type)} to varchar is not supported`,
    at,
  )
}

function numberToNumber(
  value: Typed,
  type: TrinoType,
  safe: boolean,
  at: number,
  compiler: Compiler,
): string {
  if (value.type.kind === 'real' && type.kind === 'decimal') {
    compiler.fail('NOT_SUPPORTED', 'casts from real to decimal are not supported', at)
  }
  // Trino rounds the digits that a double is written with, the engine its binary value.
  if (value.type.kind === 'double' && type.kind === 'decimal') {
    const digits = `CAST(${value.sql} AS VARCHAR)`
    return `${safe ? 'TRY_CAST' : 'CAST'}(${digits} AS ${engineType(type)})`
  }
  const cast = safe ? 'TRY_CAST' : 'CAST'
  const isFloating = value.type.kind === 'double' || value.type.kind === 'real'
  // Halves away from zero, where the engine would round them to even.
  if (isFloating && isIntegerType(type))
    return `${cast}(round(${value.sql}) AS ${engineType(type)})`
  return `${cast}(${value.sql} AS ${engineType(type)})`
}

const permitted: Readonly<Record<string, readonly string[]>> = {
  boolean: ['tinyint', 'smallint', 'integer', 'bigint', 'real', 'double'],
  date: ['timestamp'],
  timestamp: ['date', 'timestamp', 'time'],
  varchar: ['varbinary'],
}

/** `CAST(value AS type)`, or TRY_CAST where `safe`. */
export function compileCast(
  value: Typed,
  type: TrinoType,
  safe: boolean,
  at: number,
  compiler: Compiler,
): Typed {
  if (type.kind === 'char' || type.kind === 'json') {
    compiler.fail('NOT_SUPPORTED', `casts to ${typeText(type)} are not supported`, at)
  }
  const from = value.type
  const engine = engineType(type)
  const done = (sql: string, more: Partial<Typed> = {}): Typed => ({ ...more, sql, type })
  if (from.kind === 'unknown') return done(`CAST(NULL AS ${engine})`)
  if (from.kind === 'varchar' && type.kind === 'varchar') return castVarchar(value, type)
  if (sameType(from, type)) return { ...value, type }
  if (from.kind === 'varchar') {
    const sql = fromText(value, type, safe)
    if (sql !== null) return done(sql, { mayBeNaN: type.kind === 'double' || type.kind === 'real' })
  } else if (type.kind === 'varchar') {
    const text = toText(value, at, compiler)
    if (type.length === null) return done(text)
    const message = `Value cannot be represented as ${typeText(type)}`
    const error = failing('INVALID_CAST_ARGUMENT', message, type)
    const otherwise = safe ? '' : ` WHEN ${text} IS NOT NULL THEN ${error}`
    return done(`(CASE WHEN length(${text}) <= ${type.length} THEN ${text}${otherwise} END)`)
  } else if (isNumericType(from) && isNumericType(type)) {
    return done(numberToNumber(value, type, safe, at, compiler), {
      mayBeNaN: value.mayBeNaN === true,
    })
  } else if (isNumericType(from) && type.kind === 'boolean') {
    return done(`(${value.sql} <> 0)`)
  } else if (permitted[from.kind]?.includes(type.kind) === true || canCoerce(from, type)) {
    return castMoment(value, type, safe)
  }
  return compiler.fail('TYPE_MISMATCH', `Cannot cast ${typeText(from)} to ${typeText(type)}`, at)
}

function castVarchar(value: Typed, type: TrinoType & { readonly kind: 'varchar' }): Typed {
  const { length } = value.type as TrinoType & { readonly kind: 'varchar' }
  const fits = type.length === null || (length !== null && length <= type.length)
  if (fits) return { ...value, type }
  return { sql: `left(${value.sql}, ${type.length})`, type }
}

function castMoment(value: Typed, type: TrinoType, safe: boolean): Typed {
  const cast = safe ? 'TRY_CAST' : 'CAST'
  if (value.type.kind === 'varchar' && type.kind === 'varbinary') {
    return { sql: `encode(${value.sql})`, type }
  }
  const isZoned = (candidate: TrinoType) => candidate.kind === 'timestamp' && candidate.withTimeZone
  // The session's zone is UTC: with it, a local time and an instant are the same.
  if (isZoned(value.type) && !isZoned(type)) {
    const local = `timezone('UTC', ${value.sql})`
    return { sql: `${cast}(${local} AS ${engineType(type)})`, type }
  }
  if (isZoned(type) && !isZoned(value.type)) {
    return { sql: `timezone('UTC', ${cast}(${value.sql} AS TIMESTAMP))`, type }
  }
  if (value.type.kind === 'timestamp' && type.kind === 'timestamp') {
    return { sql: roundedTimestamp(value.sql, value.type.precision, type.precision), type }
  }
  return { sql: `${cast}(${value.sql} AS ${engineType(type)})`, type }
}

/** Fewer digits of the second, halves up, as Trino rounds timestamps. */
function roundedTimestamp(sql: string, from: number, to: number): string {
  if (to >= from) return sql
  const unit = 10 ** (6 - to)
  const units = `floor((epoch_us(${sql}) + ${unit / 2}) / ${unit})`
  return `make_timestamp(CAST(${units} AS BIGINT) * ${unit})`
}
