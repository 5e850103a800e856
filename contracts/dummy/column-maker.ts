// How one column of a dummy extract is filled: from a pool of values that its constraints permit,
// from a range, or from the person of the row. What cannot be drawn for a row is said, and the row
// is not made.
import { isCodeSystem, isMultiCodeSystem } from '../code-systems.ts'
import { LandingError } from '../errors.ts'
import type { ContractColumn, TableContract } from '../table-contract.ts'
import { daysOfText } from './calendar-days.ts'
import { type DummyValue, type Interval, intervalOf, truthsOf } from './column-truths.ts'
import { openDateMaker } from './date-maker.ts'
import { drawCode, drawCodes, numberedCode } from './dummy-codes.ts'
import { nhsNumber, nhsNumbers, type Person, personId } from './dummy-person.ts'
import { drawText, numberedText } from './dummy-texts.ts'
import { patternTexts } from './pattern-texts.ts'
import { namedSeed, type SeededRandom, seededRandom } from './seeded-random.ts'

export interface RowContext {
  readonly person: Person
  readonly random: SeededRandom
  /** Number of the row among all that were begun: for values that must be unique. */
  readonly ordinal: number
  /** First and last day that the column of the coverage check may have; null: any. */
  readonly month: readonly [number, number] | null
  /** Filled as columns are drawn; those not yet drawn are null. */
  readonly row: DummyValue[]
}

/** A value, null where a value may be missing, undefined where the row cannot be made. */
export type ColumnMaker = (context: RowContext) => DummyValue | undefined

type Steering = ContractColumn['constraints'][number] | NonNullable<ContractColumn['dummy']>[number]

/** Constraints and what steers dummy data besides. */
export const steeringOf = (column: ContractColumn): readonly Steering[] => [
  ...column.constraints,
  ...(column.dummy ?? []),
]

export const isNeverNull = (column: ContractColumn): boolean =>
  steeringOf(column).some(({ kind }) => kind === 'not_null')

/** The narrowest interval and the step that all ranges of a column leave. */
export function rangeOf(column: ContractColumn): Interval & { readonly step: number } {
  let range = {
    ...{ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, step: 0 },
    ...{ includesLow: true, includesHigh: true },
  }
  for (const constraint of steeringOf(column)) {
    if (constraint.kind !== 'closed_range' && constraint.kind !== 'general_range') continue
    const { low, high, includesLow, includesHigh } = intervalOf(constraint)
    if (low >= range.low) range = { ...range, low, includesLow }
    if (high <= range.high) range = { ...range, high, includesHigh }
    if (constraint.kind === 'closed_range') range.step = Math.max(range.step, constraint.step)
  }
  return range
}

const poolSize = 1_500

/** Categories that constraints and steering both name, in the order of the first; null: none do. */
function categoriesOf(column: ContractColumn): DummyValue[] | null {
  const lists = steeringOf(column).flatMap((constraint): DummyValue[][] => {
    if (constraint.kind !== 'categorical') return []
    const isDate = column.type === 'date'
    return [
      constraint.values.map((value) =>
        isDate && value !== null ? daysOfText(String(value)) : value,
      ),
    ]
  })
  const [first, ...others] = lists
  return first?.filter((value) => others.every((list) => list.includes(value))) ?? null
}

function drawOne(column: ContractColumn, random: SeededRandom): DummyValue {
  const { type } = column
  if (isCodeSystem(type)) return drawCode(type, random)
  if (isMultiCodeSystem(type)) return drawCodes(type, random)
  if (type === 'bool') return random.chance(0.5) ? 'true' : 'false'
  const regex = column.constraints.find(({ kind }) => kind === 'regex')
  if (regex?.kind === 'regex') return patternTexts(regex.pattern).draw(random)
  return drawText(random)
}

/** Values that pass every constraint of the column by itself, each once. */
function poolOf(column: ContractColumn, contract: TableContract, seed: number): DummyValue[] {
  const random = seededRandom(namedSeed(seed, `${contract.table} ${column.name}`))
  const drawn =
    categoriesOf(column) ?? Array.from({ length: poolSize }, () => drawOne(column, random))
  const truths = truthsOf(column, contract)
  const fits = (value: DummyValue) => truths.every(({ holds }) => holds(value, []))
  return [...new Set(drawn)].filter(fits)
}

function pooledMaker(column: ContractColumn, pool: readonly DummyValue[]): ColumnMaker {
  if (column.name === 'sex' && pool.includes('female')) {
    return ({ person, random }) => (pool.includes(person.sex) ? person.sex : random.pick(pool))
  }
  const isSkewed = pool.length > 40
  return ({ random }) => {
    const lot = random.next()
    return pool[Math.floor(pool.length * (isSkewed ? lot * lot : lot))] ?? null
  }
}

const relative = /^(mother|father|parent|partner)_id$/

