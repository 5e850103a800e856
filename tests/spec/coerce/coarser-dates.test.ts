// Dates of which only the month or the year is known, where the register of deviations permits them:
// what they become, by kernels and by the reference, and that each is counted.
import { expect, test } from '@jest/globals'
import { isLandingError } from '../../../contracts/errors.ts'
import { explainReject } from '../../../transforms/explain-reject.ts'
import { type ColumnSetup, landColumn, planOfColumn } from '../../support/land-column.ts'
import { parseTable } from '../../support/parse-table.ts'

function expectLanding(setup: ColumnSetup, table: string): void {
  const rows = parseTable(table)
  const texts = rows.map((row) => row['text'] ?? '')
  expect(landColumn(setup, texts)).toEqual(rows.map((row) => row['result']))
}

test('a month is its first day, and nothing may stand behind it', () => {
  expectLanding(
    { type: 'date', mapping: { formats: ['%Y-%m-%d'], coarserFormats: ['%Y-%m', '%-m/%Y'] } },
    `
    text             | result
    -----------------+---------------
    2020-03-15       | 2020-03-15
    2020-03          | 2020-03-01
    3/2020           | 2020-03-01
    12/1999          | 1999-12-01
    2020-13          | refused: type
    2020-00          | refused: type
    0000-03          | refused: type
    2020             | refused: type
    2020-3           | refused: type
    2020-03-         | refused: type
    2020-03␠00:00    | refused: type
    2020-03T00:00:00 | refused: type
                     | null
    `,
  )
})

test('a year is its first day', () => {
  expectLanding(
    { type: 'date', mapping: { formats: ['%d/%m/%Y'], coarserFormats: ['%Y'] } },
    `
    text       | result
    -----------+---------------
    15/03/2020 | 2020-03-15
    2020       | 2020-01-01
    0001       | 0001-01-01
    0000       | refused: type
    20         | refused: type
    2020-03    | refused: type
    `,
  )
})

test('without an entry they are no dates', () => {
  const plain = { type: 'date', mapping: { formats: ['%Y-%m-%d'] } } as const
  expect(landColumn(plain, ['2020-03', '2020'])).toEqual(['refused: type', 'refused: type'])
})

test('each is a coercion of its own', () => {
  const plan = planOfColumn({ type: 'date', mapping: { coarserFormats: ['%Y-%m'] } })
  const encoder = new TextEncoder()
  const coercions = ['2020-03', '2020-03-01'].map(
    (text) => explainReject(plan, [encoder.encode('1'), encoder.encode(text)]).coercions,
  )
  expect(coercions).toEqual([[{ column: 'value', kind: 'coarser_date' }], []])
})

test.each(['%Y-%m-%d', '%y-%m', '%Y-%m %H', '%m'])('%s is no coarser format', (format) => {
  try {
    planOfColumn({ type: 'date', mapping: { coarserFormats: [format] } })
  } catch (error) {
    expect(isLandingError(error) && error.errorName).toBe('mapping_invalid')
    return
  }
  throw new Error('the format was accepted')
})
