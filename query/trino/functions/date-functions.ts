// Functions of dates and times (trino.io/docs/current/functions/datetime.html). A function of a date
// gives a date, where the engine would make a timestamp of it; differences count whole units.
import { isIntegerType } from '../coercion.ts'
import type { Compiler } from '../compile/compiler.ts'
import { failing, quoted, type Typed } from '../compile/typed.ts'
import {
  bigintType,
  dateType,
  doubleType,
  type TrinoType,
  typeText,
  varcharType,
} from '../types.ts'
import {
  type FunctionCompiler,
  type Functions,
  fixed,
  literalText,
  mismatch,
  timestampPrecisionOf,
} from './signature.ts'

/** A moment as the engine sees it: instants become local times of UTC, the session's zone. */
function moment(value: Typed): string {
  const isZoned = value.type.kind === 'timestamp' && value.type.withTimeZone
  return isZoned ? `timezone('UTC', ${value.sql})` : value.sql
}

const isMoment = ({ kind }: TrinoType): boolean => kind === 'date' || kind === 'timestamp'

/** A part of a date or timestamp as a bigint. */
const part =
  (sql: (value: string) => string, ofDates = true): FunctionCompiler =>
  (values, at, compiler) => {
    const [value] = values
    const isRight = value !== undefined && values.length === 1 && isMoment(value.type)
    if (!isRight || (value.type.kind === 'date' && !ofDates)) {
      if (value?.type.kind === 'unknown') return { sql: 'CAST(NULL AS BIGINT)', type: bigintType }
      return mismatch(values, 'date or timestamp', at, compiler)
    }
    return { sql: `CAST(${sql(moment(value))} AS BIGINT)`, type: bigintType }
  }

const named = (name: string): FunctionCompiler => part((value) => `${name}(${value})`)

/** A part of a time of day: of timestamps and times, and of no date. */
const clockPart = (sql: (value: string) => string): FunctionCompiler => {
  const ofTimestamp = part(sql, false)
  return (values, at, compiler) => {
    const [value] = values
    if (value?.type.kind !== 'time' || values.length !== 1) return ofTimestamp(values, at, compiler)
    return { sql: `CAST(${sql(value.sql)} AS BIGINT)`, type: bigintType }
  }
}

const parts = {
  year: named('year'),
  quarter: named('quarter'),
  month: named('month'),
  // ISO 8601 weeks and days of the week, Monday being 1.
  week: named('weekofyear'),
  day: named('day'),
  day_of_week: named('isodow'),
  day_of_year: named('dayofyear'),
  year_of_week: named('isoyear'),
  hour: clockPart((value) => `hour(${value})`),
  minute: clockPart((value) => `minute(${value})`),
  second: clockPart((value) => `second(${value})`),
  millisecond: clockPart((value) => `(millisecond(${value}) % 1000)`),
} as const

/** The fields of EXTRACT. */
export const extractFields: Readonly<Record<string, FunctionCompiler | undefined>> = {
  ...parts,
  dow: parts.day_of_week,
  doy: parts.day_of_year,
  yow: parts.year_of_week,
  day_of_month: parts.day,
}

const dateUnits = ['day', 'week', 'month', 'quarter', 'year'] as const
const timeUnits = ['millisecond', 'second', 'minute', 'hour'] as const

function unitOf(value: Typed | undefined, type: TrinoType, at: number, compiler: Compiler): string {
  const unit = literalText(value, 'The unit', at, compiler).toLowerCase()
  const known: readonly string[] = type.kind === 'date' ? dateUnits : [...dateUnits, ...timeUnits]
  if (!known.includes(unit)) {
    const what = type.kind === 'date' ? 'DATE' : 'TIMESTAMP'
    compiler.fail('INVALID_FUNCTION_ARGUMENT', `this is not a valid ${what} field`, at)
  }
  return unit
}

const monthsOf: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 }
const daysOf: Readonly<Record<string, number>> = { day: 1, week: 7 }

