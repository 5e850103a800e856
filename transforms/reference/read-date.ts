// Reference: dates by regular expressions made from the words of a format, and by the engine's
// Date.
import type { CoercionKind } from '../../contracts/batch-task.ts'
import type { ColumnPlan } from '../table-plan.ts'
import type { ValueReading } from './read-value.ts'

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** Either case of every letter: the expression itself is case-sensitive. */
const eitherCase = (name: string): string =>
  Array.from(name, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`).join('')

const clockHour = '(?:[01][0-9]|2[0-3])'
const clockSixty = '[0-5][0-9]'

const wordPatterns: Readonly<Record<string, string>> = {
  Y: '(?<year>[0-9]{4})',
  y: '(?<shortYear>[0-9]{2})',
  m: '(?<month>[0-9]{2})',
  '-m': '(?<month>[0-9]{2}|[0-9](?![0-9]))',
  d: '(?<day>[0-9]{2})',
  '-d': '(?<day>[0-9]{2}|[0-9](?![0-9]))',
  e: '(?<day> [0-9]|[0-9]{2}|[0-9](?![0-9]))',
  b: `(?<name>${monthNames.map((name) => eitherCase(name.slice(0, 3))).join('|')})`,
  B: `(?<name>${monthNames.map(eitherCase).join('|')})`,
  j: '(?<dayOfYear>[0-9]{3})',
  H: clockHour,
  M: clockSixty,
  S: clockSixty,
  f: '[0-9]{1,9}(?![0-9])',
  z: `(?:Z|[+-]${clockHour}(?::?${clockSixty})?)`,
  Z: '[A-Z]{1,5}(?![A-Z])',
  '%': '%',
}

const restPattern =
  `(?<rest>(?:T| +)${clockHour}:${clockSixty}(?::${clockSixty}(?:[.][0-9]+)?)?` +
  `(?: ?(?:Z|[+-]${clockHour}(?::${clockSixty})?))?)?`

const hasTimeWord = (format: string): boolean => /%[HMSfzZ]/u.test(format.replaceAll('%%', ''))

function expressionOf(format: string, isCoarser: boolean): RegExp {
  const body = format.replace(/%(-[md]|.)|[^%]/gsu, (match, word?: string) =>
    word === undefined
      ? match.replace(
          /[\\^$.*+?()[\]{}|/-]/gu,
          (special) => `\\x${special.charCodeAt(0).toString(16)}`,
        )
      : `${wordPatterns[word]}`,
  )
  return new RegExp(`^${body}${hasTimeWord(format) || isCoarser ? '' : restPattern}$`, 'su')
}

const expressions = new Map<string, RegExp>()

function expressionFor(format: string, isCoarser = false): RegExp {
  const key = `${isCoarser} ${format}`
  const known = expressions.get(key)
  if (known !== undefined) return known
  const expression = expressionOf(format, isCoarser)
  expressions.set(key, expression)
  return expression
}

/** Days since 1970-01-01 of a date that exists between years 1 and 9999, else null. */
function daysIfReal(year: number, month: number, day: number): number | null {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const isSame =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return isSame && year >= 1 && year <= 9999 ? date.getTime() / 86_400_000 : null
}

function daysOfGroups(groups: Readonly<Record<string, string>>, pivot: number): number | null {
  let year = Number(groups['year'])
  if (groups['shortYear'] !== undefined) {
    year = Math.floor(pivot / 100) * 100 + Number(groups['shortYear'])
    if (year < pivot) year += 100
  }
  if (groups['dayOfYear'] !== undefined) {
    const first = daysIfReal(year, 1, 1)
    const number = Number(groups['dayOfYear'])
    const length = daysIfReal(year, 2, 29) === null ? 365 : 366
    return first === null || number < 1 || number > length ? null : first + number - 1
  }
  const name = groups['name']
  const month =
    name === undefined
      ? Number(groups['month'] ?? '1')
      : monthNames.findIndex(
          (full) => full.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase(),
        ) + 1
  return daysIfReal(year, month, Number(groups['day'] ?? '1'))
}

/** A date in one of the formats of the column, as days since 1970-01-01. */
export function readDate(plan: ColumnPlan, text: string): ValueReading {
  for (const format of plan.formats) {
    const groups = expressionFor(format).exec(text)?.groups
    const days = groups === undefined ? null : daysOfGroups(groups, plan.pivot ?? 0)
    if (days === null) continue
    const coercions: CoercionKind[] = []
    if (hasTimeWord(format) || groups?.['rest'] !== undefined) coercions.push('time_cut')
    let value = days
    if (plan.roundToMonth) {
      value -= new Date(days * 86_400_000).getUTCDate() - 1
      if (value !== days) coercions.push('rounded_to_month')
    }
    if (groups?.['shortYear'] !== undefined) coercions.push('two_digit_year')
    return { value, coercions }
  }
  for (const format of plan.coarserFormats) {
    const groups = expressionFor(format, true).exec(text)?.groups
    const value = groups === undefined ? null : daysOfGroups(groups, 0)
    if (value !== null) return { value, coercions: ['coarser_date'] }
  }
  return null
}
