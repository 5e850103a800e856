// Dates: strftime words, several formats, date-times cut as written, rounding, two-digit years.
import { expect, test } from '@jest/globals'
import { countCoercions, expectTable } from '../../support/land-column.ts'
import { parseTable } from '../../support/parse-table.ts'

test('a date is a real day between the years 1 and 9999', () => {
  expectTable(
    { type: 'date' },
    parseTable(`
    text       | result
    -----------+--------------
    2020-02-29 | 2020-02-29
    2021-02-29 | refused: type
    1900-02-29 | refused: type
    2000-02-29 | 2000-02-29
    0001-01-01 | 0001-01-01
    0000-12-31 | refused: type
    9999-12-31 | 9999-12-31
    2020-13-01 | refused: type
    2020-00-10 | refused: type
    2020-04-31 | refused: type
    2020-4-30  | refused: type
    20200430   | refused: type
    2020/04/30 | refused: type
  `),
  )
})

test('formats are tried in order', () => {
  const formats = ['%d/%m/%Y', '%m/%d/%Y', '%Y%m%d']
  expectTable(
    { type: 'date', mapping: { formats } },
    parseTable(`
    text       | result
    -----------+--------------
    01/02/2020 | 2020-02-01
    01/13/2020 | 2020-01-13
    20200113   | 2020-01-13
    13/13/2020 | refused: type
  `),
  )
})

test('words of varying width, names of months and days of the year', () => {
  expectTable(
    { type: 'date', mapping: { formats: ['%-d.%-m.%Y'] } },
    parseTable(`
    text      | result
    ----------+--------------
    1.2.2020  | 2020-02-01
    01.12.2020 | 2020-12-01
    1.2.20    | refused: type
  `),
  )
  expectTable(
    { type: 'date', mapping: { formats: ['%e %b %Y', '%d-%B-%Y'] } },
    parseTable(`
    text          | result
    --------------+--------------
    ␠1 Mar 2020   | 2020-03-01
    1 MAR 2020    | 2020-03-01
    31 dec 1999   | 1999-12-31
    31 Xyz 1999   | refused: type
    01-September-2020 | 2020-09-01
    01-Sept-2020  | refused: type
  `),
  )
  expectTable(
    { type: 'date', mapping: { formats: ['%Y-%j'] } },
    parseTable(`
    text     | result
    ---------+--------------
    2020-366 | 2020-12-31
    2019-366 | refused: type
    2019-001 | 2019-01-01
    2019-000 | refused: type
  `),
  )
})

test('a time behind a date is cut as written, with no zone conversion, and counted', () => {
  const setup = { type: 'date' } as const
  expectTable(
    setup,
    parseTable(`
    text                          | result
    ------------------------------+--------------
    2020-03-01T23:59:59Z          | 2020-03-01
    2020-03-01T23:59:59-11:00     | 2020-03-01
    2020-03-01 00:00              | 2020-03-01
    2020-03-01␠␠10:11:12.1234567  | 2020-03-01
    2020-03-01 10:11:12 +00       | 2020-03-01
    2020-03-01T                   | refused: type
    2020-03-01T10                 | refused: type
    2020-03-01T24:00              | refused: type
    2020-03-01 10:60              | refused: type
    2020-03-01 10:10:10.          | refused: type
    2020-03-01T10:10+25:00        | refused: type
    2020-03-01x10:10              | refused: type
    2020-03-01␠                   | refused: type
  `),
  )
  expect(countCoercions(setup, ['2020-03-01', '2020-03-01T00:00', '2020-03-01T99:00'])).toEqual([
    'time_cut: 1',
  ])
  expectTable(
    { type: 'date', mapping: { formats: ['%Y%m%d%H%M%S'] } },
    parseTable(`
    text           | result
    ---------------+--------------
    20200301101112 | 2020-03-01
    20200301       | refused: type
    20200301251112 | refused: type
  `),
  )
})

test('rounding to the first of the month is counted only where it changed the date', () => {
  const setup = { type: 'date', mapping: { round: 'first_of_month' } } as const
  expectTable(
    setup,
    parseTable(`
    text                | result
    --------------------+--------------
    1980-05-17          | 1980-05-01
    1980-05-01          | 1980-05-01
    1980-12-31T10:00    | 1980-12-01
    1980-02-30          | refused: type
  `),
  )
  expect(countCoercions(setup, ['1980-05-17', '1980-05-01'])).toEqual(['rounded_to_month: 1'])
  expectTable(
    { type: 'date', mapping: { formats: ['%b %Y'], round: 'first_of_month' } },
    parseTable(`
    text     | result
    ---------+-----------
    Jun 1975 | 1975-06-01
  `),
  )
})

test('a two-digit year falls into the hundred years from the pivot on, and is counted', () => {
  const setup = { type: 'date', mapping: { formats: ['%d/%m/%y'], pivot: 1930 } } as const
  expectTable(
    setup,
    parseTable(`
    text     | result
    ---------+--------------
    01/01/30 | 1930-01-01
    01/01/29 | 2029-01-01
    01/01/00 | 2000-01-01
    01/01/99 | 1999-01-01
    29/02/00 | 2000-02-29
    01/01/2029 | refused: type
  `),
  )
  expect(countCoercions(setup, ['01/01/30', ''])).toEqual(['two_digit_year: 1'])
})
