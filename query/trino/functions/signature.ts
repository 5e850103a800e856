// How a function of Trino is stated: what it takes, what it gives, and the SQL of the engine that
// computes exactly that. A function that is not stated does not exist.
import type { Compiler } from '../compile/compiler.ts'
import { expectType, type Typed } from '../compile/typed.ts'
import { type TrinoType, typeText } from '../types.ts'

export type FunctionCompiler = (values: readonly Typed[], at: number, compiler: Compiler) => Typed

export type Functions = Readonly<Record<string, FunctionCompiler>>

/** Trino's words for a call that no signature fits. */
export function mismatch(
  values: readonly Typed[],
  expected: string,
  at: number,
  compiler: Compiler,
): never {
  const found = values.map(({ type }) => typeText(type)).join(', ')
  return compiler.fail(
    'TYPE_MISMATCH',
    `Unexpected parameters (${found}) for function; expected (${expected})`,
    at,
  )
}

/**
 * A function of parameters of stated types, `optional` of which may be left out at the end; `sql`
 * makes the engine's SQL of the arguments' SQL.
 */
export function fixed(
  parameters: readonly TrinoType[],
  result: TrinoType,
  sql: (...values: string[]) => string,
  optional = 0,
): FunctionCompiler {
  return (values, at, compiler) => {
    if (values.length > parameters.length || values.length < parameters.length - optional) {
      return mismatch(values, parameters.map(typeText).join(', '), at, compiler)
    }
    const texts = values.map((value, index) => {
      const type = parameters[index]
      if (type === undefined) throw new Error('the number of arguments was checked')
      return expectType(value, type, `Argument ${index + 1}`, compiler.place(at)).sql
    })
    return { sql: sql(...texts), type: result }
  }
}

/** The text of an argument that must be a literal: a unit, a format, a pattern. */
export function literalText(
  value: Typed | undefined,
  what: string,
  at: number,
  compiler: Compiler,
): string {
  if (value?.text === undefined) {
    return compiler.fail('NOT_SUPPORTED', `${what} must be a literal here`, at)
  }
  return value.text
}

export const timestampPrecisionOf = (precision: number, withTimeZone: boolean): TrinoType => ({
  kind: 'timestamp',
  precision,
  withTimeZone,
})
