// Literals as the engine writes them, with the type that Trino gives them: `1.5` is a decimal(2,1),
// `'abc'` a varchar(3), `5000000000` a bigint.
import type { Literal } from '../syntax.ts'
import {
  bigintType,
  booleanType,
  dateType,
  decimalType,
  doubleType,
  engineType,
  integerType,
  resolveType,
  type TrinoType,
  typeText,
  unknownType,
  varbinaryType,
} from '../types.ts'
import type { Compiler } from './compiler.ts'
import { isDateText, isTimestampText, isTimeText, timestampPrecision } from './date-texts.ts'
import { quoted, type Typed } from './typed.ts'

const int64Max = 9_223_372_036_854_775_807n
const int32Max = 2_147_483_647n

function integerLiteral(text: string, at: number, compiler: Compiler): Typed {
  const value = BigInt(text)
  if (value > int64Max || value < -int64Max - 1n) {
    compiler.fail('INVALID_LITERAL', 'a whole number is out of the range of bigint', at)
  }
  const isInteger = value <= int32Max && value >= -int32Max - 1n
  const type = isInteger ? integerType : bigintType
  return { sql: `CAST(${value} AS ${engineType(type)})`, type }
}

function decimalLiteral(text: string, at: number, compiler: Compiler): Typed {
  const match = /^([+-]?)0*(\d*)(?:\.(\d*))?$/.exec(text)
  if (match === null || !/\d/.test(text)) {
    return compiler.fail('INVALID_LITERAL', 'not a decimal number', at)
  }
  const [, sign = '', whole = '', fraction = ''] = match
  const precision = Math.max(1, whole.length + fraction.length)
  if (precision > 38) compiler.fail('INVALID_LITERAL', 'a decimal has at most 38 digits', at)
  const type = decimalType(precision, fraction.length)
  const digits = `${sign}${whole === '' ? '0' : whole}${fraction === '' ? '' : `.${fraction}`}`
  return { sql: `CAST(${quoted(digits)} AS ${engineType(type)})`, type }
}

function doubleLiteral(text: string): Typed {
  // The engine reads the text; JavaScript would read the same double.
  return { sql: `CAST(${quoted(text)} AS DOUBLE)`, type: doubleType }
}

const engineNumber: Readonly<Record<string, RegExp>> = {
  tinyint: /^[+-]?\d+$/,
  smallint: /^[+-]?\d+$/,
  integer: /^[+-]?\d+$/,
  bigint: /^[+-]?\d+$/,
  real: /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/,
  double: /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/,
  uuid: /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
}

const limitsOf: Readonly<Record<string, bigint>> = {
  tinyint: 127n,
  smallint: 32_767n,
  integer: int32Max,
  bigint: int64Max,
}

function typedLiteral(literal: Literal & { readonly kind: 'typed' }, compiler: Compiler): Typed {
  const { at, value } = literal
  const fail = (what: string): never =>
    compiler.fail('INVALID_LITERAL', `the text is not a valid ${what}`, at)
  const place = compiler.place(at)
  if (literal.type.name === 'decimal') return decimalLiteral(value, at, compiler)
  if (literal.type.name === 'timestamp') return timestampLiteral(value, at, compiler)
  if (literal.type.name === 'time') return timeLiteral(value, at, compiler)
  const type = resolveType(literal.type, place)
  if (type.kind === 'date') {
    const text = value.trim().replace(/^\+/, '')
    return isDateText(text) ? { sql: `DATE ${quoted(text)}`, type: dateType } : fail('date')
  }
  if (type.kind === 'varchar') return { sql: quoted(value), type, text: value }
  if (type.kind === 'boolean') {
    const word = value.toLowerCase()
    const isTrue = ['true', 't', '1'].includes(word)
    if (!isTrue && !['false', 'f', '0'].includes(word)) fail('boolean')
    return { sql: String(isTrue), type }
  }
  const form = engineNumber[type.kind]
  if (form === undefined) {
    return compiler.fail('NOT_SUPPORTED', `literals of ${typeText(type)} are not supported`, at)
  }
  if (!form.test(value)) fail(typeText(type))
  const limit = limitsOf[type.kind]
  if (limit !== undefined && (BigInt(value) > limit || BigInt(value) < -limit - 1n)) {
    fail(typeText(type))
  }
  return { sql: `CAST(${quoted(value)} AS ${engineType(type)})`, type }
}

