// Trino's types: how they are written, which of them one value can be read as without a cast, and
// what two of them have in common (Trino's TypeCoercion). The engine underneath holds each as one
// type of its own; types that it cannot hold exactly are refused where they are named.
import type { TypeName } from './syntax.ts'
import { type TextPlace, TrinoError } from './trino-error.ts'

const plainKinds = [
  ...(['boolean', 'tinyint', 'smallint', 'integer', 'bigint', 'real', 'double'] as const),
  ...(['varbinary', 'date', 'uuid', 'json', 'unknown'] as const),
  ...(['interval day to second', 'interval year to month'] as const),
] as const

export type PlainKind = (typeof plainKinds)[number]

export type TrinoType =
  | { readonly kind: PlainKind }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** null: no bound. */
  | { readonly kind: 'varchar'; readonly length: number | null }
  | { readonly kind: 'char'; readonly length: number }
  | {
      readonly kind: 'time' | 'timestamp'
      /** Digits of the fraction of a second. */
      readonly precision: number
      readonly withTimeZone: boolean
    }
  | { readonly kind: 'array'; readonly element: TrinoType }
  | { readonly kind: 'map'; readonly key: TrinoType; readonly value: TrinoType }
  | { readonly kind: 'row'; readonly fields: readonly RowField[] }

export interface RowField {
  readonly name: string | null
  readonly type: TrinoType
}

export type TypeKind = TrinoType['kind']

const plain = (kind: PlainKind): TrinoType => Object.freeze({ kind })

export const booleanType = plain('boolean')
export const integerType = plain('integer')
export const bigintType = plain('bigint')
export const realType = plain('real')
export const doubleType = plain('double')
export const dateType = plain('date')
export const varbinaryType = plain('varbinary')
export const unknownType = plain('unknown')
export const varcharType: TrinoType = Object.freeze({ kind: 'varchar', length: null })

export const decimalType = (precision: number, scale: number): TrinoType => ({
  kind: 'decimal',
  precision,
  scale,
})

/** The longest varchar that has a bound (io.trino.spi.type.VarcharType). */
export const varcharLengthMax = 2_147_483_646

/** A type as Trino writes it: `varchar(10)`, `timestamp(6) with time zone`. */
export function typeText(type: TrinoType): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    case 'varchar':
      return type.length === null ? 'varchar' : `varchar(${type.length})`
    case 'char':
      return `char(${type.length})`
    case 'time':
    case 'timestamp':
      return `${type.kind}(${type.precision})${type.withTimeZone ? ' with time zone' : ''}`
    case 'array':
      return `array(${typeText(type.element)})`
    case 'map':
      return `map(${typeText(type.key)}, ${typeText(type.value)})`
    case 'row':
      return `row(${type.fields
        .map(({ name, type: field }) => {
          const quoted = name === null ? '' : `"${name.replaceAll('"', '""')}" `
          return `${quoted}${typeText(field)}`
        })
        .join(', ')})`
    default:
      return type.kind
  }
}

const synonyms: Readonly<Record<string, string>> = {
  int: 'integer',
  'double precision': 'double',
  dec: 'decimal',
  numeric: 'decimal',
}

function lengthOf(name: TypeName, fail: (why: string) => never, maximum: number): number | null {
  const [length, more] = name.arguments
  if (length === undefined) return null
  if (typeof length !== 'number' || more !== undefined || length < 0 || length > maximum) {
    return fail('Invalid length of a type')
  }
  return length
}

/** The type that a name in a statement stands for: TYPE_NOT_FOUND, or NOT_SUPPORTED. */
export function resolveType(name: TypeName, place: TextPlace | null): TrinoType {
  const fail = (why: string): never => {
    throw new TrinoError('TYPE_NOT_FOUND', why, place)
  }
  const word = synonyms[name.name] ?? name.name
  const nested = (index: number): TrinoType => {
    const argument = name.arguments[index]
    if (argument === undefined || typeof argument === 'number') return fail(`Invalid type ${word}`)
    return resolveType(argument, place)
  }
  switch (word) {
    case 'varchar':
      return { kind: 'varchar', length: lengthOf(name, fail, varcharLengthMax) }
    case 'char':
      return { kind: 'char', length: lengthOf(name, fail, 65_536) ?? 1 }
    case 'decimal':
      return resolveDecimal(name, fail)
    case 'time':
    case 'timestamp':
      return resolveTime(word, name, place)
    case 'array':
      return { kind: 'array', element: nested(0) }
    case 'map':
      return { kind: 'map', key: nested(0), value: nested(1) }
    case 'row':
      return {
        kind: 'row',
        fields: name.arguments.map((_argument, index) => ({
          name: name.fields[index] ?? null,
          type: nested(index),
        })),
      }
    default: {
      const kind = plainKinds.find((candidate) => candidate === word)
      if (kind === undefined || kind === 'unknown' || name.arguments.length > 0) {
        return fail(`Unknown type: ${/^[a-z0-9_ ]{1,40}$/.test(word) ? word : 'of another name'}`)
      }
      return plain(kind)
    }
  }
}

function resolveDecimal(name: TypeName, fail: (why: string) => never): TrinoType {
  const [precision = 38, scale = 0] = name.arguments
  const isRight =
    typeof precision === 'number' &&
    typeof scale === 'number' &&
    precision >= 1 &&
    precision <= 38 &&
    scale <= precision
  return isRight ? decimalType(precision, scale) : fail('Invalid decimal precision or scale')
}

function resolveTime(
  kind: 'time' | 'timestamp',
  name: TypeName,
  place: TextPlace | null,
): TrinoType {
  const [precision = 3] = name.arguments
  if (typeof precision !== 'number' || precision > 12) {
    throw new TrinoError('TYPE_NOT_FOUND', `Invalid precision of ${kind}`, place)
  }
  if (precision > 6) {
    throw new TrinoError('NOT_SUPPORTED', `${kind} finer than microseconds is not supported`, place)
  }
  if (kind === 'time' && name.withTimeZone) {
    // Equal times of different zones are one to Trino and two to the engine.
    throw new TrinoError('NOT_SUPPORTED', 'time with time zone is not supported', place)
  }
  return { kind, precision, withTimeZone: name.withTimeZone }
}

/** The type of the engine that holds the values of a type. */
export function engineType(type: TrinoType): string {
  switch (type.kind) {
    case 'real':
      return 'FLOAT'
    case 'varbinary':
      return 'BLOB'
    case 'unknown':
      return 'INTEGER'
    case 'json':
    case 'varchar':
    case 'char':
      return 'VARCHAR'
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`
    case 'time':
      return type.withTimeZone ? 'TIMETZ' : 'TIME'
    case 'timestamp':
      return type.withTimeZone ? 'TIMESTAMPTZ' : 'TIMESTAMP'
    case 'interval day to second':
    case 'interval year to month':
      return 'INTERVAL'
    case 'array':
      return `${engineType(type.element)}[]`
    case 'map':
      return `MAP(${engineType(type.key)}, ${engineType(type.value)})`
    case 'row':
      return `STRUCT(${type.fields
        .map(({ type: field }, index) => `f${index + 1} ${engineType(field)}`)
        .join(', ')})`
    default:
      return type.kind.toUpperCase()
  }
}

/** The same type, whatever the fields of rows in it are called. */
export function sameShape(left: TrinoType, right: TrinoType): boolean {
  const nameless = (type: TrinoType): string => typeText(type).replaceAll(/"(?:[^"]|"")*" /g, '')
  return nameless(left) === nameless(right)
}

export function sameType(left: TrinoType, right: TrinoType): boolean {
  return typeText(left) === typeText(right)
}
