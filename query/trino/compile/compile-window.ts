// Windows as the engine writes them. Ordering says where nulls are, always; frames are those that
// both know alike.
import type { FrameBound, Window } from '../syntax.ts'
import { bigintType } from '../types.ts'
import { compileExpression, type Place } from './compile-expression.ts'
import { sortKey } from './sort-key.ts'
import { expectType } from './typed.ts'

function boundSql(bound: FrameBound, at: number, place: Place): string {
  switch (bound.kind) {
    case 'unbounded_preceding':
      return 'UNBOUNDED PRECEDING'
    case 'unbounded_following':
      return 'UNBOUNDED FOLLOWING'
    case 'current_row':
      return 'CURRENT ROW'
    default: {
      const value = compileExpression(bound.value, place)
      const count = expectType(value, bigintType, 'Window frame offset', place.compiler.place(at))
      return `${count.sql} ${bound.kind.toUpperCase()}`
    }
  }
}

/** `(PARTITION BY … ORDER BY … ROWS …)`. */
export function compileWindow(window: Window | string, at: number, place: Place): string {
  const { compiler } = place
  if (typeof window === 'string') {
    const named = place.namedWindows.get(window.toLowerCase())
    return named ?? compiler.fail('INVALID_ARGUMENTS', 'Cannot resolve WINDOW name', at)
  }
  if (window.base !== null) {
    return compiler.fail('NOT_SUPPORTED', 'windows that add to a named one are not supported', at)
  }
  const parts: string[] = []
  if (window.partitionBy.length > 0) {
    const keys = window.partitionBy.map((key) => compileExpression(key, place).sql)
    parts.push(`PARTITION BY ${keys.join(', ')}`)
  }
  if (window.orderBy.length > 0) {
    const items = window.orderBy.map((item) => {
      return sortKey(compileExpression(item.value, place), item, item.value.at, compiler)
    })
    parts.push(`ORDER BY ${items.join(', ')}`)
  }
  if (window.frame !== null) {
    const { unit, start, end } = window.frame
    const isOffset = [start, end].some((b) => b?.kind === 'preceding' || b?.kind === 'following')
    if (unit !== 'rows' && isOffset) {
      compiler.fail('NOT_SUPPORTED', 'offsets of RANGE and GROUPS are not supported', at)
    }
    const first = boundSql(start, at, place)
    const last = end === null ? null : boundSql(end, at, place)
    const frame = last === null ? first : `BETWEEN ${first} AND ${last}`
    parts.push(`${unit.toUpperCase()} ${frame}`)
  }
  return `(${parts.join(' ')})`
}
