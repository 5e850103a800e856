// Calls of functions: which list the name is on, and what may stand beside its arguments there
// (DISTINCT, ORDER BY, FILTER, OVER).
import { type AggregateCompiler, aggregateFunctions } from '../functions/aggregate-functions.ts'
import { scalarFunctions } from '../functions/registry.ts'
import { windowFunctions } from '../functions/window-functions.ts'
import type { Expression, FunctionCall, SortItem } from '../syntax.ts'
import { bigintType } from '../types.ts'
import { compileExpression, type Place } from './compile-expression.ts'
import { asCondition } from './compile-operators.ts'
import { compileWindow } from './compile-window.ts'
import { sortKey } from './sort-key.ts'
import type { Typed } from './typed.ts'

/** Inside of an aggregate no other aggregate and no window may stand. */
const insideAggregate = (place: Place): Place => ({
  ...place,
  aggregates: 'refused',
  windows: 'refused',
})

/** Compiles a call: FUNCTION_NOT_FOUND where the name is on no list. */
export function compileCall(call: FunctionCall, at: number, place: Place): Typed {
  const { compiler } = place
  const name = call.name.length === 1 ? (call.name[0] ?? '').toLowerCase() : ''
  if (call.over !== null) return compileOver(call, name, at, place)
  if (Object.hasOwn(aggregateFunctions, name)) return compileAggregate(call, name, at, place)
  const compile = Object.hasOwn(scalarFunctions, name) ? scalarFunctions[name] : undefined
  if (compile === undefined) return unknownFunction(call, at, place)
  if (call.distinct || call.star || call.orderBy.length > 0 || call.filter !== null) {
    const what = 'DISTINCT, *, ORDER BY and FILTER are of aggregate functions'
    return compiler.fail('SYNTAX_ERROR', what, at)
  }
  const values = call.arguments.map((argument) => compileExpression(argument, place))
  return compile(values, at, compiler)
}

function unknownFunction(call: FunctionCall, at: number, { compiler }: Place): never {
  const name = call.name.join('.')
  if (Object.hasOwn(windowFunctions, name)) {
    compiler.fail('FUNCTION_NOT_FOUND', `function ${name} needs OVER`, at)
  }
  const shown = /^[a-z_][a-z0-9_.]{0,62}$/i.test(name) ? `'${name}'` : 'of another name'
  return compiler.fail('FUNCTION_NOT_FOUND', `Function ${shown} not registered`, at)
}

function sortSql(items: readonly SortItem[], place: Place): string {
  if (items.length === 0) return ''
  const texts = items.map((item) => {
    return sortKey(compileExpression(item.value, place), item, item.value.at, place.compiler)
  })
  return ` ORDER BY ${texts.join(', ')}`
}

function compileAggregate(call: FunctionCall, name: string, at: number, place: Place): Typed {
  const { compiler } = place
  if (place.aggregates === 'refused') {
    const where = 'Cannot nest aggregations, nor use them in WHERE, ON or GROUP BY'
    return compiler.fail('EXPRESSION_NOT_SCALAR', where, at)
  }
  place.onAggregate()
  const inside = insideAggregate(place)
  const conditionOf = (value: Expression): string =>
    asCondition(compileExpression(value, inside), 'FILTER', at, compiler)
  const filter = call.filter === null ? '' : ` FILTER (WHERE ${conditionOf(call.filter)})`
  return aggregateSql(call, name, at, inside, (sql) => `${sql}${filter}`)
}

/** The SQL of an aggregate; `surround` puts FILTER or OVER behind the call itself. */
function aggregateSql(
  call: FunctionCall,
  name: string,
  at: number,
  inside: Place,
  surround: (sql: string) => string,
): Typed {
  const { compiler } = inside
  if (call.star) {
    if (name !== 'count') compiler.fail('SYNTAX_ERROR', '* is the argument of count alone', at)
    return { sql: surround('count(*)'), type: bigintType }
  }
  const first = call.arguments[0]
  // `count('*')`, which ehrQL sends, counts rows like any literal; `count()` is count(*).
  if (name === 'count' && first === undefined)
    return { sql: surround('count(*)'), type: bigintType }
  const values = call.arguments.map((argument) => compileExpression(argument, inside))
  const table: Readonly<Record<string, AggregateCompiler>> = Object.hasOwn(aggregateFunctions, name)
    ? aggregateFunctions
    : windowFunctions
  const compile = table[name]
  if (compile === undefined) throw new Error('the name was looked up')
  const {
    name: engineName,
    arguments: texts,
    castTo,
    type,
    mayBeNaN,
    combine,
  } = compile(values, at, compiler)
  const isDistinctCount = engineName === 'count distinct'
  const distinct = call.distinct || isDistinctCount ? 'DISTINCT ' : ''
  const order = sortSql(call.orderBy, inside)
  const nulls = call.nulls === 'ignore' ? ' IGNORE NULLS' : ''
  const run = (list: readonly string[]): string =>
    surround(
      `${isDistinctCount ? 'count' : engineName}(${distinct}${list.join(', ')}${order}${nulls})`,
    )
  const sql = combine === undefined ? run(texts) : combine(run)
  const cast = castTo === null ? sql : `CAST(${sql} AS ${castTo})`
  return { sql: cast, type, mayBeNaN: mayBeNaN === true }
}

function compileOver(call: FunctionCall, name: string, at: number, place: Place): Typed {
  const { compiler } = place
  const isKnown = Object.hasOwn(windowFunctions, name) || Object.hasOwn(aggregateFunctions, name)
  if (!isKnown) return unknownFunction(call, at, place)
  if (place.windows === 'refused') {
    return compiler.fail('EXPRESSION_NOT_SCALAR', 'Cannot use window functions here', at)
  }
  if (call.distinct) compiler.fail('NOT_SUPPORTED', 'DISTINCT in a window is not supported', at)
  if (call.filter !== null) compiler.fail('NOT_SUPPORTED', 'FILTER with OVER is not supported', at)
  const inside: Place = { ...place, windows: 'refused' }
  const window = compileWindow(call.over ?? '', at, inside)
  return aggregateSql(call, name, at, inside, (sql) => `${sql} OVER ${window}`)
}