const dateAdd: FunctionCompiler = (values, at, compiler) => {
  const [unitValue, count, value] = values
  const isRight = count !== undefined && value !== undefined && values.length === 3
  if (!isRight || !(isIntegerType(count.type) || count.type.kind === 'unknown')) {
    return mismatch(values, 'varchar, bigint, date or timestamp', at, compiler)
  }
  if (value.type.kind === 'unknown') return { sql: 'CAST(NULL AS DATE)', type: dateType }
  if (!isMoment(value.type)) {
    return mismatch(values, 'varchar, bigint, date or timestamp', at, compiler)
  }
  const unit = unitOf(unitValue, value.type, at, compiler)
  const { type, sql } = value
  const number = `CAST(${count.sql} AS INTEGER)`
  const months = monthsOf[unit]
  const days = daysOf[unit]
  if (type.kind === 'date') {
    // Days are added to the date itself: intervals would run out of the range of timestamps.
    if (days !== undefined) return { sql: `(${sql} + ${times(number, days)})`, type }
    return { sql: `CAST((${sql} + to_months(${times(number, months ?? 1)})) AS DATE)`, type }
  }
  if (months !== undefined) return { sql: `(${sql} + to_months(${times(number, months)}))`, type }
  if (days !== undefined) return { sql: `(${sql} + to_days(${times(number, days)}))`, type }
  if (unit === 'millisecond' && type.kind === 'timestamp' && type.precision < 3) {
    compiler.fail('NOT_SUPPORTED', 'milliseconds of a coarser timestamp are not supported', at)
  }
  const units = unit === 'second' ? `CAST(${count.sql} AS DOUBLE)` : count.sql
  return {
    sql: `(${sql} + to_${unit}s(${units}))`,
    type,
  }
}

const times = (sql: string, factor: number): string => (factor === 1 ? sql : `(${sql} * ${factor})`)

const dateDiff: FunctionCompiler = (values, at, compiler) => {
  const [unitValue, from, to] = values
  const isRight = from !== undefined && to !== undefined && values.length === 3
  const isEither = (value: Typed) => isMoment(value.type) || value.type.kind === 'unknown'
  if (!isRight || !isEither(from) || !isEither(to)) {
    return mismatch(values, 'varchar, date or timestamp, date or timestamp', at, compiler)
  }
  if (from.type.kind === 'unknown' || to.type.kind === 'unknown') {
    return { sql: 'CAST(NULL AS BIGINT)', type: bigintType }
  }
  const isDates = from.type.kind === 'date' && to.type.kind === 'date'
  const unit = unitOf(unitValue, isDates ? dateType : timestampPrecisionOf(3, false), at, compiler)
  if (isDates && unit === 'day') {
    return { sql: `date_diff('day', ${from.sql}, ${to.sql})`, type: bigintType }
  }
  if (isDates && unit === 'week') {
    return { sql: `(date_diff('day', ${from.sql}, ${to.sql}) // 7)`, type: bigintType }
  }
  const sides = [moment(from), moment(to)].map((sql) => `CAST(${sql} AS TIMESTAMP)`)
  return { sql: `date_sub(${quoted(unit)}, ${sides.join(', ')})`, type: bigintType }
}

const dateTrunc: FunctionCompiler = (values, at, compiler) => {
  const [unitValue, value] = values
  if (value === undefined || values.length !== 2 || !isMoment(value.type)) {
    if (value?.type.kind === 'unknown') return { sql: 'CAST(NULL AS DATE)', type: dateType }
    return mismatch(values, 'varchar, date or timestamp', at, compiler)
  }
  const unit = unitOf(unitValue, value.type, at, compiler)
  const cut = `date_trunc(${quoted(unit)}, ${moment(value)})`
  if (value.type.kind === 'date') return { sql: `CAST(${cut} AS DATE)`, type: dateType }
  const isZoned = value.type.kind === 'timestamp' && value.type.withTimeZone
  return { sql: isZoned ? `timezone('UTC', ${cut})` : cut, type: value.type }
}

const toDate: FunctionCompiler = (values, at, compiler) => {
  const [value] = values
  if (value === undefined || values.length !== 1 || !isMoment(value.type)) {
    return mismatch(values, 'date or timestamp', at, compiler)
  }
  return { sql: `CAST(${moment(value)} AS DATE)`, type: dateType }
}

/** MySQL's words that mean the same in the engine's strptime and strftime. */
const formatWords: Readonly<Record<string, string>> = {
  '%Y': '%Y',
  '%m': '%m',
  '%d': '%d',
  '%H': '%H',
  '%i': '%M',
  '%s': '%S',
  '%S': '%S',
  '%T': '%H:%M:%S',
  '%%': '%%',
}

