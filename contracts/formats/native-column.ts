// What other formats say of a column in words of their own, gathered from any of them and turned
// into constraints of ours. What cannot be turned is told.

import type { ColumnConstraint, ColumnType, ContractColumn } from '../table-contract.ts'
import { columnPlain, type Plain } from './contract-text.ts'
import { isSame } from './conversion.ts'

/** Facts about a column that several formats can state. */
export interface NativeFacts {
  readonly type: ColumnType
  readonly description: string
  readonly notNull: boolean
  readonly unique: boolean
  readonly categories: readonly unknown[] | null
  /** Of the whole text. */
  readonly patterns: readonly string[]
  readonly firstOfMonth: boolean
  readonly minimum: unknown
  readonly maximum: unknown
  readonly exclusiveMinimum: unknown
  readonly exclusiveMaximum: unknown
  readonly multipleOf: unknown
}

export const noFacts: Omit<NativeFacts, 'type'> = {
  ...{ description: '', notNull: false, unique: false, categories: null, patterns: [] },
  ...{ firstOfMonth: false, minimum: null, maximum: null },
  ...{ exclusiveMinimum: null, exclusiveMaximum: null, multipleOf: null },
}

/** Says that something of a column cannot be held. */
export type Tell = (what: string, text: string) => void

/** Unusual spellings of numbers come as text. */
const numberOf = (value: unknown): unknown =>
  typeof value === 'string' && /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value)
    ? Number(value)
    : value

function higher(left: unknown, right: unknown): unknown {
  if (left === null || right === null) return left ?? right
  return (left as number) >= (right as number) ? left : right
}

/** The smallest multiple of `by` from `minimum` up, in whole numbers; null where it is none. */
function firstMultiple(minimum: unknown, by: unknown): number | null {
  if (!Number.isSafeInteger(minimum) || !Number.isSafeInteger(by) || Number(by) < 1) return null
  const first = Math.ceil(Number(minimum) / Number(by)) * Number(by)
  return Number.isSafeInteger(first) ? first + 0 : null
}

function rangeOf(facts: NativeFacts, tell: Tell): Plain[] {
  const isText = !['int', 'float', 'date'].includes(facts.type)
  const read = facts.type === 'date' ? (value: unknown) => value : numberOf
  const [low, high] = [read(facts.minimum), read(facts.maximum)]
  const [above, below] = [read(facts.exclusiveMinimum), read(facts.exclusiveMaximum)]
  const by = facts.multipleOf
  const isBounded = [low, high, above, below].some((bound) => bound !== null)
  if (isText) {
    if (isBounded || by !== null) tell('range', `of a ${facts.type} column is left out`)
    return []
  }
  if (by !== null && numberOf(by) !== 1) {
    const first = firstMultiple(low, numberOf(by))
    if (first !== null && high !== null && above === null && below === null) {
      return [{ closed_range: { minimum: first, maximum: high, step: numberOf(by) } }]
    }
    tell('multipleOf', 'is left out: steps are counted from a minimum to a maximum')
  }
  if (!isBounded) return []
  const includesLow = above === null || (low !== null && higher(low, above) !== above)
  const includesHigh = below === null || (high !== null && high !== higher(high, below))
  if (low !== null && high !== null && includesLow && includesHigh && facts.type !== 'float') {
    return [{ closed_range: { minimum: low, maximum: high } }]
  }
  const minimum = includesLow ? low : above
  const maximum = includesHigh ? high : below
  return [
    {
      general_range: {
        ...(minimum === null ? {} : { minimum }),
        ...(maximum === null ? {} : { maximum }),
        ...(includesLow ? {} : { includes_minimum: false }),
        ...(includesHigh ? {} : { includes_maximum: false }),
      },
    },
  ]
}

function categoriesOf({ categories, type }: NativeFacts, tell: Tell): Plain[] {
  if (categories === null) return []
  const values = categories.filter((value) => value !== null)
  if (type === 'bool') {
    if (new Set(values).size < 2) tell('enum', 'is left out: a bool column takes both its values')
    return []
  }
  const isFitting = type === 'int' || !['float', 'date'].includes(type)
  const isPlain = values.every((value) => typeof value === 'string' || typeof value === 'number')
  if (!isFitting || !isPlain || values.length === 0) {
    tell('enum', `is left out: a list of values of a ${type} column`)
    return []
  }
  const read = type === 'int' ? numberOf : String
  return [{ categorical: [...new Set(values.map((value) => read(value)))] }]
}

/** A column in the words of a contract file. */
export function plainOfFacts(facts: NativeFacts, tell: Tell): Plain {
  const [pattern, ...others] = facts.patterns
  const isText = !['int', 'float', 'date', 'bool'].includes(facts.type)
  if (others.length > 0) tell('pattern', 'a second time is left out')
  if (pattern !== undefined && !isText) tell('pattern', `of a ${facts.type} column is left out`)
  const constraints = [
    ...(facts.unique ? ['unique'] : []),
    ...(facts.firstOfMonth ? ['first_of_month'] : []),
    ...categoriesOf(facts, tell),
    ...(pattern !== undefined && isText ? [{ regex: pattern }] : []),
    ...rangeOf(facts, tell),
    // Last, as contracts have it: a null breaks no other rule.
    ...(facts.notNull ? ['not_null'] : []),
  ]
  return {
    type: facts.type,
    ...(facts.description.trim() === '' ? {} : { description: facts.description.trim() }),
    ...(constraints.length === 0 ? {} : { constraints }),
  }
}

/** What a format keeps in words of ours beside its own. */
export interface Kept {
  readonly type?: unknown
  readonly constraints?: unknown
  readonly dummy?: unknown
}

/**
 * What is to be kept of a column in our words: nothing where the words of the format say it all.
 */
export function keptOf(column: ContractColumn, native: Plain): Plain | null {
  const plain = columnPlain(column)
  if (isSame(plain, native)) return null
  const { description: _, ...kept } = plain
  return kept
}

const kindOf = (constraint: unknown): string => {
  if (typeof constraint === 'string') return constraint
  const keys = typeof constraint === 'object' && constraint !== null ? Object.keys(constraint) : []
  return keys.find((key) => key !== 'severity') ?? ''
}

const isWarning = (constraint: unknown): boolean =>
  (constraint as { severity?: unknown } | null)?.severity === 'warn'

/** Kinds of which at most one can be there: a range of either kind takes the place of the other. */
const rangeKinds = ['closed_range', 'general_range']

/**
 * A column whose own words were changed by hand after it was exported: what they say holds, and of
 * what was kept only that which they have no words for.
 */
export function mergeKept(
  kept: Kept,
  native: Plain,
  held: (constraint: unknown) => boolean,
): Plain {
  const list = Array.isArray(kept.constraints) ? (kept.constraints as unknown[]) : []
  const own = (native['constraints'] ?? []) as unknown[]
  const ownKinds = own.map(kindOf)
  const others = list.filter((constraint) => {
    const kind = kindOf(constraint)
    const isRange = rangeKinds.includes(kind) && ownKinds.some((one) => rangeKinds.includes(one))
    return (isWarning(constraint) || !held(constraint)) && !ownKinds.includes(kind) && !isRange
  })
  const constraints = [...own, ...others]
  return {
    ...native,
    ...(constraints.length === 0 ? {} : { constraints }),
    ...(kept.dummy === undefined ? {} : { dummy: kept.dummy }),
  }
}

/** A constraint that rows of a published table cannot break, unlike those that only warn. */
export const isHard = ({ severity }: ColumnConstraint): boolean => severity !== 'warn'
