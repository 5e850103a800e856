// Functions that are only called with OVER (trino.io/docs/current/functions/window.html).
import { anyNaN, coerced, unified } from '../compile/typed.ts'
import { bigintType, doubleType } from '../types.ts'
import type { AggregateCompiler } from './aggregate-functions.ts'
import { mismatch } from './signature.ts'

const ranking =
  (name: string, type = bigintType): AggregateCompiler =>
  (values, at, compiler) => {
    if (values.length > 0) return mismatch(values, '', at, compiler)
    return { name, arguments: [], castTo: null, type }
  }

/** `lag(value, offset, default)`. */
const neighbour =
  (name: 'lag' | 'lead'): AggregateCompiler =>
  (values, at, compiler) => {
    const [value, offset, otherwise, more] = values
    if (value === undefined || more !== undefined) {
      return mismatch(values, 'value [, offset [, default]]', at, compiler)
    }
    const shared = otherwise === undefined ? [value] : [value, otherwise]
    const { values: both, type } = unified(shared, `Arguments of ${name}`, compiler.place(at))
    const items = both.slice(0, 1).map(({ sql }) => sql)
    if (offset !== undefined && !/^CAST\(\d+ AS [A-Z]+\)$/.test(offset.sql)) {
      compiler.fail('NOT_SUPPORTED', 'an offset is a literal that is not negative here', at)
    }
    if (offset !== undefined) items.push(coerced(offset, bigintType).sql)
    items.push(...both.slice(1).map(({ sql }) => sql))
    return { name, arguments: items, castTo: null, type, ...anyNaN(shared) }
  }

const edge =
  (name: 'first_value' | 'last_value'): AggregateCompiler =>
  (values, at, compiler) => {
    const [value] = values
    if (value === undefined || values.length !== 1) return mismatch(values, 'value', at, compiler)
    return {
      name,
      arguments: [value.sql],
      castTo: null,
      type: value.type,
      mayBeNaN: value.mayBeNaN === true,
    }
  }

export const windowFunctions: Readonly<Record<string, AggregateCompiler>> = {
  row_number: ranking('row_number'),
  rank: ranking('rank'),
  dense_rank: ranking('dense_rank'),
  percent_rank: ranking('percent_rank', doubleType),
  cume_dist: ranking('cume_dist', doubleType),
  ntile: (values, at, compiler) => {
    const [count] = values
    if (count === undefined || values.length !== 1) return mismatch(values, 'bigint', at, compiler)
    const { sql } = coerced(count, bigintType)
    return { name: 'ntile', arguments: [sql], castTo: null, type: bigintType }
  },
  lag: neighbour('lag'),
  lead: neighbour('lead'),
  first_value: edge('first_value'),
  last_value: edge('last_value'),
}
