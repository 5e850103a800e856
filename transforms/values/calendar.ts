// The proleptic Gregorian calendar from 0001-01-01 to 9999-12-31 as tables of days since
// 1970-01-01, so that a date becomes a number by two look-ups. Day 1 of year 1 is -719,162.

export const yearMax = 9999

const isLeapYear = (year: number): boolean =>
  year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

/** Days since 1970-01-01 of 1 January of each year, index 0 to 10,000. */
export const yearStarts: Int32Array = (() => {
  const starts = new Int32Array(yearMax + 2)
  let day = -719_162 - 366
  for (let year = 0; year <= yearMax + 1; year++) {
    starts[year] = day
    day += isLeapYear(year) ? 366 : 365
  }
  return starts
})()

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/**
 * Two halves of 16: common years, then leap years; index month (1 to 12). Days before the month,
 * and days of the month; a month that does not exist has no days.
 */
export const monthStarts: Int32Array = new Int32Array(32)
export const monthDays: Int32Array = new Int32Array(32)
for (const [half, february] of [28, 29].entries()) {
  let day = 0
  for (const [index, length] of monthLengths.entries()) {
    monthStarts[half * 16 + index + 1] = day
    monthDays[half * 16 + index + 1] = index === 1 ? february : length
    day += index === 1 ? february : length
  }
}

/** 16 for a leap year, else 0: the half of the month tables to use. */
export function monthTableOffset(year: number): number {
  return isLeapYear(year) ? 16 : 0
}

/** What daysOf returns for a date that does not exist; no real date has this number. */
export const notADate = -2_147_483_648

/** Days since 1970-01-01, or notADate. The three are whole and not negative. */
export function daysOf(year: number, month: number, day: number): number {
  if (year < 1 || year > yearMax || month < 1 || month > 12) return notADate
  const offset = monthTableOffset(year) + month
  if (day < 1 || day > (monthDays[offset] ?? 0)) return notADate
  return (yearStarts[year] ?? 0) + (monthStarts[offset] ?? 0) + day - 1
}
