// Constraints of one column.
import { test } from '@jest/globals'
import { expectTable } from '../../support/land-column.ts'
import { parseTable } from '../../support/parse-table.ts'

test('a null fails not_null and nothing else', () => {
  expectTable(
    { type: 'string', constraints: [{ kind: 'categorical', values: ['a'] }, { kind: 'not_null' }] },
    parseTable(`
      text | result
      -----+---------------------
      a    | a
           | refused: not_null
      b    | refused: categorical
    `),
  )
  expectTable(
    { type: 'date', constraints: [{ kind: 'first_of_month' }] },
    parseTable(`
      text       | result
      -----------+------------------------
                 | null
      2020-03-01 | 2020-03-01
      2020-03-02 | refused: first_of_month
      2020-02-29 | refused: first_of_month
      0001-01-01 | 0001-01-01
    `),
  )
})

test('categories are exact, of texts and of integers', () => {
  expectTable(
    { type: 'int', constraints: [{ kind: 'categorical', values: [3, 1, 9_007_199_254_740_991] }] },
    parseTable(`
      text             | result
      -----------------+---------------------
      1                | 1
      03               | 3
      2                | refused: categorical
      9007199254740991 | 9007199254740991
      9007199254740992 | refused: categorical
    `),
  )
})

test('a regex must match the whole text', () => {
  expectTable(
    { type: 'string', constraints: [{ kind: 'regex', pattern: 'E020[0-9]{5}|X' }] },
    parseTable(`
      text       | result
      -----------+---------------
      E02000001  | E02000001
      E020000012 | refused: regex
      xE02000001 | refused: regex
      X          | X
    `),
  )
})

test('a closed range includes its ends and its steps', () => {
  const constraints = [{ kind: 'closed_range', minimum: 0, maximum: 32_800, step: 100 }] as const
  for (const type of ['int', 'float'] as const) {
    expectTable(
      { type, constraints },
      parseTable(`
      text                | result
      --------------------+----------------------
      0                   | 0
      32800               | 32800
      32900               | refused: closed_range
      -100                | refused: closed_range
      150                 | refused: closed_range
      9223372036854775807 | refused: closed_range
    `),
    )
  }
  expectTable(
    { type: 'float', constraints: [{ kind: 'closed_range', minimum: 0, maximum: 1, step: 0.1 }] },
    parseTable(`
      text | result
      -----+----------------------
      0.7  | 0.7
      0.75 | refused: closed_range
    `),
  )
  expectTable(
    {
      type: 'date',
      constraints: [
        { kind: 'closed_range', minimum: '2020-02-28', maximum: '2020-03-01', step: 1 },
      ],
    },
    parseTable(`
      text       | result
      -----------+----------------------
      2020-02-27 | refused: closed_range
      2020-02-28 | 2020-02-28
      2020-03-01 | 2020-03-01
      2020-03-02 | refused: closed_range
    `),
  )
})

test('a general range may leave out its ends', () => {
  const open = {
    kind: 'general_range',
    minimum: 0,
    maximum: 10,
    includesMinimum: false,
    includesMaximum: false,
  } as const
  for (const type of ['int', 'float'] as const) {
    expectTable(
      { type, constraints: [open] },
      parseTable(`
      text | result
      -----+-----------------------
      0    | refused: general_range
      1    | 1
      9    | 9
      10   | refused: general_range
    `),
    )
  }
  expectTable(
    { type: 'float', constraints: [open] },
    parseTable(`
    text              | result
    ------------------+-----------------------
    5e-324            | 5e-324
    -0                | refused: general_range
    9.999999999999998 | 9.999999999999998
  `),
  )
  const since = {
    kind: 'general_range',
    minimum: '2019-02-01',
    maximum: null,
    includesMinimum: true,
    includesMaximum: true,
  } as const
  expectTable(
    { type: 'date', constraints: [since] },
    parseTable(`
    text       | result
    -----------+-----------------------
    2019-02-01 | 2019-02-01
    2019-01-31 | refused: general_range
    9999-12-31 | 9999-12-31
  `),
  )
})
