// Values as the texts that Trino writes: what a cast to varchar gives, and what results hold.
import { type TrinoType, typeText } from '../types.ts'

/** A date; years before 1 are counted from 0 downwards, with a sign (ISO 8601). */
export const dateText = (value: string): string =>
  `(CASE WHEN ${value} >= DATE '0001-01-01' THEN CAST(${value} AS VARCHAR) ` +
  `WHEN ${value} IS NOT NULL THEN printf('%s%04d-%02d-%02d', ` +
  `CASE WHEN year(${value}) < 0 THEN '-' ELSE '' END, ` +
  `abs(year(${value})), month(${value}), day(${value})) END)`

function fraction(value: string, precision: number): string {
  if (precision === 0) return "''"
  const micros = `epoch_us(${value}) - epoch_us(date_trunc('second', ${value}))`
  return `('.' || left(lpad(CAST(${micros} AS VARCHAR), 6, '0'), ${precision}))`
}

/** A local timestamp with its digits of the second. */
export function timestampText(value: string, precision: number): string {
  const clock = `printf('%02d:%02d:%02d', hour(${value}), minute(${value}), second(${value}))`
  const date = dateText(`CAST(${value} AS DATE)`)
  // A year of more than four digits has a sign (java.time's `uuuu`), where that of a date has none.
  const sign = `CASE WHEN year(${value}) > 9999 THEN '+' ELSE '' END`
  return `((${sign}) || ${date} || ' ' || ${clock} || ${fraction(value, precision)})`
}

/** A time of day with its digits of the second. */
export function timeText(value: string, precision: number): string {
  const text = `strftime(DATE '2000-01-01' + ${value}, '%H:%M:%S.%f')`
  return precision === 6 ? text : `left(${text}, ${precision === 0 ? 8 : 9 + precision})`
}

/** A decimal; the engine leaves out the zero before the point where all digits are behind it. */
export function decimalText(value: string, type: TrinoType & { readonly kind: 'decimal' }): string {
  const text = `CAST(${value} AS VARCHAR)`
  return type.precision > type.scale ? text : `regexp_replace(${text}, '^(-?)\\.', '\\10.')`
}

/** `2 03:04:05.678`, an interval of days to seconds. */
export function dayIntervalText(value: string): string {
  const milliseconds = `(epoch_us(${value}) // 1000)`
  const ms = `abs(${milliseconds})`
  return (
    `(CASE WHEN ${milliseconds} < 0 THEN '-' ELSE '' END || ` +
    `printf('%d %02d:%02d:%02d.%03d', ${ms} // 86400000, ${ms} // 3600000 % 24, ` +
    `${ms} // 60000 % 60, ${ms} // 1000 % 60, ${ms} % 1000))`
  )
}

/** `1-2`, an interval of years and months. */
export function monthIntervalText(value: string): string {
  const months = `(datepart('year', ${value}) * 12 + datepart('month', ${value}))`
  return (
    `(CASE WHEN ${months} < 0 THEN '-' ELSE '' END || ` +
    `printf('%d-%d', abs(${months}) // 12, abs(${months}) % 12))`
  )
}

/** A double as Java writes it: `1.0E2`, `-1.5E-3`, `0E0`; its digits are the fewest that tell it. */
export function doubleText(sql: string): string {
  const plain = 'CAST(abs(v) AS VARCHAR)'
  const mantissa = `split_part(${plain}, 'e', 1)`
  const whole = `split_part(${mantissa}, '.', 1)`
  const all = `replace(${mantissa}, '.', '')`
  const digits = `rtrim(ltrim(${all}, '0'), '0')`
  const zeros = `(length(${all}) - length(ltrim(${all}, '0')))`
  const shift = `coalesce(TRY_CAST(split_part(${plain}, 'e', 2) AS INTEGER), 0)`
  const exponent = `(length(${whole}) - 1 - ${zeros} + ${shift})`
  const sign = `CASE WHEN signbit(v) THEN '-' ELSE '' END`
  const rest = `CASE WHEN length(${digits}) = 1 THEN '0' ELSE substring(${digits}, 2) END`
  const number =
    `(${sign}) || left(${digits}, 1) || '.' || (${rest}) || 'E' || ` +
    `CAST(${exponent} AS VARCHAR)`
  const special =
    `WHEN isnan(v) THEN 'NaN' WHEN v = 0 THEN (${sign}) || '0E0' ` +
    `WHEN isinf(v) THEN (${sign}) || 'Infinity'`
  const text = `CASE ${special} WHEN v IS NOT NULL THEN ${number} END`
  return `list_extract(list_transform([${sql}], lambda v: ${text}), 1)`
}

/** SQL for the text that a cast to varchar gives; null where it is not supported. */
export function valueAsText(sql: string, type: TrinoType): string | null {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'boolean':
    case 'uuid':
      return `CAST(${sql} AS VARCHAR)`
    case 'decimal':
      return decimalText(sql, type)
    case 'date':
      return dateText(sql)
    case 'timestamp': {
      if (!type.withTimeZone) return timestampText(sql, type.precision)
      return `(${timestampText(`timezone('UTC', ${sql})`, type.precision)} || ' UTC')`
    }
    case 'time':
      return timeText(sql, type.precision)
    case 'real':
    case 'double':
      return doubleText(sql)
    case 'interval day to second':
      return dayIntervalText(sql)
    case 'interval year to month':
      return monthIntervalText(sql)
    default:
      return null
  }
}

export const unsupportedText = (type: TrinoType): string =>
  `a cast from ${typeText(type)} to varchar is not supported`
