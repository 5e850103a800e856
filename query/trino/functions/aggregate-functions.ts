// Aggregate functions (trino.io/docs/current/functions/aggregate.html). Sums and counts have the
// type that Trino gives them, so a sum of integers is a bigint and fails where it leaves its range.
import { isIntegerType, isNumericType } from '../coercion.ts'
import { coerced, type Typed } from '../compile/typed.ts'
import {
  bigintType,
  booleanType,
  decimalType,
  doubleType,
  engineType,
  type TrinoType,
  typeText,
} from '../types.ts'
import { type FunctionCompiler, mismatch } from './signature.ts'

/**
 * The engine's SQL of an aggregate without FILTER and OVER, `*` where that stands for the call's
 * quantifier and arguments: `CAST(sum(*) AS BIGINT)`.
 */
export interface AggregateCall {
  /** Name in the engine and arguments. */
  readonly name: string
  readonly arguments: readonly string[]
  /** What is done to the result; null: nothing. */
  readonly castTo: string | null
  /** Where it is more than one call: puts together what running calls with other arguments gives. */
  readonly combine?: (run: (list: readonly string[]) => string) => string
}

export type AggregateCompiler = (
  values: readonly Typed[],
  at: number,
  compiler: Parameters<FunctionCompiler>[2],
) => AggregateCall & Pick<Typed, 'type' | 'mayBeNaN'>

const single =
  (
    compile: (
      value: Typed,
      at: number,
      compiler: Parameters<FunctionCompiler>[2],
    ) => ReturnType<AggregateCompiler> | null,
    expected: string,
  ): AggregateCompiler =>
  (values, at, compiler) => {
    const [value] = values
    const result = value === undefined || values.length !== 1 ? null : compile(value, at, compiler)
    return result ?? mismatch(values, expected, at, compiler)
  }

const plain = (name: string, value: Typed): ReturnType<AggregateCompiler> => ({
  name,
  arguments: [value.sql],
  castTo: null,
  type: value.type,
  mayBeNaN: value.mayBeNaN === true,
})

const sum = single(({ sql, type }) => {
  const call = { name: 'sum', arguments: [sql] }
  if (isIntegerType(type)) return { ...call, castTo: 'BIGINT', type: bigintType }
  if (type.kind === 'decimal') {
    const result = decimalType(38, type.scale)
    return { ...call, castTo: engineType(result), type: result }
  }
  return isFloating(type) ? { ...call, castTo: engineType(type), type, mayBeNaN: true } : null
}, 'number')

const average = single((value, at, compiler) => {
  const { type } = value
  const mayBeNaN = true
  if (type.kind === 'decimal') {
    compiler.fail('NOT_SUPPORTED', 'avg of decimals is not supported: cast them to double', at)
  }
  if (!isNumericType(type)) return null
  const result = type.kind === 'real' ? type : doubleType
  const { sql } = coerced(value, doubleType)
  const castTo = type.kind === 'real' ? 'FLOAT' : null
  return { name: 'avg', arguments: [sql], castTo, type: result, mayBeNaN }
}, 'number')

const unordered: readonly string[] = ['map', 'json', 'unknown', 'array', 'row']
const isFloating = ({ kind }: TrinoType): boolean => kind === 'double' || kind === 'real'

/** min and max. NaN is their answer where there is nothing else; to the engine it is the largest. */
const extreme = (name: 'min' | 'max') =>
  single((value) => {
    if (unordered.includes(value.type.kind)) return null
    const call = plain(name, value)
    const { sql, mayBeNaN } = value
    if (name === 'min' || mayBeNaN !== true || !isFloating(value.type)) return call
    const number = `CASE WHEN isnan(${sql}) THEN NULL ELSE ${sql} END`
    return { ...call, combine: (run) => `coalesce(${run([number])}, ${run([sql])})` }
  }, 'value')

const ofBoolean = (name: string) =>
  single(
    (value) =>
      value.type.kind === 'boolean' ? { ...plain(name, value), type: booleanType } : null,
    'boolean',
  )

const statistic = (name: string) =>
  single((value) => {
    if (!isNumericType(value.type)) return null
    return { ...plain(name, coerced(value, doubleType)), type: doubleType, mayBeNaN: true }
  }, 'double')

const counted = single(
  (value) => ({ ...plain('count', value), type: bigintType, mayBeNaN: false }),
  'value',
)

/** `max_by(value, key)`: the value in the row of the largest key. */
const extremeBy =
  (name: 'arg_max_null' | 'arg_min_null'): AggregateCompiler =>
  (values, at, compiler) => {
    const [value, key] = values
    if (value === undefined || key === undefined || values.length !== 2) {
      return mismatch(values, 'value, key', at, compiler)
    }
    if (unordered.includes(key.type.kind)) {
      return compiler.fail('TYPE_MISMATCH', `${typeText(key.type)} has no order`, at)
    }
    const mayBeNaN = key.mayBeNaN === true && isFloating(key.type)
    // NaN is never the largest key, unless there is no other.
    const order =
      name === 'arg_max_null' && mayBeNaN
        ? `CASE WHEN ${key.sql} IS NOT NULL THEN ` +
          `struct_pack(n := NOT isnan(${key.sql}), k := ${key.sql}) END`
        : key.sql
    return { ...plain(name, value), arguments: [value.sql, order] }
  }

export const aggregateFunctions: Readonly<Record<string, AggregateCompiler>> = {
  count: counted,
  count_if: single(
    (value) =>
      value.type.kind === 'boolean'
        ? { ...plain('count_if', value), castTo: 'BIGINT', type: bigintType }
        : null,
    'boolean',
  ),
  sum,
  avg: average,
  min: extreme('min'),
  max: extreme('max'),
  bool_and: ofBoolean('bool_and'),
  every: ofBoolean('bool_and'),
  bool_or: ofBoolean('bool_or'),
  arbitrary: single((value) => plain('any_value', value), 'value'),
  any_value: single((value) => plain('any_value', value), 'value'),
  array_agg: single(
    (value) => ({ ...plain('list', value), type: { kind: 'array', element: value.type } }),
    'value',
  ),
  stddev: statistic('stddev_samp'),
  stddev_samp: statistic('stddev_samp'),
  stddev_pop: statistic('stddev_pop'),
  variance: statistic('var_samp'),
  var_samp: statistic('var_samp'),
  var_pop: statistic('var_pop'),
  // The exact number of distinct values is within every error that the approximation permits.
  approx_distinct: single(
    (value) => ({ ...plain('count', value), name: 'count distinct', type: bigintType }),
    'value',
  ),
  max_by: extremeBy('arg_max_null'),
  min_by: extremeBy('arg_min_null'),
}
