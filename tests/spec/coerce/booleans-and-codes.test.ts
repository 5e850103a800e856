// Booleans by declared texts, and the forms of clinical codes.
import { test } from '@jest/globals'
import { expectTable } from '../../support/land-column.ts'
import { parseTable } from '../../support/parse-table.ts'

test('a bool is one of the declared texts, byte for byte', () => {
  const booleans = { true: ['true', 'Y'], false: ['false', 'N', '0'] }
  expectTable(
    { type: 'bool', mapping: { booleans } },
    parseTable(`
    text  | result
    ------+--------------
    true  | true
    Y     | true
    N     | false
    0     | false
    y     | refused: type
    TRUE  | refused: type
    1     | refused: type
          | null
  `),
  )
})

test('SNOMED CT and dm+d codes are 6 to 18 digits without a leading zero', () => {
  for (const type of ['snomedct', 'dmd'] as const) {
    expectTable(
      { type },
      parseTable(`
      text                | result
      --------------------+-------------------
      100000              | 100000
      10000               | refused: type
      999999999999999999  | 999999999999999999
      1000000000000000000 | refused: type
      012345              | refused: type
      12345a              | refused: type
      1.2E+17             | refused: type
    `),
    )
  }
})

test('CTV3 codes are five letters or digits, filled up with dots from the third on', () => {
  expectTable(
    { type: 'ctv3' },
    parseTable(`
    text   | result
    -------+--------------
    XaBcD  | XaBcD
    Xa...  | Xa...
    X....  | refused: type
    Xa.b.  | refused: type
    XaBcDe | refused: type
    .XaBc  | refused: type
  `),
  )
})

test('ICD-10 and OPCS-4 codes carry no dot', () => {
  expectTable(
    { type: 'icd10' },
    parseTable(`
    text   | result
    -------+--------------
    E11    | E11
    E119   | E119
    E1190  | E1190
    I10X   | I10X
    I10X2  | I10X2
    I10X23 | refused: type
    E11.9  | refused: type
    E1     | refused: type
    e119   | refused: type
    E11X0X | refused: type
  `),
  )
  expectTable(
    { type: 'opcs4' },
    parseTable(`
    text  | result
    ------+--------------
    A01   | A01
    Z943  | Z943
    I01   | refused: type
    A0    | refused: type
    A0123 | refused: type
  `),
  )
})

test('BNF codes are fifteen characters, or eleven digits for appliances', () => {
  expectTable(
    { type: 'bnf' },
    parseTable(`
    text            | result
    ----------------+----------------
    0212000B0AAABAB | 0212000B0AAABAB
    0212000B0AA     | refused: type
    2123456789A     | refused: type
    21220000205     | 21220000205
    24220000205     | refused: type
    0212000B00AABAB | refused: type
  `),
  )
})

test('texts of several codes are checked code by code and land as they are', () => {
  expectTable(
    { type: 'icd10_multi' },
    parseTable(`
    text                        | result
    ----------------------------+----------------------------
    ¦¦E119 ,J849 ¦¦I801 | ¦¦E119␠,J849␠¦¦I801
    A01                         | A01
    E119,bad                    | refused: type
    E11.9                       | refused: type
    ,,                          | refused: type
  `).map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, cell]) => [name, cell.replaceAll('¦', '|')]),
      ),
    ),
  )
  expectTable({ type: 'opcs4_multi' }, [
    { text: '||A011 ,Z94', result: '||A011␠,Z94' },
    { text: 'A011;Z94', result: 'refused: type' },
  ])
})
