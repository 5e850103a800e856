// The names that an expression can see: columns of the relations of its query, and, for a subquery
// that is correlated, those of the queries around it. Names are compared without regard to case.
import type { NameParts } from '../syntax.ts'
import { type TextPlace, TrinoError } from '../trino-error.ts'
import type { TrinoType } from '../types.ts'
import type { Typed } from './typed.ts'

export interface ScopeColumn {
  /** null: a column without a name, which only `*` can reach. */
  readonly name: string | null
  /** How its relation can be named: alias, or catalog, schema and table. */
  readonly relation: NameParts
  readonly sql: string
  readonly type: TrinoType
  readonly mayBeNaN: boolean
}

export interface Scope {
  readonly columns: readonly ScopeColumn[]
  readonly parent: Scope | null
}

const folded = (text: string | null): string => (text ?? '').toLowerCase()

/** Does `wanted` (`t`, `s.t`, `c.s.t`) name the relation? */
export function namesRelation(relation: NameParts, wanted: NameParts): boolean {
  if (wanted.length > relation.length || wanted.length === 0) return false
  const tail = relation.slice(relation.length - wanted.length)
  return tail.every((part, index) => folded(part) === folded(wanted[index] ?? null))
}

/** The column of a name: COLUMN_NOT_FOUND or AMBIGUOUS_NAME where it is not exactly one. */
export function resolveColumn(scope: Scope, parts: NameParts, place: TextPlace | null): Typed {
  const name = folded(parts.at(-1) ?? null)
  const relation = parts.slice(0, -1)
  for (let current: Scope | null = scope; current !== null; current = current.parent) {
    const found = current.columns.filter(
      (column) =>
        column.name !== null &&
        folded(column.name) === name &&
        (relation.length === 0 || namesRelation(column.relation, relation)),
    )
    const [column, other] = found
    if (other !== undefined) {
      throw new TrinoError('AMBIGUOUS_NAME', `Column '${parts.join('.')}' is ambiguous`, place)
    }
    if (column !== undefined) {
      return { sql: column.sql, type: column.type, mayBeNaN: column.mayBeNaN }
    }
  }
  throw new TrinoError('COLUMN_NOT_FOUND', `Column '${parts.join('.')}' cannot be resolved`, place)
}
