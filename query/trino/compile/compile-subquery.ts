// Subqueries in expressions: `IN (SELECT …)` and a query for one value.
import type { Expression, Query } from '../syntax.ts'
import { booleanType, typeText } from '../types.ts'
import { comparable, type Place } from './compile-expression.ts'
import { coerced, failing, named, type Typed } from './typed.ts'

/** `value [NOT] IN (query)`; null where the query has a null and no equal, as in SQL. */
export function compileInQuery(
  value: Typed,
  expression: Extract<Expression, { readonly kind: 'in_query' }>,
  place: Place,
): Typed {
  const { compiler } = place
  const { at } = expression
  const query = place.compileQuery(expression.query, place.scope)
  const [column, other] = query.columns
  if (column === undefined || other !== undefined) {
    return compiler.fail('NOT_SUPPORTED', 'a subquery of IN has one column', at)
  }
  const inner: Typed = { sql: named(column.engineName), type: column.type }
  const type = comparable(value, inner)
  if (type === null) {
    const what = `${typeText(value.type)} and ${typeText(column.type)}`
    return compiler.fail('TYPE_MISMATCH', `value and subquery of IN: ${what}`, at)
  }
  const alias = compiler.fresh('q')
  const same = coerced(inner, type).sql === inner.sql
  const isFloating = type.kind === 'double' || type.kind === 'real'
  // NaN is equal to nothing, itself included: it is as if it were not in the query.
  const hasNaN = isFloating && column.mayBeNaN && value.mayBeNaN === true
  const cell = { ...inner, sql: `${alias}.${inner.sql}` }
  const converted = `SELECT ${coerced(cell, type).sql} FROM (${query.sql}) AS ${alias}`
  const numbers = `${converted} WHERE isnan(${cell.sql}) IS DISTINCT FROM true`
  const source = hasNaN ? numbers : same ? query.sql : converted
  const word = expression.negated ? 'NOT IN' : 'IN'
  return { sql: `(${coerced(value, type).sql} ${word} (${source}))`, type: booleanType }
}

/** `(SELECT …)` as one value: null of no rows, MULTIPLE_ROWS_FROM_SUBQUERY of several. */
export function compileScalarQuery(query: Query, at: number, place: Place): Typed {
  const { compiler } = place
  const compiled = place.compileQuery(query, place.scope)
  const [column, other] = compiled.columns
  if (column === undefined || other !== undefined) {
    return compiler.fail('NOT_SUPPORTED', 'a subquery for a value has one column', at)
  }
  const { type, mayBeNaN } = column
  const error = failing(
    'MULTIPLE_ROWS_FROM_SUBQUERY',
    'Scalar sub-query has returned multiple rows',
    type,
  )
  const alias = compiler.fresh('q')
  const value = `${alias}.${named(column.engineName)}`
  const only = `CASE WHEN count(*) > 1 THEN ${error} ELSE any_value(${value}) END`
  const sql = `(SELECT ${only} FROM (${compiled.sql}) AS ${alias})`
  return { sql, type, mayBeNaN }
}
