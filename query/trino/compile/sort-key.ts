// Keys of an order. Nulls are where the client put them, last otherwise; NaN stands between the
// numbers and the nulls in both directions, where the engine would take it for the largest number.
import { type TrinoType, typeText } from '../types.ts'
import type { Compiler } from './compiler.ts'
import type { Typed } from './typed.ts'

/** Types whose values have no order here: the engine and Trino see their nulls apart. */
export const isComposite = ({ kind }: TrinoType): boolean =>
  kind === 'array' || kind === 'row' || kind === 'map' || kind === 'json'

export interface Direction {
  readonly descending: boolean
  readonly nulls: 'first' | 'last' | null
}

/** `value DESC NULLS LAST`. NOT_SUPPORTED for arrays, rows and maps. */
export function sortKey(
  { sql, type, mayBeNaN }: Typed,
  { descending, nulls }: Direction,
  at: number,
  compiler: Compiler,
): string {
  if (isComposite(type)) {
    compiler.fail('NOT_SUPPORTED', `an order of ${typeText(type)} is not supported`, at)
  }
  const where = `NULLS ${(nulls ?? 'last').toUpperCase()}`
  if (!descending) return `${sql} ASC ${where}`
  const isFloating = type.kind === 'double' || type.kind === 'real'
  const first = mayBeNaN === true && isFloating ? `isnan(${sql}) ASC ${where}, ` : ''
  return `${first}${sql} DESC ${where}`
}
