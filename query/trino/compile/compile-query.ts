// Queries: WITH, set operations, VALUES, and the clauses behind them. Every column of every query
// has a name of its own in the engine; the names of the client stay on this side.
import { limits } from '../../../config/limits.ts'
import { commonType } from '../coercion.ts'
import type { Expression, NamedQuery, Query, QueryBody, SortItem } from '../syntax.ts'
import { withinStack } from '../trino-error.ts'
import { typeText } from '../types.ts'
import type { CompiledQuery } from './compile-expression.ts'
import { compileExpression, type Place } from './compile-expression.ts'
import { compileSelect } from './compile-select.ts'
import type { Compiler } from './compiler.ts'
import type { Scope } from './scope.ts'
import { sortKey } from './sort-key.ts'
import { coerced, named, type Typed, unified } from './typed.ts'

export interface QueryContext {
  readonly compiler: Compiler
  readonly parent: Scope | null
  readonly namedQueries: ReadonlyMap<string, CompiledQuery>
}

/** What stands around a body and may be put into it: the order and the cut of its rows. */
export interface Tail {
  readonly orderBy: readonly SortItem[]
  readonly limitSql: string
}

/** Compiles a query; its columns are those that the client asked for, in order. */
export function compileQuery(query: Query, context: QueryContext): CompiledQuery {
  return withinStack(() => compileWithTail(query, context))
}

function compileWithTail(query: Query, context: QueryContext): CompiledQuery {
  const inner = withNamedQueries(query.with, context)
  const tail = { orderBy: query.orderBy, limitSql: limitSql(query, context.compiler) }
  return compileBody(query.body, inner, tail)
}

/** Each named query sees those before it. They are put in where they are named, a bounded number. */
function withNamedQueries(queries: readonly NamedQuery[], context: QueryContext): QueryContext {
  const known = new Map(context.namedQueries)
  const own = new Set<string>()
  for (const { name, columns, query } of queries) {
    const key = name.toLowerCase()
    const { at } = query
    if (own.has(key)) {
      context.compiler.fail('DUPLICATE_NAMED_QUERY', `WITH query name '${name}' is taken`, at)
    }
    own.add(key)
    const compiled = compileQuery(query, { ...context, namedQueries: new Map(known) })
    if (compiled.sql.length > limits.statementEngineCharactersMax) {
      const message = 'the query may have too many or too complex expressions: WITH grew too large'
      context.compiler.fail('COMPILER_ERROR', message, at)
    }
    if (columns !== null && columns.length !== compiled.columns.length) {
      const found = compiled.columns.length
      const message = `Column alias list has ${columns.length} entries but query has ${found}`
      context.compiler.fail('MISMATCHED_COLUMN_ALIASES', message, at)
    }
    known.set(key, {
      ...compiled,
      columns: compiled.columns.map((column, index) => ({
        ...column,
        name: columns === null ? column.name : (columns[index] ?? null),
      })),
    })
  }
  return { ...context, namedQueries: known }
}

function countSql(count: Expression, what: string, compiler: Compiler): string {
  const value = count.kind === 'parameter' ? compiler.parameter(count.index, count.at) : count
  const isRight = value.kind === 'integer' && /^\d{1,18}$/.test(value.text)
  if (!isRight) {
    return compiler.fail('INVALID_LIMIT_CLAUSE', `${what} needs a whole number`, count.at)
  }
  return value.text
}

function limitSql({ limit, offset }: Query, compiler: Compiler): string {
  const parts: string[] = []
  if (limit !== null) parts.push(` LIMIT ${countSql(limit, 'LIMIT', compiler)}`)
  if (offset !== null) parts.push(` OFFSET ${countSql(offset, 'OFFSET', compiler)}`)
  return parts.join('')
}

function compileBody(body: QueryBody, context: QueryContext, tail: Tail): CompiledQuery {
  switch (body.kind) {
    case 'select':
      return compileSelect(body, context, tail, compileQuery)
    case 'nested':
      return withTail(compileQuery(body.query, context), tail, body.at, context)
    case 'table': {
      const at = body.at
      const items = [{ kind: 'all', table: null, at } as const]
      const from = { kind: 'table', name: body.name, at } as const
      const none = { where: null, groupBy: null, groupByDistinct: false, having: null, windows: [] }
      const select = { kind: 'select', at, distinct: false, items, from, ...none } as const
      return compileSelect(select, context, tail, compileQuery)
    }
    case 'values':
      return withTail(compileValues(body.rows, body.at, context), tail, body.at, context)
    case 'set':
      return withTail(compileSet(body, context), tail, body.at, context)
  }
}

