// Which type a value can be read as without a cast, and what two types have in common (Trino's
// io.trino.type.TypeCoercion): numbers widen, dates become timestamps, texts lose their bounds; a
// text is never a number, and nothing but null is of every type.
import { decimalType, doubleType, realType, sameShape, sameType, type TrinoType } from './types.ts'

const integerKinds = ['tinyint', 'smallint', 'integer', 'bigint'] as const
type IntegerKind = (typeof integerKinds)[number]
const integerDigits: Readonly<Record<IntegerKind, number>> = {
  tinyint: 3,
  smallint: 5,
  integer: 10,
  bigint: 19,
}

export function isIntegerType(type: TrinoType): type is { readonly kind: IntegerKind } {
  return (integerKinds as readonly string[]).includes(type.kind)
}

export function isNumericType(type: TrinoType): boolean {
  return isIntegerType(type) || ['decimal', 'real', 'double'].includes(type.kind)
}

/** A whole number or decimal as a decimal; null for other types. */
export function asDecimal(type: TrinoType): { precision: number; scale: number } | null {
  if (type.kind === 'decimal') return type
  return isIntegerType(type) ? { precision: integerDigits[type.kind], scale: 0 } : null
}

function commonNumber(left: TrinoType, right: TrinoType): TrinoType | null {
  if (left.kind === 'double' || right.kind === 'double') return doubleType
  if (left.kind === 'real' || right.kind === 'real') return realType
  if (isIntegerType(left) && isIntegerType(right)) {
    return integerKinds.indexOf(left.kind) > integerKinds.indexOf(right.kind) ? left : right
  }
  const first = asDecimal(left)
  const second = asDecimal(right)
  if (first === null || second === null) return null
  const scale = Math.max(first.scale, second.scale)
  const whole = Math.max(first.precision - first.scale, second.precision - second.scale)
  return decimalType(Math.min(38, whole + scale), scale)
}

function commonText(left: TrinoType, right: TrinoType): TrinoType | null {
  const lengthOf = (type: TrinoType) =>
    type.kind === 'varchar' || type.kind === 'char' ? type.length : null
  if (left.kind === 'char' && right.kind === 'char') {
    return { kind: 'char', length: Math.max(left.length, right.length) }
  }
  const [first, second] = [lengthOf(left), lengthOf(right)]
  const length = first === null || second === null ? null : Math.max(first, second)
  return { kind: 'varchar', length }
}

function commonTime(left: TrinoType, right: TrinoType): TrinoType | null {
  if (left.kind === 'date' && right.kind === 'timestamp') return right
  if (right.kind === 'date' && left.kind === 'timestamp') return left
  const isTime = (type: TrinoType) => type.kind === 'time' || type.kind === 'timestamp'
  if (left.kind !== right.kind || !isTime(left) || !isTime(right)) return null
  const [first, second] = [left, right] as readonly (TrinoType & { kind: 'timestamp' })[]
  if (first === undefined || second === undefined) return null
  return {
    kind: first.kind,
    precision: Math.max(first.precision, second.precision),
    withTimeZone: first.withTimeZone || second.withTimeZone,
  }
}

const isText = ({ kind }: TrinoType): boolean => kind === 'varchar' || kind === 'char'

/** The narrowest type that both can be read as; null where there is none. */
export function commonType(left: TrinoType, right: TrinoType): TrinoType | null {
  if (sameType(left, right)) return left
  if (left.kind === 'unknown') return right
  if (right.kind === 'unknown') return left
  if (isNumericType(left) && isNumericType(right)) return commonNumber(left, right)
  if (isText(left) && isText(right)) return commonText(left, right)
  if (left.kind === 'array' && right.kind === 'array') {
    const element = commonType(left.element, right.element)
    return element === null ? null : { kind: 'array', element }
  }
  if (left.kind === 'map' && right.kind === 'map') {
    const key = commonType(left.key, right.key)
    const value = commonType(left.value, right.value)
    return key === null || value === null ? null : { kind: 'map', key, value }
  }
  if (left.kind === 'row' && right.kind === 'row') return commonRow(left, right)
  return commonTime(left, right)
}

type Row = Extract<TrinoType, { readonly kind: 'row' }>

function commonRow(left: Row, right: Row): TrinoType | null {
  if (left.fields.length !== right.fields.length) return null
  const fields = left.fields.map((field, index) => {
    const other = right.fields[index]
    const type = other === undefined ? null : commonType(field.type, other.type)
    return { name: field.name === other?.name ? field.name : null, type }
  })
  const typed = fields.flatMap(({ name, type }) => (type === null ? [] : [{ name, type }]))
  return typed.length === fields.length ? { kind: 'row', fields: typed } : null
}

/** Can a value of `from` stand where `to` is expected, without a cast? */
export function canCoerce(from: TrinoType, to: TrinoType): boolean {
  const common = commonType(from, to)
  return common !== null && sameShape(common, to)
}
