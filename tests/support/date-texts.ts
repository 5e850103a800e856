// Arbitrary texts near a date format, for generative tests: days that do not exist, other formats
// and times behind them included.
import fc from 'fast-check'

/** Formats of every kind: fixed, varying, named, with a time. */
export const dateFormats = [
  '%Y-%m-%d',
  '%d/%m/%Y',
  '%Y%m%d',
  '%d %b %Y',
  '%-d.%-m.%Y',
  '%d-%B-%y',
  '%Y-%j',
  '%e/%m/%Y',
  '%Y-%m-%dT%H:%M:%S%z',
  '%d%%%m%%%Y',
]

/** Formats of coarser dates, as the register of deviations may permit them. */
export const coarserFormats = ['%Y-%m', '%Y', '%-m/%Y', '%B %Y', '%Y%m']

const two = (number: number): string => String(number).padStart(2, '0')
const monthNames = [
  'January',
  'feb',
  'MARCH',
  'Apr',
  'May',
  'june',
  'Jul',
  'August',
  'sep',
  'OCT',
  'November',
  'Dec',
]
const timeTexts = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ' 00:00',
      'T00:00:00Z',
      ' 12:30:15.123',
      'T23:59:59+01:00',
      ' 10:00 -05',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...'T 0123:.Z+-'), maxLength: 12 }) },
)

const mostlyNumber = (min: number, max: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min, max }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: max + 1 }) },
  )

const writeDate = (format: string, year: number, month: number, day: number): string =>
  format
    .replace('%Y', String(year).padStart(4, '0'))
    .replace('%y', two(year % 100))
    .replace('%m', two(month))
    .replace('%d', two(day))
    .replace('%-d', String(day))
    .replace('%-m', String(month))
    .replace('%e', String(day).padStart(2, ' '))
    .replace('%b', (monthNames[month - 1] ?? 'xyz').slice(0, 3))
    .replace('%B', monthNames[month - 1] ?? 'xyz')
    .replace('%j', String(month * 28 + day).padStart(3, '0'))
    .replace('%H:%M:%S%z', '10:20:30Z')
    .replaceAll('%%', '%')

/** Texts near the formats of a column, some with a time behind. */
export const dateTexts = (formats: readonly string[]): fc.Arbitrary<string> =>
  fc
    .record({
      year: fc.oneof(
        fc.integer({ min: 1895, max: 2100 }),
        fc.constantFrom(0, 1, 4, 9999, 2000, 1900),
      ),
      month: mostlyNumber(1, 12),
      day: fc.oneof(mostlyNumber(1, 28), fc.integer({ min: 0, max: 32 }), fc.constant(1)),
      format: fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...formats) },
        { weight: 1, arbitrary: fc.constantFrom(...dateFormats) },
      ),
      time: timeTexts,
    })
    .map(({ year, month, day, format, time }) => writeDate(format, year, month, day) + time)