/** Orders and cuts a query whose columns are all there is to order by. */
function withTail(
  query: CompiledQuery,
  tail: Tail,
  at: number,
  { compiler, parent, namedQueries }: QueryContext,
): CompiledQuery {
  if (tail.orderBy.length === 0 && tail.limitSql === '') return query
  const alias = compiler.fresh('r')
  const scope: Scope = {
    columns: query.columns.map((column) => ({
      name: column.name,
      relation: [],
      sql: `${alias}.${named(column.engineName)}`,
      type: column.type,
      mayBeNaN: column.mayBeNaN,
    })),
    parent,
  }
  const place = scalarPlace(scope, { compiler, parent, namedQueries })
  const keys = tail.orderBy.map((item) => {
    const { value } = item
    const ordinal = value.kind === 'integer' ? scope.columns[Number(value.text) - 1] : null
    if (ordinal === undefined) {
      return compiler.fail(
        'INVALID_COLUMN_REFERENCE',
        'ORDER BY position is not in select list',
        at,
      )
    }
    const key = ordinal === null ? compileExpression(value, place) : ordinal
    return sortKey(key, item, at, compiler)
  })
  const order = keys.length === 0 ? '' : ` ORDER BY ${keys.join(', ')}`
  return { ...query, sql: `SELECT * FROM (${query.sql}) AS ${alias}${order}${tail.limitSql}` }
}

/** Where neither aggregates nor windows may stand. */
function scalarPlace(scope: Scope, context: QueryContext): Place {
  return {
    compiler: context.compiler,
    scope,
    aggregates: 'refused',
    windows: 'refused',
    onAggregate: () => undefined,
    compileQuery: (query, parent) => compileQuery(query, { ...context, parent }),
    namedWindows: new Map(),
  }
}

function compileValues(
  rows: readonly (readonly Expression[])[],
  at: number,
  context: QueryContext,
): CompiledQuery {
  const { compiler, parent } = context
  const place = scalarPlace({ columns: [], parent }, context)
  const values = rows.map((row) => row.map((value) => compileExpression(value, place)))
  const width = values[0]?.length ?? 0
  if (values.some((row) => row.length !== width)) {
    compiler.fail('TYPE_MISMATCH', 'Values rows have different numbers of columns', at)
  }
  const columns: Typed[][] = []
  for (let index = 0; index < width; index++) {
    const cells = values.flatMap((row) => row[index] ?? [])
    columns.push([...unified(cells, 'Values rows', compiler.place(at)).values])
  }
  const names = columns.map(() => compiler.fresh('k'))
  const texts = rows.map(
    (_row, row) => `(${columns.map((column) => column[row]?.sql ?? 'NULL').join(', ')})`,
  )
  const alias = compiler.fresh('r')
  return {
    sql: `SELECT * FROM (VALUES ${texts.join(', ')}) AS ${alias}(${names.join(', ')})`,
    columns: columns.map((column, index) => ({
      name: `_col${index}`,
      engineName: names[index] ?? '',
      type: column[0]?.type ?? { kind: 'unknown' },
      mayBeNaN: column.some(({ mayBeNaN }) => mayBeNaN === true),
    })),
  }
}

function compileSet(
  body: Extract<QueryBody, { readonly kind: 'set' }>,
  context: QueryContext,
): CompiledQuery {
  const { compiler } = context
  if (body.terms.length > limits.statementUnionsMax) {
    const message =
      'the query may have too many or too complex expressions: too many set operations'
    compiler.fail('COMPILER_ERROR', message, body.at)
  }
  const none: Tail = { orderBy: [], limitSql: '' }
  const terms = body.terms.map((term) => compileBody(term, context, none))
  const [first] = terms
  if (first === undefined) throw new Error('a set operation has terms')
  const types = first.columns.map(({ type }, index) => {
    let result = type
    for (const term of terms) {
      const other = term.columns[index]?.type
      const isSame = term.columns.length === first.columns.length
      const common = other === undefined || !isSame ? null : commonType(result, other)
      if (common === null) {
        const found = other === undefined ? 'none' : typeText(other)
        const message = `column ${index + 1} of a set operation: ${typeText(result)} and ${found}`
        return compiler.fail('TYPE_MISMATCH', message, body.at)
      }
      result = common
    }
    return result
  })
  const texts = terms.map((term) => {
    const alias = compiler.fresh('r')
    const columns = term.columns.map((column, index) => {
      const value = { sql: `${alias}.${named(column.engineName)}`, type: column.type }
      const wanted = coerced(value, types[index] ?? column.type).sql
      return `${wanted} AS ${named(first.columns[index]?.engineName ?? '')}`
    })
    return `SELECT ${columns.join(', ')} FROM (${term.sql}) AS ${alias}`
  })
  const word = ` ${body.operator.toUpperCase()}${body.all ? ' ALL' : ''} `
  return {
    sql: texts.map((text) => `(${text})`).join(word),
    columns: first.columns.map((column, index) => ({
      ...column,
      type: types[index] ?? column.type,
      mayBeNaN: terms.some((term) => term.columns[index]?.mayBeNaN === true),
    })),
  }
}
