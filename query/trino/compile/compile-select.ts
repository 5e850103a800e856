// SELECT: its relation, conditions, groups, items and the order of its rows, clause by clause. What
// each clause may hold (aggregates, windows, names of items) is Trino's.
import type { Expression, GroupingElement, Query, Select, SelectItem } from '../syntax.ts'
import type { CompiledQuery } from './compile-expression.ts'
import { compileExpression, type Place } from './compile-expression.ts'
import { asCondition } from './compile-operators.ts'
import type { QueryContext, Tail } from './compile-query.ts'
import { compileRelation } from './compile-relation.ts'
import { compileWindow } from './compile-window.ts'
import type { Compiler } from './compiler.ts'
import { namesRelation, type Scope, type ScopeColumn } from './scope.ts'
import { sortKey } from './sort-key.ts'
import { named, type Typed } from './typed.ts'

type CompileQuery = (query: Query, context: QueryContext) => CompiledQuery

interface Item {
  readonly name: string | null
  readonly engineName: string
  readonly value: Typed
}

interface SelectWork {
  readonly select: Select
  readonly context: QueryContext
  readonly scope: Scope
  /** Where no aggregate and no window may stand. */
  readonly scalar: Place
  /** Where both may. */
  readonly full: Place
  readonly aggregated: () => boolean
}

function openWork(
  select: Select,
  context: QueryContext,
  scope: Scope,
  compileQuery: CompileQuery,
): SelectWork {
  const { compiler } = context
  let aggregates = 0
  const namedWindows = new Map<string, string>()
  const scalar: Place = {
    compiler,
    scope,
    aggregates: 'refused',
    windows: 'refused',
    onAggregate: () => {
      aggregates++
    },
    compileQuery: (query, parent) => compileQuery(query, { ...context, parent }),
    namedWindows,
  }
  const full: Place = { ...scalar, aggregates: 'permitted', windows: 'permitted' }
  for (const { name, window } of select.windows) {
    namedWindows.set(name.toLowerCase(), compileWindow(window, select.at, full))
  }
  return { select, context, scope, scalar, full, aggregated: () => aggregates > 0 }
}

function expandAll(
  item: Extract<SelectItem, { readonly kind: 'all' }>,
  { scope, context }: SelectWork,
): readonly ScopeColumn[] {
  const { compiler } = context
  const wanted = item.table
  const columns =
    wanted === null
      ? scope.columns
      : scope.columns.filter(({ relation }) => namesRelation(relation, wanted))
  if (columns.length > 0) return columns
  if (wanted === null) {
    return compiler.fail('COLUMN_NOT_FOUND', 'SELECT * not allowed without FROM', item.at)
  }
  return compiler.fail(
    'TABLE_NOT_FOUND',
    `Unable to resolve reference ${wanted.join('.')}`,
    item.at,
  )
}

function itemName({ value, alias }: Extract<SelectItem, { readonly kind: 'expression' }>) {
  if (alias !== null) return alias
  return value.kind === 'column' ? (value.parts.at(-1) ?? null) : null
}

function compileItems(work: SelectWork): Item[] {
  const { compiler } = work.context
  const items: Item[] = []
  for (const item of work.select.items) {
    if (item.kind === 'all') {
      for (const column of expandAll(item, work)) {
        const { name, sql, type, mayBeNaN } = column
        items.push({ name, engineName: compiler.fresh('k'), value: { sql, type, mayBeNaN } })
      }
      continue
    }
    const value = compileExpression(item.value, work.full)
    items.push({ name: itemName(item), engineName: compiler.fresh('k'), value })
  }
  return items
}

/** The item that an ordinal names: INVALID_COLUMN_REFERENCE where there is none. */
function itemAt(items: readonly Item[], text: string, at: number, compiler: Compiler): Item {
  const item = items[Number(text) - 1]
  if (item !== undefined) return item
  return compiler.fail('INVALID_COLUMN_REFERENCE', `position ${text} is not in select list`, at)
}

