// Queries: WITH, SELECT, VALUES, TABLE, set operations, ORDER BY, OFFSET, LIMIT (SqlBase.g4, query
// to relationPrimary). Chains of set operations are flat, however long.
import { limits } from '../../config/limits.ts'
import { type Cursor, commaList, isReserved, parenthesised } from './cursor.ts'
import { parseExpression } from './parse-expression.ts'
import { parseFrom } from './parse-relation.ts'
import { parseWindow } from './parse-window.ts'
import type {
  Expression,
  GroupingElement,
  NamedQuery,
  Query,
  QueryBody,
  Select,
  SelectItem,
  SortItem,
} from './syntax.ts'

const queryWords: readonly string[] = ['select', 'with', 'values', 'table']

/** Does a query start `distance` tokens ahead, behind any number of parentheses? */
export function isQueryStart(cursor: Cursor, distance: number): boolean {
  let place = distance
  // Deeper than a statement may be nested there is nothing to look for.
  const farthest = distance + limits.statementDepthMax
  while (cursor.ahead(place).kind === 'symbol' && cursor.ahead(place).value === '(') {
    if (++place > farthest) return false
  }
  const { kind, value } = cursor.ahead(place)
  return kind === 'word' && queryWords.includes(value)
}

/** The query at hand. */
export function parseQuery(cursor: Cursor): Query {
  return cursor.nested(() => {
    const at = cursor.token().start
    const names = cursor.takeWords('with') ? parseWith(cursor) : []
    const body = parseBody(cursor)
    const orderBy = cursor.takeWords('order', 'by') ? parseSortItems(cursor) : []
    let offset: Expression | null = null
    if (cursor.takeWords('offset')) {
      offset = parseRowCount(cursor)
      if (!cursor.takeWords('rows')) cursor.takeWords('row')
    }
    return { at, with: names, body, orderBy, offset, limit: parseLimit(cursor) }
  })
}

function parseRowCount(cursor: Cursor): Expression {
  const { kind, value, start: at } = cursor.token()
  if (kind === 'parameter') {
    cursor.advance()
    return { kind, index: cursor.nextParameter(), at }
  }
  cursor.expectKind('integer', 'a number of rows')
  return { kind: 'integer', text: value, at }
}

function parseLimit(cursor: Cursor): Expression | null {
  if (cursor.takeWords('limit')) {
    return cursor.takeWords('all') ? null : parseRowCount(cursor)
  }
  if (!cursor.takeWords('fetch')) return null
  if (!cursor.takeWords('first')) cursor.expectWord('next')
  const at = cursor.token().start
  const isCounted = !cursor.isWord('row') && !cursor.isWord('rows')
  const count: Expression = isCounted ? parseRowCount(cursor) : { kind: 'integer', text: '1', at }
  if (!cursor.takeWords('rows')) cursor.expectWord('row')
  if (cursor.isWord('with')) cursor.refuse('FETCH … WITH TIES is not supported')
  cursor.expectWord('only')
  return count
}

function parseWith(cursor: Cursor): NamedQuery[] {
  if (cursor.isWord('recursive')) cursor.refuse('WITH RECURSIVE is not supported')
  return commaList(cursor, () => {
    const name = cursor.identifier('the name of a query')
    const columns = cursor.isSymbol('(')
      ? parenthesised(cursor, () => cursor.identifier('a column'))
      : null
    cursor.expectWord('as')
    cursor.expectSymbol('(')
    const query = parseQuery(cursor)
    cursor.expectSymbol(')')
    return { name, columns, query }
  })
}

/** INTERSECT binds closer than UNION and EXCEPT, which lean to the left. */
function parseBody(cursor: Cursor): QueryBody {
  return parseSetChain(cursor, ['union', 'except'], () =>
    parseSetChain(cursor, ['intersect'], () => parseTerm(cursor)),
  )
}

function parseSetChain(
  cursor: Cursor,
  operators: readonly ('union' | 'except' | 'intersect')[],
  parseOne: () => QueryBody,
): QueryBody {
  let body = parseOne()
  // Terms of the node under way: it grows while operator and quantifier stay the same.
  let open: { operator: string; all: boolean; terms: QueryBody[] } | null = null
  for (;;) {
    const operator = operators.find((word) => cursor.takeWords(word))
    if (operator === undefined) return body
    const all = cursor.takeWords('all')
    if (!all) cursor.takeWords('distinct')
    const term = parseOne()
    if (open !== null && open.operator === operator && open.all === all) {
      open.terms.push(term)
      continue
    }
    const terms: QueryBody[] = [body, term]
    open = { operator, all, terms }
    body = { kind: 'set', operator, all, terms, at: body.at }
  }
}

