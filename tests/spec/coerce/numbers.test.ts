// Integers of 64 bits and doubles, and the forms a project can declare for them.
import { expect, test } from '@jest/globals'
import { countCoercions, expectTable } from '../../support/land-column.ts'
import { parseTable } from '../../support/parse-table.ts'

test('an int is an optional sign and digits within 64 bits, exact', () => {
  expectTable(
    { type: 'int' },
    parseTable(`
    text                  | result
    ----------------------+---------------------
    0                     | 0
    -0                    | 0
    +5                    | 5
    007                   | 7
    9007199254740993      | 9007199254740993
    999999999999999999    | 999999999999999999
    9223372036854775807   | 9223372036854775807
    9223372036854775808   | refused: type
    -9223372036854775808  | -9223372036854775808
    -9223372036854775809  | refused: type
    18446744073709551617  | refused: type
    00000000000000000000009223372036854775807 | 9223372036854775807
    1.0                   | refused: type
    1e3                   | refused: type
    1,000                 | refused: type
    -                     | refused: type
    --1                   | refused: type
    1␠                    | refused: type
    ٣                     | refused: type
  `),
  )
})

test('thousands separators count only in right groups of three, where they are declared', () => {
  expectTable(
    { type: 'int', mapping: { thousands: ',' } },
    parseTable(`
    text          | result
    --------------+--------------
    1,234         | 1234
    -12,345,678   | -12345678
    1234          | 1234
    1,23          | refused: type
    1234,567      | refused: type
    ,123          | refused: type
    1,234,        | refused: type
    1,,234        | refused: type
    1,2345        | refused: type
  `),
  )
  expectTable(
    { type: 'float', mapping: { thousands: '.', decimal: ',' } },
    parseTable(`
    text       | result
    -----------+--------------
    1.234,5    | 1234.5
    1234,5     | 1234.5
    1.23,5     | refused: type
    1,234.5    | refused: type
  `),
  )
})

test('whole decimals are integers only when asked for, and are counted', () => {
  expectTable(
    { type: 'int' },
    parseTable(`
    text | result
    -----+--------------
    54.0 | refused: type
  `),
  )
  const setup = { type: 'int', mapping: { wholeDecimals: true } } as const
  expectTable(
    setup,
    parseTable(`
    text   | result
    -------+--------------
    54.0   | 54
    -54.000 | -54
    54.    | refused: type
    54.5   | refused: type
    .0     | refused: type
  `),
  )
  expect(countCoercions(setup, ['54.0', '7', '1.00', '1.5'])).toEqual(['decimal_dropped: 2'])
})

test('a float is the nearest double, never infinite and never not a number', () => {
  expectTable(
    { type: 'float' },
    parseTable(`
    text                   | result
    -----------------------+------------------------
    1.5                    | 1.5
    -0                     | -0
    .5                     | 0.5
    5.                     | 5
    +1e3                   | 1000
    0.1                    | 0.1
    9007199254740993       | 9007199254740992
    123456789012345678     | 123456789012345680
    2.2250738585072011e-308 | 2.225073858507201e-308
    5e-324                 | 5e-324
    1e-400                 | 0
    1.7976931348623157e308 | 1.7976931348623157e+308
    1e309                  | refused: type
    NaN                    | refused: type
    Infinity               | refused: type
    0x10                   | refused: type
    1_000                  | refused: type
    .                      | refused: type
    e5                     | refused: type
    1e                     | refused: type
    1,5                    | refused: type
  `),
  )
  expectTable(
    { type: 'float', mapping: { decimal: ',' } },
    parseTable(`
    text  | result
    ------+--------------
    1,5   | 1.5
    1.5   | refused: type
    1,5e2 | 150
  `),
  )
})
