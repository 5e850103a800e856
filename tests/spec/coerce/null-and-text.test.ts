// What a field is before its type: trimming, null tokens, text checks, value maps.
import { expect, test } from '@jest/globals'
import { countCoercions, expectTable } from '../../support/land-column.ts'
import { parseTable } from '../../support/parse-table.ts'

test('an empty field is null unless the null tokens say otherwise', () => {
  expectTable(
    { type: 'string' },
    parseTable(`
    text | result
    -----+-------
         | null
    NULL | NULL
    ␠    | ␠
  `),
  )
  expectTable(
    { type: 'string', mapping: { nulls: ['NULL', '-'] } },
    parseTable(`
    text | result
    -----+-------
         |
    NULL | null
    Null | Null
    -    | null
  `),
  )
})

test('null tokens are compared byte for byte, before the type', () => {
  expectTable(
    { type: 'date', mapping: { formats: ['%d/%m/%Y'], nulls: ['', '31/12/9999'] } },
    parseTable(`
    text       | result
    -----------+-----------
    31/12/9999 | null
    31/12/9998 | 9998-12-31
               | null
    ␠          | refused: type
  `),
  )
  expectTable(
    { type: 'int', mapping: { nulls: ['-1'] } },
    parseTable(`
    text | result
    -----+--------------
    -1   | null
    -01  | -1
         | refused: type
  `),
  )
})

test('trimming removes spaces and tabs at both ends, before null tokens, and is counted', () => {
  const setup = { type: 'string', mapping: { trim: true, nulls: ['', 'x'] } } as const
  expectTable(
    setup,
    parseTable(`
    text    | result
    --------+-------
    ␠a␠b␉   | a␠b
    ␠␠      | null
    ␉x      | null
    b       | b
  `),
  )
  expect(countCoercions(setup, ['␠a', 'b', '␠␠', 'c␉'])).toEqual(['trimmed: 2'])
  expectTable(
    { type: 'int', mapping: { trim: true } },
    parseTable(`
    text | result
    -----+-------
    ␠7   | 7
    7␉␠  | 7
  `),
  )
  expectTable(
    { type: 'int' },
    parseTable(`
    text | result
    -----+--------------
    ␠7   | refused: type
  `),
  )
})

test('invalid UTF-8 and NUL bytes are refused, or mapped where the project says so', () => {
  expectTable(
    { type: 'string' },
    parseTable(`
    text     | result
    ---------+----------------------
    été      | été
    a\\xff    | refused: invalid_utf8
    a␀b      | refused: nul_byte
    ␀        | refused: nul_byte
    \\xc0␀    | refused: invalid_utf8
  `),
  )
  expectTable(
    { type: 'int' },
    parseTable(`
    text  | result
    ------+----------------------
    1\\xff | refused: invalid_utf8
    1␀    | refused: nul_byte
  `),
  )
  const replacing = { type: 'string', mapping: { invalidUtf8: 'replace' } } as const
  expectTable(
    replacing,
    parseTable(`
    text        | result
    ------------+-------
    a\\xffb      | a\ufffdb
    \\xf0\\x9f\\x99 | \ufffd
  `),
  )
  expect(countCoercions(replacing, ['a\\xff', 'b'])).toEqual(['utf8_replaced: 1'])
  expectTable(
    { type: 'string', mapping: { nulBytes: 'empty' } },
    parseTable(`
    text | result
    -----+------------------
    ␀    |
    ␀␀   | refused: nul_byte
         | null
  `),
  )
})

test('a value map replaces texts; what it does not name is refused or becomes otherwise', () => {
  const values = { M: 'male', F: 'female' }
  expectTable(
    { type: 'string', mapping: { values } },
    parseTable(`
    text | result
    -----+------------------------
    M    | male
    F    | female
    m    | refused: unmapped_value
         | null
  `),
  )
  const setup = { type: 'string', mapping: { values, otherwise: 'unknown' } } as const
  expectTable(
    setup,
    parseTable(`
    text | result
    -----+--------
    M    | male
    male | unknown
         | null
  `),
  )
  expect(countCoercions(setup, ['M', 'x', 'y', ''])).toEqual(['mapped_otherwise: 2'])
})

test('the result of a value map is a text of the type', () => {
  expectTable(
    { type: 'int', mapping: { values: { low: '1', high: '9223372036854775807' } } },
    parseTable(`
    text | result
    -----+------------------------
    low  | 1
    high | 9223372036854775807
    1    | refused: unmapped_value
  `),
  )
})