function numberMaker(column: ContractColumn): ColumnMaker {
  const { low, high, includesLow, includesHigh, step } = rangeOf(column)
  const isFloat = column.type === 'float'
  const isOpen = low === Number.NEGATIVE_INFINITY && high === Number.POSITIVE_INFINITY
  if (isOpen && isFloat) {
    return ({ random }) =>
      random.chance(0.05)
        ? -random.below(50) / 10
        : Math.floor(random.next() * random.next() * 2_000) / 10
  }
  if (isOpen && relative.test(column.name)) {
    // Another person of the same extract.
    return ({ person, random }) => personId(random.below(person.index + 1))
  }
  if (isOpen) {
    const most = /(^|_)id$/.test(column.name) ? 100_000 : 1_000
    return ({ random }) => Math.floor(random.next() * random.next() * most)
  }
  const width = step > 0 ? step : isFloat ? 0.1 : 1
  const from = low === Number.NEGATIVE_INFINITY ? high - 1_000 * width : low
  const to = high === Number.POSITIVE_INFINITY ? from + 1_000 * width : high
  const first = (from === low && !includesLow) || from < low ? 1 : 0
  const steps = Math.floor((to - from) / width + 1e-9)
  const last = to === high && !includesHigh && from + steps * width >= to ? steps - 1 : steps
  if (last < first) return () => (from + to) / 2
  return ({ random }) =>
    Number((from + (first + random.below(last - first + 1)) * width).toPrecision(15))
}

function uniqueMaker(column: ContractColumn, pool: readonly DummyValue[] | null): ColumnMaker {
  const { type } = column
  const regex = column.constraints.find(({ kind }) => kind === 'regex')
  const isListed = steeringOf(column).some(({ kind }) => kind === 'categorical')
  if (isListed) return ({ ordinal }) => pool?.[ordinal]
  if (type === 'int' || type === 'float') {
    const { low, high, includesLow, step } = rangeOf(column)
    const width = step > 0 ? step : 1
    const from = Number.isFinite(low) ? low + (includesLow ? 0 : width) : 1
    const wayUp = !Number.isFinite(low) && Number.isFinite(high)
    return ({ ordinal }) => (wayUp ? high - (ordinal + 1) * width : from + ordinal * width)
  }
  if (isCodeSystem(type)) return ({ ordinal }) => numberedCode(type, ordinal) ?? undefined
  if (regex?.kind === 'regex') {
    const texts = patternTexts(regex.pattern)
    return ({ ordinal }) => (ordinal < texts.count ? texts.nth(ordinal) : undefined)
  }
  if (type === 'string') return ({ ordinal, random }) => numberedText(random, ordinal)
  return ({ ordinal }) => pool?.[ordinal]
}

/** Share of nulls that a nullable column has: later positions of a list are rarer. */
function nullShareOf(column: ContractColumn): number {
  const place = /_(\d\d?)$/.exec(column.name)?.[1]
  return place === undefined ? 0.06 : Math.min(0.97, Number(place) * 0.13)
}

/** The maker of values that are there; nulls are put between them by `withNulls`. */
function valueMaker(
  column: ContractColumn,
  contract: TableContract,
  seed: number,
  isUnique: boolean,
): ColumnMaker {
  const { type } = column
  const isListed = steeringOf(column).some(({ kind }) => kind === 'categorical')
  if (type === 'nhs_number') {
    if (!isUnique) return ({ person }) => nhsNumber(person.index)
    return ({ ordinal }) => (ordinal < nhsNumbers ? nhsNumber(ordinal) : undefined)
  }
  const isFree =
    type === 'string' && !isListed && !column.constraints.some(({ kind }) => kind === 'regex')
  if (isFree && !isUnique) return ({ random }) => drawText(random)
  const isPooled = isListed || (type !== 'int' && type !== 'float' && type !== 'date')
  const pool = isPooled ? poolOf(column, contract, seed) : null
  if (pool?.length === 0) {
    const message = `${contract.id} ${column.name}: no value could be made that it permits`
    throw new LandingError('contract_invalid', message)
  }
  if (isUnique && type !== 'date') return uniqueMaker(column, pool)
  if (pool !== null) return pooledMaker(column, pool)
  return type === 'date' ? openDateMaker(column, contract, isUnique) : numberMaker(column)
}

/** Nulls at their share, and never more than a check of the table permits of the rows so far. */
function withNulls(maker: ColumnMaker, share: number, most: number): ColumnMaker {
  let rows = 0
  let nulls = 0
  return (context) => {
    rows++
    if (nulls + 1 <= most * rows && context.random.chance(share)) {
      nulls++
      return null
    }
    const value = maker(context)
    // No value for this row: null where that is permitted.
    if (value !== undefined || nulls + 1 > most * rows) return value
    nulls++
    return null
  }
}

/** The maker of a column. Throws where no value of its type passes its constraints. */
export function openColumnMaker(
  column: ContractColumn,
  contract: TableContract,
  seed: number,
  isUnique: boolean,
): ColumnMaker {
  const maker = valueMaker(column, contract, seed, isUnique)
  const isSteered = column.dummy?.some(({ kind }) => kind === 'categorical') ?? false
  if (isNeverNull(column) || isSteered) return maker
  const isOfPerson = column.type === 'date' && /birth|death/.test(column.name)
  const shares = contract.checks.flatMap((check) =>
    check.kind === 'null_share' && check.column === column.name ? [check.max] : [],
  )
  // A quarter of what is permitted: rows that a rehearsal refuses must not push the share over it.
  const most = shares.length === 0 ? 1 : Math.min(...shares) / 4
  const covered = contract.checks.some(
    (check) => check.kind === 'coverage' && check.column === column.name,
  )
  const share = isOfPerson ? 0 : nullShareOf(column)
  const nullable = withNulls(maker, share, most)
  if (!covered && shares.length === 0) return nullable
  // A row that a check of the table needs has a value where a check counts nulls.
  return (context) => {
    const value = context.month === null ? nullable(context) : maker(context)
    return value === undefined && !covered ? nullable(context) : value
  }
}
