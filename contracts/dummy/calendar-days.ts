// Days since 1970-01-01 and their ISO texts, by arithmetic alone: dummy extracts know no clock.
// Algorithm: days from civil (H. Hinnant, public domain).

/** Days since 1970-01-01 of a day of the Gregorian calendar. */
export function daysOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

export interface CalendarDay {
  readonly year: number
  readonly month: number
  readonly day: number
}

export function calendarDay(days: number): CalendarDay {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const part = Math.floor((5 * dayOfYear + 2) / 153)
  const month = part < 10 ? part + 3 : part - 9
  const day = dayOfYear - Math.floor((153 * part + 2) / 5) + 1
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

const padded = (number: number, length: number): string => String(number).padStart(length, '0')

function isoText(days: number): string {
  const { year, month, day } = calendarDay(days)
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`
}

const textsFrom = daysOf(1900, 1, 1)
const textsTo = daysOf(2031, 1, 1)
let texts: string[] = []

/** YYYY-MM-DD; the texts of the usual days are made once. */
export function isoDay(days: number): string {
  if (days < textsFrom || days >= textsTo) return isoText(days)
  if (texts.length === 0) {
    texts = Array.from({ length: textsTo - textsFrom }, (_, index) => isoText(textsFrom + index))
  }
  return texts[days - textsFrom] ?? isoText(days)
}

/** The days of a text YYYY-MM-DD, or of the first day of a month YYYY-MM. */
export function daysOfText(text: string): number {
  const [year = 1970, month = 1, day = 1] = text.split('-').map(Number)
  return daysOf(year, month, day)
}

export const firstOfMonth = (days: number): number => days - calendarDay(days).day + 1

/** The first day of the month after that of a day. */
export function nextMonth(days: number): number {
  const { year, month } = calendarDay(days)
  return month === 12 ? daysOf(year + 1, 1, 1) : daysOf(year, month + 1, 1)
}