function groupSql(
  elements: readonly GroupingElement[],
  items: readonly Item[],
  work: SelectWork,
): string {
  const { compiler } = work.context
  const key = (expression: Expression): string => {
    if (expression.kind === 'integer') {
      const place = work.select.items.every(({ kind }) => kind === 'expression')
        ? work.select.items[Number(expression.text) - 1]
        : undefined
      // Compiled anew where no aggregate may stand: one that an ordinal names is refused.
      if (place?.kind === 'expression') return compileExpression(place.value, work.scalar).sql
      return itemAt(items, expression.text, expression.at, compiler).value.sql
    }
    return compileExpression(expression, work.scalar).sql
  }
  const texts = elements.map((element) => {
    switch (element.kind) {
      case 'simple':
        return element.columns.length === 0
          ? 'GROUPING SETS (())'
          : element.columns.map(key).join(', ')
      case 'sets': {
        const sets = element.sets.map((set) => `(${set.map(key).join(', ')})`)
        return `GROUPING SETS (${sets.join(', ')})`
      }
      default:
        return `${element.kind.toUpperCase()} (${element.columns.map(key).join(', ')})`
    }
  })
  return texts.join(', ')
}

function orderSql(items: readonly Item[], tail: Tail, work: SelectWork): string {
  const { compiler } = work.context
  if (tail.orderBy.length === 0) return ''
  const outputs = items.map(
    ({ name, value }): ScopeColumn => ({
      name,
      relation: [],
      sql: value.sql,
      type: value.type,
      mayBeNaN: value.mayBeNaN === true,
    }),
  )
  // Names of items go before those of columns. An item named twice by the same value is one.
  const seen = new Set<string>()
  const unique = outputs.filter(({ name, sql }) => {
    const key = `${name} ${sql}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
  const place: Place = { ...work.full, scope: { columns: unique, parent: work.scope } }
  const keys = tail.orderBy.map((sort) => {
    const { value } = sort
    const key =
      value.kind === 'integer'
        ? itemAt(items, value.text, value.at, compiler).value
        : compileExpression(value, place)
    const item = items.find((candidate) => candidate.value.sql === key.sql)
    if (item !== undefined) {
      return sortKey({ ...key, sql: named(item.engineName) }, sort, value.at, compiler)
    }
    if (work.select.distinct) {
      const message = 'For SELECT DISTINCT, ORDER BY expressions must appear in select list'
      return compiler.fail('INVALID_COLUMN_REFERENCE', message, value.at)
    }
    return sortKey(key, sort, value.at, compiler)
  })
  return ` ORDER BY ${keys.join(', ')}`
}

/** Compiles a SELECT with the order and the cut of its rows. */
export function compileSelect(
  select: Select,
  context: QueryContext,
  tail: Tail,
  compileQuery: CompileQuery,
): CompiledQuery {
  const { compiler, parent } = context
  if (select.groupByDistinct) {
    compiler.fail('NOT_SUPPORTED', 'GROUP BY DISTINCT is not supported', select.at)
  }
  const relation =
    select.from === null
      ? { sql: '', columns: [] }
      : compileRelation(select.from, {
          compiler,
          parent,
          namedQueries: context.namedQueries,
          compileQuery: (query, scope) => compileQuery(query, { ...context, parent: scope }),
          place: (scope) => openWork(select, context, scope, compileQuery).scalar,
        })
  const scope: Scope = { columns: relation.columns, parent }
  const work = openWork(select, context, scope, compileQuery)
  const parts: string[] = []
  if (relation.sql !== '') parts.push(`FROM ${relation.sql}`)
  if (select.where !== null) {
    const { where } = select
    const condition = compileExpression(where, work.scalar)
    parts.push(`WHERE ${asCondition(condition, 'WHERE clause', where.at, compiler)}`)
  }
  const items = compileItems(work)
  if (select.groupBy !== null) parts.push(`GROUP BY ${groupSql(select.groupBy, items, work)}`)
  if (select.having !== null) {
    const { having } = select
    const condition = compileExpression(having, work.full)
    parts.push(`HAVING ${asCondition(condition, 'HAVING clause', having.at, compiler)}`)
  }
  const order = orderSql(items, tail, work)
  const list = items.map(({ value, engineName }) => `${value.sql} AS ${named(engineName)}`)
  const head = `SELECT ${select.distinct ? 'DISTINCT ' : ''}${list.join(', ')}`
  return {
    sql: `${[head, ...parts].join(' ')}${order}${tail.limitSql}`,
    columns: items.map(({ name, engineName, value }) => ({
      name,
      engineName,
      type: value.type,
      mayBeNaN: value.mayBeNaN === true,
    })),
  }
}