/** What a text must look like, for the engine reads more freely than Trino. */
const formatForms: Readonly<Record<string, string>> = {
  '%Y': '[0-9]{4}',
  '%T': '[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}',
  '%%': '%',
}

function formatForm(format: string, at: number, compiler: Compiler): string {
  if (!/(?:^|[^%])(?:%%)*%Y/.test(format)) {
    compiler.fail('NOT_SUPPORTED', 'a format without %Y is not supported', at)
  }
  return format.replace(/%.|[^%]/gs, (word, offset: number) => {
    if (!word.startsWith('%')) return word.replace(/[\\^$.*+?()[\]{}|]/, '\\$&')
    const isNextDigits = /^%[^%]/.test(format.slice(offset + 2))
    return formatForms[word] ?? (isNextDigits ? '[0-9]{2}' : '[0-9]{1,2}')
  })
}

function engineFormat(value: Typed | undefined, at: number, compiler: Compiler): string {
  const format = literalText(value, 'The format', at, compiler)
  return format.replace(/%.?/gs, (word) => {
    const known = formatWords[word]
    if (known !== undefined) return known
    return compiler.fail('NOT_SUPPORTED', 'a word of the format is not supported', at)
  })
}

const dateParse: FunctionCompiler = (values, at, compiler) => {
  const [value, format] = values
  if (value === undefined || value.type.kind !== 'varchar' || values.length !== 2) {
    return mismatch(values, 'varchar, varchar', at, compiler)
  }
  const words = quoted(engineFormat(format, at, compiler))
  const type = timestampPrecisionOf(3, false)
  const form = quoted(formatForm(format?.text ?? '', at, compiler))
  const why = 'Invalid format: the text is not as the format says'
  const error = failing('INVALID_FUNCTION_ARGUMENT', why, type)
  const isRight = `regexp_full_match(${value.sql}, ${form})`
  const read = `strptime(${value.sql}, ${words})`
  const otherwise = `WHEN ${value.sql} IS NOT NULL THEN ${error}`
  const sql = `(CASE WHEN ${isRight} THEN ${read} ${otherwise} END)`
  return { sql, type }
}

const dateFormat: FunctionCompiler = (values, at, compiler) => {
  const [value, format] = values
  if (value === undefined || !isMoment(value.type) || values.length !== 2) {
    return mismatch(values, 'timestamp, varchar', at, compiler)
  }
  const words = quoted(engineFormat(format, at, compiler))
  const years = `year(${moment(value)}) BETWEEN 1 AND 9999`
  const why = 'a year outside of 1 to 9999 is not supported'
  const text = `strftime(${moment(value)}, ${words})`
  const otherwise = `WHEN NOT (${years}) THEN ${failing('NOT_SUPPORTED', why, varcharType)}`
  return { sql: `(CASE WHEN ${years} THEN ${text} ${otherwise} END)`, type: varcharType }
}

const now: FunctionCompiler = (values, at, compiler) => {
  if (values.length > 0) return mismatch(values, '', at, compiler)
  const sql = `timezone('UTC', TIMESTAMP ${quoted(compiler.session.startedAt)})`
  return { sql, type: timestampPrecisionOf(3, true) }
}

const lastDay: FunctionCompiler = (values, at, compiler) => {
  const [value] = values
  if (value === undefined || values.length !== 1 || !isMoment(value.type)) {
    return mismatch(values, 'date or timestamp', at, compiler)
  }
  return { sql: `last_day(${moment(value)})`, type: dateType }
}

const unixTime: FunctionCompiler = (values, at, compiler) => {
  const [value] = values
  if (value === undefined || value.type.kind !== 'timestamp') {
    return mismatch(values, typeText(timestampPrecisionOf(3, false)), at, compiler)
  }
  return { sql: `(epoch_us(${moment(value)}) / CAST(1000000 AS DOUBLE))`, type: doubleType }
}

export const dateFunctions: Functions = {
  ...parts,
  dow: parts.day_of_week,
  doy: parts.day_of_year,
  yow: parts.year_of_week,
  week_of_year: parts.week,
  day_of_month: parts.day,
  date: toDate,
  date_add: dateAdd,
  date_diff: dateDiff,
  date_trunc: dateTrunc,
  date_parse: dateParse,
  date_format: dateFormat,
  last_day_of_month: lastDay,
  now,
  to_unixtime: unixTime,
  current_timezone: fixed([], varcharType, () => "'UTC'"),
}
