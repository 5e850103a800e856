// `value[index]` of arrays, maps and rows: what is not there is an error, as in Trino.
import { bigintType, type TrinoType, typeText } from '../types.ts'
import type { Compiler } from './compiler.ts'
import { expectType, failing, type Typed } from './typed.ts'

const argumentError = (why: string, type: TrinoType): string =>
  failing('INVALID_FUNCTION_ARGUMENT', why, type)

/** Compiles a subscript: NOT_SUPPORTED for a row whose field is no literal. */
export function compileSubscript(
  value: Typed,
  index: Typed,
  at: number,
  compiler: Compiler,
): Typed {
  const { type, sql } = value
  if (type.kind === 'row') return fieldOfRow(value, index, at, compiler)
  if (type.kind === 'map') {
    const key = expectType(index, type.key, 'Subscript', compiler.place(at)).sql
    const missing = argumentError('Key not present in map', type.value)
    const found = `map_extract_value(${sql}, ${key})`
    const has = `map_contains(${sql}, ${key})`
    return {
      sql: `(CASE WHEN ${has} THEN ${found} WHEN NOT ${has} THEN ${missing} END)`,
      type: type.value,
      mayBeNaN: true,
    }
  }
  if (type.kind !== 'array') {
    const what = `subscripts of ${typeText(type)} are not supported`
    return compiler.fail('NOT_SUPPORTED', what, at)
  }
  const place = expectType(index, bigintType, 'Subscript', compiler.place(at)).sql
  const { element } = type
  const tooLarge = 'Array subscript must be less than or equal to array length'
  return {
    sql:
      `(CASE WHEN ${place} < 1 THEN ` +
      `${argumentError('Array subscript must be positive', element)} ` +
      `WHEN ${place} > len(${sql}) THEN ${argumentError(tooLarge, element)} ` +
      `ELSE list_extract(${sql}, ${place}) END)`,
    type: element,
    mayBeNaN: true,
  }
}

function fieldOfRow({ sql, type }: Typed, index: Typed, at: number, compiler: Compiler): Typed {
  const number = Number(/^CAST\((\d{1,4}) AS INTEGER\)$/.exec(index.sql)?.[1] ?? Number.NaN)
  const field = type.kind === 'row' ? type.fields[number - 1] : undefined
  if (Number.isNaN(number)) {
    return compiler.fail('NOT_SUPPORTED', 'the subscript of a row is a literal', at)
  }
  if (field === undefined) {
    return compiler.fail('INVALID_FUNCTION_ARGUMENT', 'ROW index is out of bounds', at)
  }
  return { sql: `struct_extract(${sql}, 'f${number}')`, type: field.type, mayBeNaN: true }
}
