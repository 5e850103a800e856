// Wrong values for a column, one list for each rule that it can break: texts that no type admits,
// and values of the right type that a constraint does not permit.
import type { ColumnConstraint, ColumnType, ContractColumn } from '../table-contract.ts'
import { calendarDay } from './calendar-days.ts'
import { hasVerhoeff, withVerhoeff } from './check-digits.ts'
import { boundNumber, type DummyRow, type DummyValue, intervalOf } from './column-truths.ts'
import { nhsNumber } from './dummy-person.ts'
import type { SeededRandom } from './seeded-random.ts'

/** Texts that are no value of a type, though some look it. */
const wrongTexts: Readonly<Record<Exclude<ColumnType, 'string'>, readonly string[]>> = {
  int: ['abc', '12.5', '99999999999999999999', '9223372036854775808', '0x10', '1 000', '--1', ' 7'],
  float: ['high', '1.2.3', '1e999', '12,5', 'NaN', '-', '<5', '1e'],
  date: [
    ...['2021-02-30', '2021-13-01', '31/12/2020', '20210101', '2021-00-10', '2023-02-29'],
    ...['yesterday', '2021-1-1', '0000-01-01', '2020-01-01x'],
  ],
  bool: ['maybe', 'Y', '2', 'tru', '-1'],
  nhs_number: ['12345', '99900000000', 'unknown', '999 000 0018 1'],
  snomedct: ['0123456789', '12345', '1234567890123456789', 'X44054006', '4405.4006', '4.4054e+07'],
  dmd: ['0391136110', '39113', '3911361100000110299', 'salbutamol', '3.91136E+16'],
  ctv3: ['XE2e', 'XE2eDD', 'X.2eD', '.....', 'XE2-D', 'H....'],
  icd10: ['e119', 'E1', 'E11.9', 'E11XX', 'heart failure', '1E19', 'E119999'],
  opcs4: ['I011', 'A1', 'A01.1', 'a011', 'A01111'],
  bnf: ['0212000B0AAAAA', '2400000000', '0212000b0AAAAAA', '9212000B0AAAAAA', '02.12'],
  icd10_multi: ['||E119 ,j849', '||', '||E11.9', ' , ', '||E119;J849'],
  opcs4_multi: ['||A011 ,I012', '||', '||a011', '|| ,', '||A01.1'],
}

/** Texts that are no value of the type; none for text, which may be anything. */
export const textsOfNoType = (type: ColumnType): readonly string[] =>
  type === 'string' ? [] : wrongTexts[type]

export interface WrongValue {
  readonly value: DummyValue
  /** The rule where it is not that of the constraint. */
  readonly rule?: 'float_rounded_code'
}

/**
 * A code that a tool kept as a number: as the double next to it, written in full, or with the
 * fifteen digits that spreadsheets keep, and zeros.
 */
export function roundedCode(random: SeededRandom): string {
  const isSheet = random.chance(0.5)
  for (;;) {
    const code = withVerhoeff(`${1_000_000 + random.below(8_000_000)}100000110`)
    const rounded = isSheet
      ? code.slice(0, 15).padEnd(code.length, '0')
      : BigInt(Number(code)).toString()
    if (!hasVerhoeff(rounded)) return rounded
  }
}

function otherCase(text: string): string {
  const lower = text.toLowerCase()
  return lower === text ? text.toUpperCase() : lower
}

function wrongCategories(
  constraint: ColumnConstraint & { kind: 'categorical' },
  type: ColumnType,
): DummyValue[] {
  const { values } = constraint
  if (type === 'int') {
    const numbers = values.map(Number)
    return [Math.max(...numbers) + 1, Math.min(...numbers) - 1, ...numbers.map((n) => n + 1)]
  }
  const texts = values.map(String)
  return [...texts.map(otherCase), ...texts.map((text) => `${text} `), 'not a category']
}

function wrongNumbers(
  constraint: ColumnConstraint & { kind: 'closed_range' | 'general_range' },
  type: ColumnType,
): DummyValue[] {
  const { low, high, includesLow, includesHigh } = intervalOf(constraint)
  const width = type === 'float' ? 0.5 : 1
  const step = constraint.kind === 'closed_range' ? constraint.step : width
  const numbers: number[] = []
  if (Number.isFinite(low)) numbers.push(low - step, low - 3 * step, ...(includesLow ? [] : [low]))
  if (Number.isFinite(high)) numbers.push(high + step, high + 3 * step)
  if (Number.isFinite(high) && !includesHigh) numbers.push(high)
  const isStepped = constraint.kind === 'closed_range' && (type === 'float' || step > 1)
  if (isStepped) {
    const off = type === 'float' ? step / 2 : 1
    numbers.push(low + off, low + step + off)
  }
  return numbers.filter((number) => type === 'float' || Number.isSafeInteger(number))
}

const changed = (text: string): string[] => [
  `${text}!`,
  text.slice(0, -1),
  `!${text.slice(1)}`,
  ` ${text}`,
]

/** A right code with another last digit; short, so that no float could have rounded it. */
function wrongCheckDigit(type: ColumnType, random: SeededRandom): string {
  const isNumber = type === 'nhs_number'
  const code = isNumber
    ? nhsNumber(random.below(900_000))
    : withVerhoeff(`${10_000 + random.below(80_000)}00`)
  const last = Number(code.slice(-1))
  return `${code.slice(0, -1)}${(last + 1 + random.below(9)) % 10}`
}

/** Values that are meant to break a constraint, given a valid row; the caller asks whether they do. */
export function wrongValues(
  column: ContractColumn,
  constraint: ColumnConstraint,
  place: number,
  row: DummyRow,
  earlier: readonly number[],
  random: SeededRandom,
): WrongValue[] {
  const value = row[place] ?? null
  const of = (values: readonly DummyValue[]): WrongValue[] => values.map((one) => ({ value: one }))
  switch (constraint.kind) {
    case 'not_null':
      return [{ value: null }]
    case 'categorical':
      return of(wrongCategories(constraint, column.type))
    case 'closed_range':
    case 'general_range':
      return of(wrongNumbers(constraint, column.type))
    case 'first_of_month':
      return value === null ? [] : of([2, 9, 27].map((more) => Number(value) + more))
    case 'regex':
      return value === null ? [] : of(changed(String(value)).filter((text) => text !== ''))
    case 'date_after':
      return earlier.flatMap((other) => {
        const day = row[other] ?? null
        return day === null ? [] : of([Number(day) - 1, Number(day) - 40])
      })
    case 'no_future_dates':
      return of([farFuture + random.below(300), firstOfFuture])
    case 'check_digit': {
      const wrong = { value: wrongCheckDigit(column.type, random) }
      if (column.type === 'nhs_number') return [wrong]
      return [wrong, { value: roundedCode(random), rule: 'float_rounded_code' }]
    }
    case 'unique':
      return []
  }
}

/** Later than the day of any load that this program will see; the second is the first of a month. */
const firstOfFuture = boundNumber('2999-01-01')
const farFuture = boundNumber('2999-03-04')

/** Between the last made day and the far future a load may or may not call a day the future. */
export const isDoubtfulDay = (day: number, latest: number): boolean =>
  day > latest && calendarDay(day).year < 2999
