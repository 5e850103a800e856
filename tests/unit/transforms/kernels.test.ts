// The fast path is really taken: plain values are decided by the kernels themselves, and so is what
// surely is no value; the per-value parsers behind them get the rest and no more.
import { expect, test } from '@jest/globals'
import type { ColumnType } from '../../../contracts/table-contract.ts'
import { parseTexts } from '../../support/parse-texts.ts'

const nulls = { nulls: ['', 'NULL'] }

test('plain integers', () => {
  const values = ['0', '-1', '123456789', '1234567890', '-999999999999999999', '12345678901234567']
  const others = ['', 'NULL', '1.0', '+1', '1-', 'high', '9223372036854775807', 'é']
  const parsed = parseTexts('int', nulls, [...values, ...others])
  expect(parsed.undecided).toEqual(['+1', '1-', '9223372036854775807', 'é'])
  expect(parsed.values.slice(0, values.length)).toEqual(values.map(BigInt))
  expect(parsed.nulls).toEqual(['', 'NULL'])
  expect(parsed.refused).toEqual(['1.0', 'high'])
})

test('plain numbers of at most fifteen digits', () => {
  const values = ['0.1', '-2', '123456789012.345', '5.', '.5', '-0', '-0.0']
  const others = ['', '1e5', '1234567890123456', 'high', '.', '1.2.3', '1\u0000']
  const parsed = parseTexts('float', nulls, [...values, ...others])
  expect(parsed.undecided).toEqual(['1e5', '1234567890123456', '.', '1.2.3', '1\u0000'])
  expect(parsed.values.slice(0, values.length)).toEqual(values.map(Number))
  expect(parsed.nulls).toEqual([''])
  expect(parsed.refused).toEqual(['high'])
})

test('dates of eight digits at fixed places, in any order and with at most two separators', () => {
  const cases = [
    ['%Y-%m-%d', '2020-02-29', '2020-02-30'],
    ['%d/%m/%Y', '29/02/2020', '30/02/2020'],
    ['%Y%m%d', '20200229', '20200230'],
  ] as const
  for (const [format, right, wrong] of cases) {
    const texts = [right, wrong, '', `${right} 10:00`, `${right.slice(1)}`, `é${right.slice(2)}`]
    const alone = parseTexts('date', { ...nulls, formats: [format] }, texts)
    expect(alone.values[0]).toBe(Date.UTC(2020, 1, 29) / 86_400_000)
    expect(alone.nulls).toEqual([''])
    expect(alone.refused).toEqual([wrong, right.slice(1)])
    expect(alone.undecided).toEqual([texts[3], texts[5]])
    // Another format may read what this one does not.
    const together = parseTexts(
      'date',
      { ...nulls, formats: [format, '%y-%j'], pivot: 1930 },
      texts,
    )
    expect(together.refused).toEqual([])
    expect(together.undecided).toEqual([wrong, ...texts.slice(3)])
  }
})

test('letters that a form permits are left to the parsers', () => {
  const expected: readonly (readonly [ColumnType, object, string, 'refused' | 'undecided'])[] = [
    ['int', {}, '1,000', 'refused'],
    ['int', { thousands: ',' }, '1,000', 'undecided'],
    ['int', { wholeDecimals: true }, '1.0', 'undecided'],
    ['float', { decimal: ',', thousands: '.' }, '1.000,5', 'undecided'],
    ['float', {}, '1E5', 'undecided'],
    ['float', {}, '1F5', 'refused'],
  ]
  for (const [type, mapping, text, outcome] of expected) {
    expect([text, parseTexts(type, mapping, [text])[outcome]]).toEqual([text, [text]])
  }
})