function timeLiteral(value: string, at: number, compiler: Compiler): Typed {
  if (/^[\d:.]+\s*[+-]\d\d:\d\d$/.test(value)) {
    compiler.fail('NOT_SUPPORTED', 'times with a time zone are not supported', at)
  }
  if (!isTimeText(value)) {
    compiler.fail('INVALID_LITERAL', 'the text is not a valid time', at)
  }
  const precision = timestampPrecision(value)
  if (precision > 6) {
    compiler.fail('NOT_SUPPORTED', 'times finer than microseconds are not supported', at)
  }
  return { sql: `TIME ${quoted(value)}`, type: { kind: 'time', precision, withTimeZone: false } }
}

function timestampLiteral(value: string, at: number, compiler: Compiler): Typed {
  const text = value.trim()
  const zoned = /^(.*\d)\s*(UTC|Z|[+-]00:00|GMT)$/i.exec(text)
  const local = zoned === null ? text : (zoned[1] ?? '')
  if (!isTimestampText(local)) {
    const zone = /\s*[A-Za-z+-][A-Za-z0-9_/:+-]*$/
    const hasZone = zone.test(text) && isTimestampText(text.replace(zone, ''))
    return hasZone
      ? compiler.fail('NOT_SUPPORTED', 'timestamps of zones other than UTC are not supported', at)
      : compiler.fail('INVALID_LITERAL', 'the text is not a valid timestamp', at)
  }
  const precision = timestampPrecision(local)
  if (precision > 6) {
    compiler.fail('NOT_SUPPORTED', 'timestamps finer than microseconds are not supported', at)
  }
  const withTimeZone = zoned !== null
  const type: TrinoType = { kind: 'timestamp', precision, withTimeZone }
  const sql = `TIMESTAMP ${quoted(local.replace(/^\+/, ''))}`
  return { sql: withTimeZone ? `timezone('UTC', ${sql})` : sql, type }
}

function intervalLiteral(
  { negative, value, unit, at }: Literal & { readonly kind: 'interval' },
  compiler: Compiler,
): Typed {
  if (!/^[+-]?\d{1,9}$/.test(value)) {
    compiler.fail('INVALID_LITERAL', 'an interval is a whole number of its unit', at)
  }
  const count = (negative ? -1 : 1) * Number(value)
  const isMonths = unit === 'month' || unit === 'year'
  const type: TrinoType = {
    kind: isMonths ? 'interval year to month' : 'interval day to second',
  }
  return { sql: `to_${unit}s(${count})`, type }
}

/** A literal of a statement. */
export function compileLiteral(literal: Literal, compiler: Compiler): Typed {
  switch (literal.kind) {
    case 'null':
      return { sql: 'CAST(NULL AS INTEGER)', type: unknownType }
    case 'boolean':
      return { sql: String(literal.value), type: booleanType }
    case 'integer':
      return integerLiteral(literal.text, literal.at, compiler)
    case 'decimal':
      return decimalLiteral(literal.text, literal.at, compiler)
    case 'double':
      return doubleLiteral(literal.text)
    case 'string': {
      const length = Array.from(literal.value).length
      return { sql: quoted(literal.value), type: { kind: 'varchar', length }, text: literal.value }
    }
    case 'binary':
      return { sql: `unhex(${quoted(literal.hex)})`, type: varbinaryType }
    case 'typed':
      return typedLiteral(literal, compiler)
    case 'interval':
      return intervalLiteral(literal, compiler)
  }
}
