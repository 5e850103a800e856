// What a compilation knows beside the syntax tree: the tables, the session, the values of
// parameters, and how to make names that nothing else has.
import type { Expression, NameParts } from '../syntax.ts'
import { placeOf } from '../tokens.ts'
import { type TextPlace, TrinoError, type TrinoErrorName } from '../trino-error.ts'
import type { TrinoType } from '../types.ts'

export interface TableColumn {
  readonly name: string
  readonly type: TrinoType
  /** Name of the column in the engine. */
  readonly engineName: string
  readonly mayBeNaN: boolean
}

export interface ResolvedTable {
  /** Catalog, schema and table. */
  readonly name: NameParts
  /** What stands in FROM for it. */
  readonly sql: string
  readonly columns: readonly TableColumn[]
}

export interface Session {
  readonly user: string
  readonly catalog: string | null
  readonly schema: string | null
  /** When the statement started, UTC, as `2026-11-22 18:00:00.000`. */
  readonly startedAt: string
}

export interface CompilerOptions {
  readonly text: string
  readonly session: Session
  /** Literals in the places of `?`. */
  readonly parameters: readonly Expression[]
  /** The table of a name of one to three parts; throws a TrinoError where there is none. */
  readonly resolveTable: (name: NameParts, place: TextPlace) => ResolvedTable
}

export interface Compiler extends CompilerOptions {
  /** A name of the engine that nothing else in the statement has: `r1`, `k2`. */
  readonly fresh: (prefix: string) => string
  readonly place: (at: number) => TextPlace
  readonly fail: (errorName: TrinoErrorName, message: string, at: number) => never
  /** The expression in the place of a parameter. */
  readonly parameter: (index: number, at: number) => Expression
}

/** A compiler for one statement. */
export function openCompiler(options: CompilerOptions): Compiler {
  let count = 0
  const place = (at: number): TextPlace => placeOf(options.text, at)
  const fail = (errorName: TrinoErrorName, message: string, at: number): never => {
    throw new TrinoError(errorName, message, place(at))
  }
  return {
    ...options,
    fresh: (prefix) => `${prefix}${++count}`,
    place,
    fail,
    parameter: (index, at) => {
      const value = options.parameters[index]
      if (value !== undefined) return value
      return fail(
        'INVALID_PARAMETER_USAGE',
        `the statement needs ${index + 1} parameters and has ${options.parameters.length}`,
        at,
      )
    },
  }
}
