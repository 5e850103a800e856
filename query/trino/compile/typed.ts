// An expression compiled for the engine: its SQL, and the type that Trino gives to it. The SQL of a
// value is always of the engine's type for that Trino type, so coercions are explicit and the engine
// never chooses a type of its own.
import { quoteIdentifier as named, quoteText as quoted } from '../../../lake/open-duckdb.ts'
import { canCoerce, commonType } from '../coercion.ts'
import { type TextPlace, TrinoError } from '../trino-error.ts'
import { engineType, type TrinoType, typeText } from '../types.ts'

export interface Typed {
  readonly sql: string
  readonly type: TrinoType
  /** The value of a literal text, where a function needs one: a unit, a format, a pattern. */
  readonly text?: string
  /** The fields of a row that is written out. */
  readonly parts?: readonly Typed[]
  /** A real or double that may be NaN, for which comparisons of the engine differ. */
  readonly mayBeNaN?: boolean
}

export { named, quoted }

/** SQL that fails with one of Trino's errors when a row comes to it. */
export function failing(errorName: string, message: string, type: TrinoType): string {
  return `CAST(error(${quoted(`trino:${errorName}:${message}`)}) AS ${engineType(type)})`
}

/** The value as another type, which its own type can be read as. */
export function coerced(value: Typed, type: TrinoType): Typed {
  const from = engineType(value.type)
  const to = engineType(type)
  if (from === to && value.type.kind !== 'unknown') return { ...value, type }
  if (value.parts !== undefined && type.kind === 'row') {
    const parts = value.parts.map((part, i) => coerced(part, type.fields[i]?.type ?? part.type))
    return { ...value, parts, sql: `CAST(${value.sql} AS ${to})`, type }
  }
  return { ...value, sql: `CAST(${value.sql} AS ${to})`, type }
}

/** Like `coerced`, refusing (TYPE_MISMATCH) what is of another type. */
export function expectType(
  value: Typed,
  type: TrinoType,
  what: string,
  place: TextPlace | null,
): Typed {
  if (canCoerce(value.type, type)) return coerced(value, type)
  throw new TrinoError(
    'TYPE_MISMATCH',
    `${what} must be of type ${typeText(type)}, but is ${typeText(value.type)}`,
    place,
  )
}

/** Values as the type that they have in common: TYPE_MISMATCH where there is none. */
export function unified(
  values: readonly Typed[],
  what: string,
  place: TextPlace | null,
): { readonly values: readonly Typed[]; readonly type: TrinoType } {
  let type: TrinoType = { kind: 'unknown' }
  for (const value of values) {
    const common = commonType(type, value.type)
    if (common === null) {
      throw new TrinoError(
        'TYPE_MISMATCH',
        `${what}: ${typeText(type)} and ${typeText(value.type)} have no type in common`,
        place,
      )
    }
    type = common
  }
  const result = type
  return { values: values.map((value) => coerced(value, result)), type }
}

/** Might any of the values be NaN? */
export function anyNaN(values: readonly Typed[]): { readonly mayBeNaN: boolean } {
  return { mayBeNaN: values.some(({ mayBeNaN }) => mayBeNaN === true) }
}
