// Windows: `OVER (PARTITION BY … ORDER BY … ROWS BETWEEN …)`, and those that WINDOW names.
import { type Cursor, commaList } from './cursor.ts'
import { parseExpression } from './parse-expression.ts'
import { parseSortItems } from './parse-query.ts'
import type { Frame, FrameBound, Window } from './syntax.ts'

/** `OVER name` or `OVER (…)`. */
export function parseOver(cursor: Cursor): Window | string {
  cursor.expectWord('over')
  if (!cursor.isSymbol('(')) return cursor.identifier('a window')
  return parseWindow(cursor)
}

/** A window in its parentheses. */
export function parseWindow(cursor: Cursor): Window {
  cursor.expectSymbol('(')
  const starts = ['partition', 'order', 'rows', 'range', 'groups']
  const isNamed = !cursor.isSymbol(')') && !starts.some((word) => cursor.isWord(word))
  const base = isNamed ? cursor.identifier('a window') : null
  const partitionBy = cursor.takeWords('partition', 'by')
    ? commaList(cursor, () => parseExpression(cursor))
    : []
  const orderBy = cursor.takeWords('order', 'by') ? parseSortItems(cursor) : []
  const frame = parseFrame(cursor)
  cursor.expectSymbol(')')
  return { base, partitionBy, orderBy, frame }
}

function parseFrame(cursor: Cursor): Frame | null {
  const unit = (['rows', 'range', 'groups'] as const).find((word) => cursor.takeWords(word))
  if (unit === undefined) return null
  if (!cursor.takeWords('between')) return { unit, start: parseBound(cursor), end: null }
  const start = parseBound(cursor)
  cursor.expectWord('and')
  return { unit, start, end: parseBound(cursor) }
}

function parseBound(cursor: Cursor): FrameBound {
  if (cursor.takeWords('unbounded', 'preceding')) return { kind: 'unbounded_preceding' }
  if (cursor.takeWords('unbounded', 'following')) return { kind: 'unbounded_following' }
  if (cursor.takeWords('current', 'row')) return { kind: 'current_row' }
  const value = parseExpression(cursor)
  if (cursor.takeWords('preceding')) return { kind: 'preceding', value }
  cursor.expectWord('following')
  return { kind: 'following', value }
}
