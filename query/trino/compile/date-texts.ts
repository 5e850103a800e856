// The texts of dates and timestamps that Trino reads and the engine reads alike.

const datePattern = /^([+-]?\d{1,7})-(\d{1,2})-(\d{1,2})$/

/** A day of the proleptic Gregorian calendar that the engine can hold; year 0 is before year 1. */
export function isDateText(text: string): boolean {
  const match = datePattern.exec(text)
  if (match === null) return false
  const [year = 0, month = 0, day = 0] = match.slice(1).map(Number)
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
  return Math.abs(year) <= 5_000_000 && day >= 1 && day <= days
}

/** `2020-01-01`, `2020-01-01 10:00`, `2020-01-01 10:00:00.123`: local, without a zone. */
export function isTimestampText(text: string): boolean {
  const match = /^(\S+?)(?: (\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,12}))?)?)?$/.exec(text)
  // A timestamp has four digits of the year at least, where a date may have one.
  if (match === null || !/^[+-]?\d{4}/.test(text) || !isDateText(match[1] ?? '')) return false
  const [hour = 0, minute = 0, second = 0] = match.slice(2, 5).map((part) => Number(part ?? 0))
  return hour <= 23 && minute <= 59 && second <= 59
}

/** Digits of the fraction of a second. */
export function timestampPrecision(text: string): number {
  return /\.(\d+)$/.exec(text)?.[1]?.length ?? 0
}

const timePattern = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,12}))?)?$/

/** `10:00`, `10:00:00.123`: a time of day, without a zone. */
export function isTimeText(text: string): boolean {
  const match = timePattern.exec(text)
  if (match === null) return false
  const [hour = 0, minute = 0, second = 0] = match.slice(1, 4).map((part) => Number(part ?? 0))
  return hour <= 23 && minute <= 59 && second <= 59
}