function parseTerm(cursor: Cursor): QueryBody {
  const at = cursor.token().start
  if (cursor.takeSymbol('(')) {
    const query = parseQuery(cursor)
    cursor.expectSymbol(')')
    return { kind: 'nested', query, at }
  }
  if (cursor.isWord('select')) return parseSelect(cursor)
  if (cursor.takeWords('table')) return { kind: 'table', name: cursor.qualifiedName(), at }
  if (!cursor.takeWords('values')) return cursor.unexpected('a query')
  const rows = commaList(cursor, () => {
    const row = parseExpression(cursor)
    return row.kind === 'row' ? row.items : [row]
  })
  return { kind: 'values', rows, at }
}

function parseSelect(cursor: Cursor): Select {
  const at = cursor.expectWord('select').start
  const distinct = cursor.takeWords('distinct')
  if (!distinct) cursor.takeWords('all')
  const items = commaList(cursor, () => parseSelectItem(cursor))
  const from = cursor.takeWords('from') ? parseFrom(cursor) : null
  const where = cursor.takeWords('where') ? parseExpression(cursor) : null
  let groupBy: GroupingElement[] | null = null
  let groupByDistinct = false
  if (cursor.takeWords('group', 'by')) {
    groupByDistinct = cursor.takeWords('distinct')
    if (!groupByDistinct) cursor.takeWords('all')
    groupBy = commaList(cursor, () => parseGrouping(cursor))
  }
  const having = cursor.takeWords('having') ? parseExpression(cursor) : null
  const windows = cursor.takeWords('window')
    ? commaList(cursor, () => {
        const name = cursor.identifier('a window')
        cursor.expectWord('as')
        return { name, window: parseWindow(cursor) }
      })
    : []
  return {
    ...{ kind: 'select', at, distinct, items, from, where, groupBy, groupByDistinct },
    ...{ having, windows },
  }
}

function parseSelectItem(cursor: Cursor): SelectItem {
  const at = cursor.token().start
  if (cursor.takeSymbol('*')) return { kind: 'all', table: null, at }
  // `t.*` and `s.t.*`: names and dots up to a star.
  let place = 0
  const isName = () => ['word', 'quoted'].includes(cursor.ahead(place).kind)
  while (isName() && cursor.ahead(place + 1).value === '.') place += 2
  if (place > 0 && cursor.ahead(place).kind === 'symbol' && cursor.ahead(place).value === '*') {
    const table: string[] = []
    for (let part = 0; part < place; part += 2) {
      table.push(cursor.identifier('a table'))
      cursor.advance()
    }
    cursor.advance()
    return { kind: 'all', table, at }
  }
  const value = parseExpression(cursor)
  return { kind: 'expression', value, alias: parseAlias(cursor) }
}

/** `AS name` or `name`; null where there is neither. */
export function parseAlias(cursor: Cursor): string | null {
  if (cursor.takeWords('as')) return cursor.identifier('an alias')
  const { kind, value } = cursor.token()
  const isName = kind === 'quoted' || (kind === 'word' && !isReserved(value))
  return isName && !isClauseWord(cursor) ? cursor.identifier() : null
}

// Words that may be names, but behind a value or a relation open the next clause.
function isClauseWord(cursor: Cursor): boolean {
  const next = cursor.ahead(1)
  const isCount = next.kind === 'integer' || next.kind === 'parameter'
  const is = (word: string, follow: readonly string[]) =>
    cursor.isWord(word) && next.kind === 'word' && follow.includes(next.value)
  return (
    (cursor.isWord('window') && cursor.ahead(2).value === 'as') ||
    is('limit', ['all']) ||
    (isCount && (cursor.isWord('limit') || cursor.isWord('offset'))) ||
    is('fetch', ['first', 'next'])
  )
}

function parseGrouping(cursor: Cursor): GroupingElement {
  const set = (): Expression[] => {
    if (cursor.isSymbol('(')) return parenthesised(cursor, () => parseExpression(cursor), true)
    return [parseExpression(cursor)]
  }
  if (cursor.takeWords('grouping', 'sets')) {
    return { kind: 'sets', sets: parenthesised(cursor, set) }
  }
  const kind = (['rollup', 'cube'] as const).find((word) => cursor.takeWords(word))
  if (kind !== undefined) {
    return { kind, columns: parenthesised(cursor, () => parseExpression(cursor), true) }
  }
  if (cursor.isSymbol('(') && cursor.ahead(1).value === ')') {
    cursor.advance()
    cursor.advance()
    return { kind: 'simple', columns: [] }
  }
  const value = parseExpression(cursor)
  return { kind: 'simple', columns: value.kind === 'row' ? value.items : [value] }
}

/** `value ASC NULLS FIRST, …`. */
export function parseSortItems(cursor: Cursor): SortItem[] {
  return commaList(cursor, () => {
    const value = parseExpression(cursor)
    const descending = cursor.takeWords('desc')
    if (!descending) cursor.takeWords('asc')
    let nulls: SortItem['nulls'] = null
    if (cursor.takeWords('nulls', 'first')) nulls = 'first'
    else if (cursor.takeWords('nulls', 'last')) nulls = 'last'
    return { value, descending, nulls }
  })
}
