// Dates of dummy extracts: within the life of the person, in order where the contract or the names
// of columns ask for it, within ranges, on the first of months.
import type { ContractColumn, TableContract } from '../table-contract.ts'
import { daysOf, daysOfText, firstOfMonth, nextMonth } from './calendar-days.ts'
import type { ColumnMaker, RowContext } from './column-maker.ts'
import { rangeOf, steeringOf } from './column-maker.ts'
import { placeOf } from './column-truths.ts'
import { latestDay } from './dummy-person.ts'

/** Days between a date and the one before it in order: mostly few. */
const gaps = [0, 0, 0, 1, 1, 2, 3, 5, 7, 14, 30, 60, 120, 300]

const orderedNames: readonly (readonly [string, string])[] = [
  ['end', 'start'],
  ['discharge', 'admission'],
  ['to', 'from'],
]

/** The date columns that a date column must not be before, by contract, steering or name. */
export function earlierColumns(column: ContractColumn, contract: TableContract): string[] {
  const dates = contract.columns.filter(({ type }) => type === 'date').map(({ name }) => name)
  const named = steeringOf(column).flatMap((constraint) =>
    constraint.kind === 'date_after' ? constraint.columns : [],
  )
  const implied = orderedNames.flatMap(([later, earlier]) => {
    const words = column.name.split('_')
    if (!words.includes(later)) return []
    return [words.map((word) => (word === later ? earlier : word)).join('_')]
  })
  return [...new Set([...named, ...implied])].filter(
    (name) => name !== column.name && dates.includes(name),
  )
}

/** Records are seldom older than the systems that keep them. */
const earliestDay = daysOf(1988, 1, 1)

/** The latest day of any row: later than usual only where a coverage check asks for it. */
function latestOf(contract: TableContract): number {
  const months = contract.checks.flatMap((check) =>
    check.kind === 'coverage' && check.last !== null ? [nextMonth(daysOfText(check.last)) - 1] : [],
  )
  return Math.max(latestDay, ...months)
}

interface Window {
  low: number
  high: number
}

function drawWithin(
  { low, high }: Window,
  context: RowContext,
  isFirstOfMonth: boolean,
  isAfter: boolean,
): number | undefined {
  const { random } = context
  if (low > high) return undefined
  let day = low
  if (isAfter) day = Math.min(high, low + random.pick(gaps))
  else day = low + Math.floor((high - low + 1) * Math.max(random.next(), random.next()))
  if (!isFirstOfMonth) return day
  const first = firstOfMonth(day)
  if (first >= low) return first
  const next = nextMonth(day)
  return next <= high ? next : undefined
}

/** The maker of a date column; a person's birth and death are the same in every table. */
export function openDateMaker(
  column: ContractColumn,
  contract: TableContract,
  isUnique: boolean,
): ColumnMaker {
  const range = rangeOf(column)
  const low = range.includesLow ? range.low : range.low + 1
  const high = Math.min(range.includesHigh ? range.high : range.high - 1, latestOf(contract))
  const earlier = earlierColumns(column, contract).map((name) => placeOf(contract, name))
  const isFirstOfMonth = steeringOf(column).some(({ kind }) => kind === 'first_of_month')
  const isCovered = contract.checks.some(
    (check) => check.kind === 'coverage' && check.column === column.name,
  )
  const isBirth = column.name.includes('birth')
  const isDeath = /death|died/.test(`${column.name} ${contract.table}`)
  const dayOfPerson = (day: number | null): number | undefined => {
    if (day === null) return undefined
    const made = isFirstOfMonth ? firstOfMonth(day) : day
    return made >= low && made <= high ? made : undefined
  }
  return (context) => {
    const { person, row, month, ordinal } = context
    if (isUnique) {
      const from = Number.isFinite(low) ? low : 0
      return from + ordinal <= high ? from + ordinal : undefined
    }
    if (isBirth) return dayOfPerson(person.birth)
    if (isDeath) return dayOfPerson(person.death)
    const window = {
      low: Math.max(low, person.birth),
      high: Math.min(high, person.death ?? high),
    }
    const isForced = isCovered && month !== null
    if (!isForced && window.high >= earliestDay) window.low = Math.max(window.low, earliestDay)
    let isAfter = false
    for (const place of earlier) {
      const day = row[place] ?? null
      if (day === null) continue
      window.low = Math.max(window.low, Number(day))
      isAfter = true
    }
    if (isForced) {
      window.low = Math.max(window.low, month[0])
      window.high = Math.min(window.high, month[1])
      isAfter = false
    }
    return drawWithin(window, context, isFirstOfMonth, isAfter)
  }
}
