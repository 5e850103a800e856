// Days as contracts and registers write them, YYYY-MM-DD, and as numbers: days since 1970-01-01, UTC.

const dayMs = 86_400_000

/** True for a day of the proleptic Gregorian calendar, 0001-01-01 to 9999-12-31. */
export function isIsoDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (match === null) return false
  const [year = 0, month = 0, day = 0] = match.slice(1).map(Number)
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  return year >= 1 && day >= 1 && day <= (days[month - 1] ?? 0)
}

/** Days since 1970-01-01 of a day that is one (isIsoDate). */
export const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / dayMs

/** The day of a day number, YYYY-MM-DD. */
export const isoDate = (days: number): string => new Date(days * dayMs).toISOString().slice(0, 10)
