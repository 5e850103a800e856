// Maps (trino.io/docs/current/functions/map.html): made of two arrays, read by key. Keys are of the
// types that both engines tell apart alike.
import { refuseKeys } from '../compile/compile-cast.ts'
import { expectType, failing } from '../compile/typed.ts'
import { type TrinoType, unknownType } from '../types.ts'
import { type FunctionCompiler, type Functions, mismatch } from './signature.ts'

const makeMap: FunctionCompiler = (values, at, compiler) => {
  const [keys, items, more] = values
  if (keys === undefined) {
    return { sql: 'MAP {}', type: { kind: 'map', key: unknownType, value: unknownType } }
  }
  if (keys.type.kind !== 'array' || items?.type.kind !== 'array' || more !== undefined) {
    return mismatch(values, 'array, array', at, compiler)
  }
  const key = keys.type.element
  refuseKeys(key, at, compiler)
  const type: TrinoType = { kind: 'map', key, value: items.type.element }
  const fail = (why: string) => failing('INVALID_FUNCTION_ARGUMENT', why, type)
  const sameLength = `len(${keys.sql}) = len(${items.sql})`
  // The engine refuses keys that are null or not unique, as Trino does.
  const made =
    `WHEN ${sameLength} THEN map(${keys.sql}, ${items.sql}) ` +
    `WHEN NOT (${sameLength}) THEN ${fail('Key and value arrays must be the same length')}`
  return { sql: `(CASE ${made} END)`, type }
}

const parts =
  (name: 'map_keys' | 'map_values'): FunctionCompiler =>
  (values, at, compiler) => {
    const [value, more] = values
    if (value?.type.kind !== 'map' || more !== undefined) {
      return mismatch(values, 'map', at, compiler)
    }
    const element = name === 'map_keys' ? value.type.key : value.type.value
    return { sql: `${name}(${value.sql})`, type: { kind: 'array', element }, mayBeNaN: true }
  }

/** `element_at(map, key)`: null where the key is not there. */
export const elementOfMap: FunctionCompiler = (values, at, compiler) => {
  const [value, key, more] = values
  if (value?.type.kind !== 'map' || key === undefined || more !== undefined) {
    return mismatch(values, 'map, key', at, compiler)
  }
  const wanted = expectType(key, value.type.key, 'Argument 2', compiler.place(at)).sql
  return {
    sql: `map_extract_value(${value.sql}, ${wanted})`,
    type: value.type.value,
    mayBeNaN: true,
  }
}

export const mapFunctions: Functions = {
  map: makeMap,
  map_keys: parts('map_keys'),
  map_values: parts('map_values'),
}
