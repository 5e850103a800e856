// What the values of a sample say about a column: which date format fits all of them, whether a
// date needs rounding, which codes of sex stand in it. Looks at values, tells only forms and
// known codes.
import type { ContractColumn } from '../../contracts/table-contract.ts'

const monthNames = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)'
const day = '(?<day>0[1-9]|[12]\\d|3[01])'
const month = '(?<month>0[1-9]|1[0-2])'
const year = '(?<year>\\d{4})'

/** Formats in the order in which they are preferred: this is a British programme. */
const formats: readonly (readonly [format: string, expression: RegExp])[] = (
  [
    ['%Y-%m-%d', `${year}-${month}-${day}`],
    ['%d/%m/%Y', `${day}/${month}/${year}`],
    ['%m/%d/%Y', `${month}/${day}/${year}`],
    ['%Y%m%d', `${year}${month}${day}`],
    ['%d-%m-%Y', `${day}-${month}-${year}`],
    ['%d.%m.%Y', `${day}\\.${month}\\.${year}`],
    ['%Y/%m/%d', `${year}/${month}/${day}`],
    ['%d-%b-%Y', `${day}-${monthNames}-${year}`],
    ['%d %b %Y', `${day} ${monthNames} ${year}`],
    ['%d/%m/%y', `${day}/${month}/\\d{2}`],
  ] as const
).map(([format, source]) => [format, new RegExp(`^${source}(?<time>[T ]\\d{2}:\\d{2}.*)?$`, 'i')])

export interface DateGuess {
  readonly format: string
  /** Another format that fits all values as well, so that a person has to say. */
  readonly rival: string | null
  /** Values have a time of day, which is cut off. */
  readonly hasTime: boolean
  readonly allFirstOfMonth: boolean
}

/** The format of the dates of a sample; null where none fits nine in ten of them. */
export function guessDateFormat(values: readonly string[]): DateGuess | null {
  const given = values.map((value) => value.trim()).filter((value) => value !== '')
  if (given.length === 0) return null
  const fitting = formats
    .map(([format, expression]) => {
      const matches = given.flatMap((value) => expression.exec(value) ?? [])
      return {
        format,
        matches: given.map((value) => expression.exec(value)),
        count: matches.length,
      }
    })
    .map(({ format, matches }) => ({ format, found: matches.filter((match) => match !== null) }))
    .filter(({ found }) => found.length >= given.length * 0.9)
    .sort((left, right) => right.found.length - left.found.length)
  const [best, second] = fitting
  if (best === undefined) return null
  const isRival = second !== undefined && second.found.length === best.found.length
  return {
    format: best.format,
    rival: isRival ? second.format : null,
    hasTime: best.found.some((match) => match.groups?.['time'] !== undefined),
    allFirstOfMonth: best.found.every((match) => match.groups?.['day'] === '01'),
  }
}

/** Codes of sex that the NHS uses; 0 and 9 are "not known" and "not specified". */
const sexCodes: Readonly<Record<string, string>> = {
  ...{ M: 'male', F: 'female', I: 'intersex', U: 'unknown', '1': 'male', '2': 'female' },
  ...{ '0': 'unknown', '9': 'unknown', Male: 'male', Female: 'female', MALE: 'male' },
  ...{ FEMALE: 'female', m: 'male', f: 'female', Unknown: 'unknown', X: 'unknown' },
}

export interface ValueMapGuess {
  /** Known codes found in the sample and the categories they stand for. */
  readonly values: Readonly<Record<string, string>>
  /** Different texts of the sample that are neither categories nor known codes; never told. */
  readonly unknownCount: number
}

/** A value map for a categorical column; null where all values are categories already. */
export function guessValueMap(
  column: ContractColumn,
  values: readonly string[],
): ValueMapGuess | null {
  const categorical = column.constraints.find((constraint) => constraint.kind === 'categorical')
  if (categorical === undefined) return null
  const categories = categorical.values.map(String)
  const distinct = new Set(values.filter((value) => value !== '' && !categories.includes(value)))
  if (distinct.size === 0) return null
  const known = [...distinct].filter((value) => categories.includes(sexCodes[value] ?? ''))
  return {
    values: Object.fromEntries(known.sort().map((value) => [value, sexCodes[value] ?? ''])),
    unknownCount: distinct.size - known.length,
  }
}

/** Whether patient ids are whole numbers of 64 bits or texts. */
export function guessPatientIdType(values: readonly string[]): 'int' | 'string' {
  const given = values.filter((value) => value !== '')
  return given.length > 0 && given.every((value) => /^[1-9]\d{0,17}$/.test(value))
    ? 'int'
    : 'string'
}
