// Functions that choose between values, and those of arrays.
import { commonType } from '../coercion.ts'
import { asCondition, compileComparison } from '../compile/compile-operators.ts'
import { isComposite } from '../compile/sort-key.ts'
import { anyNaN, coerced, failing, quoted, type Typed, unified } from '../compile/typed.ts'
import { bigintType, booleanType, sameType, typeText, varcharType } from '../types.ts'
import { elementOfMap } from './map-functions.ts'
import { type FunctionCompiler, type Functions, mismatch } from './signature.ts'

const coalesce: FunctionCompiler = (values, at, compiler) => {
  if (values.length < 2) return mismatch(values, 'two or more values', at, compiler)
  const place = compiler.place(at)
  const { values: items, type } = unified(values, 'All COALESCE operands', place)
  return { sql: `coalesce(${items.map(({ sql }) => sql).join(', ')})`, type, ...anyNaN(values) }
}

const nullif: FunctionCompiler = (values, at, compiler) => {
  const [value, other, more] = values
  if (value === undefined || other === undefined || more !== undefined) {
    return mismatch(values, 'value, value', at, compiler)
  }
  if (
    sameType(value.type, other.type) &&
    !anyNaN([value, other]).mayBeNaN &&
    !isComposite(value.type)
  ) {
    return { ...value, sql: `nullif(${value.sql}, ${other.sql})` }
  }
  const equal = compileComparison('=', value, other, at, compiler).sql
  return { ...value, sql: `(CASE WHEN ${equal} THEN NULL ELSE ${value.sql} END)` }
}

const choose: FunctionCompiler = (values, at, compiler) => {
  const [condition, whenTrue, whenFalse, more] = values
  if (condition === undefined || whenTrue === undefined || more !== undefined) {
    return mismatch(values, 'boolean, value [, value]', at, compiler)
  }
  const test = asCondition(condition, 'Condition of IF', at, compiler)
  const branches = whenFalse === undefined ? [whenTrue] : [whenTrue, whenFalse]
  const { values: items, type } = unified(branches, 'Result of IF', compiler.place(at))
  const otherwise = items[1] === undefined ? '' : ` ELSE ${items[1].sql}`
  return {
    sql: `(CASE WHEN ${test} THEN ${items[0]?.sql}${otherwise} END)`,
    type,
    ...anyNaN(branches),
  }
}

const typeName: FunctionCompiler = (values, at, compiler) => {
  const [value] = values
  if (value === undefined || values.length !== 1) return mismatch(values, 'value', at, compiler)
  return { sql: quoted(typeText(value.type)), type: varcharType }
}

const cardinality: FunctionCompiler = (values, at, compiler) => {
  const [value] = values
  if (value?.type.kind !== 'array' && value?.type.kind !== 'map') {
    return mismatch(values, 'array or map', at, compiler)
  }
  const name = value.type.kind === 'array' ? 'len' : 'cardinality'
  return { sql: `CAST(${name}(${value.sql}) AS BIGINT)`, type: bigintType }
}

const elementAt: FunctionCompiler = (values, at, compiler) => {
  const [value, index] = values
  if (value?.type.kind === 'map') return elementOfMap(values, at, compiler)
  if (value?.type.kind !== 'array' || index === undefined || values.length !== 2) {
    return mismatch(values, 'array, bigint', at, compiler)
  }
  const place: Typed = coerced(index, bigintType)
  const { element } = value.type
  const error = failing('INVALID_FUNCTION_ARGUMENT', 'SQL array indices start at 1', element)
  const found = `list_extract(${value.sql}, ${place.sql})`
  const sql = `(CASE WHEN ${place.sql} = 0 THEN ${error} ELSE ${found} END)`
  return { sql, type: element, mayBeNaN: true }
}

const contains: FunctionCompiler = (values, at, compiler) => {
  const [value, item] = values
  if (value?.type.kind !== 'array' || item === undefined || values.length !== 2) {
    return mismatch(values, 'array, element', at, compiler)
  }
  const type = commonType(value.type.element, item.type)
  if (type === null) return mismatch(values, 'array, element', at, compiler)
  if (isComposite(type) || type.kind === 'double' || type.kind === 'real') {
    const what = `contains of ${typeText(type)} is not supported`
    return compiler.fail('NOT_SUPPORTED', what, at)
  }
  const list = coerced(value, { kind: 'array', element: type }).sql
  const wanted = coerced(item, type).sql
  // Null where the element is not there and one is null.
  const hasNull = `list_count(${list}) < len(${list})`
  const sql =
    `(CASE WHEN ${wanted} IS NULL THEN NULL WHEN list_contains(${list}, ${wanted}) THEN true ` +
    `WHEN ${hasNull} THEN NULL WHEN ${list} IS NOT NULL THEN false END)`
  return { sql, type: booleanType }
}

export const otherFunctions: Functions = {
  coalesce,
  nullif,
  if: choose,
  typeof: typeName,
  cardinality,
  element_at: elementAt,
  contains,
  version: (values, at, compiler) => {
    if (values.length > 0) return mismatch(values, '', at, compiler)
    return { sql: quoted(trinoVersion), type: varcharType }
  },
}

/** The version of Trino whose protocol and functions are spoken here. */
export const trinoVersion = '476'
