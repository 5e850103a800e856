// Casts with Trino's meaning, each pair of types stated. What the engine would read more freely
// (`'1.5'` as an integer) is asked for its form first; what differs and cannot be stated is refused.
import { canCoerce, isIntegerType, isNumericType } from '../coercion.ts'
import { engineType, sameType, type TrinoType, typeText } from '../types.ts'
import type { Compiler } from './compiler.ts'
import { roundedTime, roundedTimestamp, textAsValue } from './text-values.ts'
import { failing, type Typed } from './typed.ts'
import { unsupportedText, valueAsText } from './value-texts.ts'

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
  if (value.type.kind === 'double' && type.kind === 'real') return doubleAsReal(value.sql)
  // Halves away from zero, where the engine would round them to even.
  if (isFloating && isIntegerType(type))
    return `${cast}(round(${value.sql}) AS ${engineType(type)})`
  return `${cast}(${value.sql} AS ${engineType(type)})`
}

/** Doubles beyond the largest real are infinite; the engine would refuse them. */
const doubleAsReal = (sql: string): string =>
  `(CASE WHEN abs(${sql}) < 3.4028235677973366e38 OR NOT isfinite(${sql}) ` +
  `THEN CAST(${sql} AS FLOAT) WHEN ${sql} > 0 THEN CAST('Infinity' AS FLOAT) ` +
  `WHEN ${sql} < 0 THEN CAST('-Infinity' AS FLOAT) END)`

const permitted: Readonly<Record<string, readonly string[]>> = {
  boolean: ['tinyint', 'smallint', 'integer', 'bigint', 'real', 'double', 'decimal'],
  date: ['timestamp'],
  timestamp: ['date', 'timestamp', 'time'],
  time: ['time', 'timestamp'],
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
    const sql = textAsValue(value.sql, type, engine, safe)
    if (sql !== null) return done(sql, { mayBeNaN: type.kind === 'double' || type.kind === 'real' })
  } else if (type.kind === 'varchar') {
    const text =
      valueAsText(value.sql, from) ?? compiler.fail('NOT_SUPPORTED', unsupportedText(from), at)
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
    return castMoment(value, type, safe, compiler)
  }
  const nested = castNested(value, type, safe, at, compiler)
  if (nested !== null) return nested
  return compiler.fail('TYPE_MISMATCH', `Cannot cast ${typeText(from)} to ${typeText(type)}`, at)
}

/** A cast of arrays, maps and rows is one of what they hold; null: it is none of these. */
function castNested(
  { sql, type: from }: Typed,
  type: TrinoType,
  safe: boolean,
  at: number,
  compiler: Compiler,
): Typed | null {
  const inner = (part: string, own: TrinoType, wanted: TrinoType): string =>
    compileCast({ sql: part, type: own, mayBeNaN: true }, wanted, safe, at, compiler).sql
  const item = compiler.fresh('x')
  if (safe && ['array', 'map', 'row'].includes(type.kind)) {
    // Where one part cannot be read, Trino gives null for the whole.
    compiler.fail('NOT_SUPPORTED', `TRY_CAST to ${typeText(type)} is not supported`, at)
  }
  if (from.kind === 'array' && type.kind === 'array') {
    const cast = inner(item, from.element, type.element)
    return { sql: `list_transform(${sql}, lambda ${item}: ${cast})`, type, mayBeNaN: true }
  }
  if (from.kind === 'map' && type.kind === 'map') {
    refuseKeys(type.key, at, compiler)
    const key = inner(`${item}.key`, from.key, type.key)
    const cast = inner(`${item}.value`, from.value, type.value)
    const entry = `lambda ${item}: struct_pack(k := ${key}, v := ${cast})`
    return { sql: `map_from_entries(list_transform(map_entries(${sql}), ${entry}))`, type }
  }
  if (from.kind !== 'row' || type.kind !== 'row') return null
  if (from.fields.length !== type.fields.length) return null
  const fields = type.fields.map((field, index) => {
    const own = from.fields[index]?.type ?? field.type
    return `f${index + 1} := ${inner(`struct_extract(${item}, 'f${index + 1}')`, own, field.type)}`
  })
  const row = `CASE WHEN ${item} IS NOT NULL THEN struct_pack(${fields.join(', ')}) END`
  return { sql: `list_extract(list_transform([${sql}], lambda ${item}: ${row}), 1)`, type }
}

/** Keys that both engines tell apart alike. */
export function refuseKeys(type: TrinoType, at: number, compiler: Compiler): void {
  const isPlain = isIntegerType(type) || ['varchar', 'date', 'boolean', 'uuid'].includes(type.kind)
  if (isPlain || type.kind === 'decimal' || type.kind === 'unknown') return
  compiler.fail('NOT_SUPPORTED', `keys of a map of type ${typeText(type)} are not supported`, at)
}

function castVarchar(value: Typed, type: TrinoType & { readonly kind: 'varchar' }): Typed {
  const { length } = value.type as TrinoType & { readonly kind: 'varchar' }
  const fits = type.length === null || (length !== null && length <= type.length)
  if (fits) return { ...value, type }
  return { sql: `left(${value.sql}, ${type.length})`, type }
}

function castMoment(value: Typed, type: TrinoType, safe: boolean, compiler: Compiler): Typed {
  const cast = safe ? 'TRY_CAST' : 'CAST'
  const { type: from, sql } = value
  if (from.kind === 'boolean' && type.kind === 'decimal') {
    return { sql: `${cast}(CAST(${sql} AS INTEGER) AS ${engineType(type)})`, type }
  }
  if (from.kind === 'time' && type.kind === 'time') {
    return { sql: roundedTime(sql, from.precision, type.precision), type }
  }
  // The session's zone is UTC: with it, a local time and an instant are the same.
  const isZoned = from.kind === 'timestamp' && from.withTimeZone
  const local = isZoned ? `timezone('UTC', ${sql})` : sql
  if (from.kind === 'timestamp' && type.kind === 'time') {
    return { sql: roundedTime(`CAST(${local} AS TIME)`, from.precision, type.precision), type }
  }
  if (type.kind !== 'timestamp') return { sql: `${cast}(${local} AS ${engineType(type)})`, type }
  const precision = from.kind === 'timestamp' || from.kind === 'time' ? from.precision : 0
  const today = `CAST(TIMESTAMP '${compiler.session.startedAt}' AS DATE)`
  const moment = from.kind === 'time' ? `(${today} + ${local})` : `${cast}(${local} AS TIMESTAMP)`
  const rounded = roundedTimestamp(moment, precision, type.precision)
  return { sql: type.withTimeZone ? `timezone('UTC', ${rounded})` : rounded, type }
}
