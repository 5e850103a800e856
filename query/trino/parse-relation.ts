// What a query reads from: tables, subqueries, UNNEST, and their joins.
import { limits } from '../../config/limits.ts'
import { type Cursor, isReserved, parenthesised } from './cursor.ts'
import { parseExpression } from './parse-expression.ts'
import { isQueryStart, parseAlias, parseQuery } from './parse-query.ts'
import type { Relation } from './syntax.ts'

type Join = Extract<Relation, { readonly kind: 'join' }>

/** `relation (, relation)*`, a comma being a cross join. */
export function parseFrom(cursor: Cursor): Relation {
  let left = parseJoins(cursor)
  while (cursor.takeSymbol(',')) {
    const right = parseJoins(cursor)
    left = { kind: 'join', type: 'cross', left, right, on: null, using: null, at: left.at }
  }
  return left
}

function takeJoinType(cursor: Cursor): Join['type'] | null {
  if (cursor.takeWords('cross', 'join')) return 'cross'
  if (cursor.isWord('natural')) cursor.refuse('NATURAL joins are not supported')
  if (cursor.takeWords('join') || cursor.takeWords('inner', 'join')) return 'inner'
  for (const type of ['left', 'right', 'full'] as const) {
    if (cursor.takeWords(type, 'join') || cursor.takeWords(type, 'outer', 'join')) return type
  }
  return null
}

function parseJoins(cursor: Cursor): Relation {
  let left = parseRelation(cursor)
  for (let count = 0; ; count++) {
    const { at } = left
    const type = takeJoinType(cursor)
    if (type === null) return left
    if (count >= limits.statementJoinsMax) cursor.fail('too many joins in one query')
    if (type === 'cross') {
      left = { kind: 'join', type, left, right: parseRelation(cursor), on: null, using: null, at }
      continue
    }
    const right = parseRelation(cursor)
    left = { kind: 'join', type, left, right, ...parseCondition(cursor), at }
  }
}

function parseCondition(cursor: Cursor): Pick<Join, 'on' | 'using'> {
  if (cursor.takeWords('using')) {
    return { on: null, using: parenthesised(cursor, () => cursor.identifier('a column')) }
  }
  cursor.expectWord('on')
  return { on: parseExpression(cursor), using: null }
}

function parseRelation(cursor: Cursor): Relation {
  const relation = parsePrimaryRelation(cursor)
  if (cursor.isWord('tablesample')) cursor.refuse('TABLESAMPLE is not supported')
  const name = parseAlias(cursor)
  if (name === null) return relation
  const columns = cursor.isSymbol('(')
    ? parenthesised(cursor, () => cursor.identifier('a column'))
    : null
  return { kind: 'alias', relation, name, columns, at: relation.at }
}

function parsePrimaryRelation(cursor: Cursor): Relation {
  return cursor.nested(() => {
    const at = cursor.token().start
    if (cursor.isWord('lateral')) cursor.refuse('LATERAL is not supported')
    if (cursor.takeWords('unnest')) {
      const arrays = parenthesised(cursor, () => parseExpression(cursor))
      const ordinality = cursor.takeWords('with', 'ordinality')
      return { kind: 'unnest', arrays, ordinality, at }
    }
    if (cursor.isSymbol('(')) {
      if (isQueryStart(cursor, 1) && !isParenthesisedJoin(cursor)) return parseSubquery(cursor)
      cursor.advance()
      const inner = parseFrom(cursor)
      cursor.expectSymbol(')')
      return inner
    }
    if (cursor.isWord('table') && cursor.ahead(1).value === '(') {
      cursor.refuse('table functions are not supported')
    }
    const name = cursor.qualifiedName('a table')
    if (name.length > 3) cursor.fail('a table has at most a catalog, a schema and a name', at)
    if (cursor.isSymbol('(')) cursor.refuse('table functions are not supported')
    return { kind: 'table', name, at }
  })
}

// `((SELECT …) UNION SELECT …)` is a query; `((SELECT …) AS a JOIN b ON …)` is a join: what follows
// the inner parentheses tells.
function isParenthesisedJoin(cursor: Cursor): boolean {
  if (cursor.ahead(1).value !== '(' || cursor.ahead(1).kind !== 'symbol') return false
  const end = cursor.closing(1)
  if (end < 0) return false
  const { kind, value } = cursor.ahead(end + 1)
  if (kind === 'symbol') return value === ','
  const joins = ['as', 'join', 'inner', 'left', 'right', 'full', 'cross', 'natural']
  return kind === 'quoted' || (kind === 'word' && (!isReserved(value) || joins.includes(value)))
}

function parseSubquery(cursor: Cursor): Relation {
  const at = cursor.expectSymbol('(').start
  const query = parseQuery(cursor)
  cursor.expectSymbol(')')
  return { kind: 'subquery', query, at }
}
