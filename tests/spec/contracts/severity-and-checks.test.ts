// Severities and table checks as a contract file states them, and what is wrong with some.
import { expect, test } from '@jest/globals'
import { readContractText } from '../../../contracts/load-contract.ts'
import { problemLine } from '../../../contracts/problems.ts'

const text = (constraints: string, checks: string): string => `contract: own/visits
version: 1.0.0
rows: many_per_patient
columns:
  start: {type: date, constraints: [${constraints}]}
  code: {type: snomedct, check_digit: true}
checks: [${checks}]
`

const read = (constraints: string, checks: string) =>
  readContractText(text(constraints, checks), 'v.yaml', { bytesMax: 10_000, id: 'own/visits' })

test('words may be written as maps with a severity; reject is what is meant without one', () => {
  const { contract } = read(
    '{no_future_dates: true, severity: warn}, {not_null: true, severity: reject}',
    '{patient_exists: true, severity: warn}, {row_count_change: {max: 20%}, severity: refuse}',
  )
  expect(contract?.columns[0]?.constraints).toEqual([
    { kind: 'no_future_dates', severity: 'warn' },
    { kind: 'not_null' },
  ])
  expect(contract?.columns[1]?.constraints).toEqual([{ kind: 'check_digit' }])
  expect(contract?.checks).toEqual([
    { kind: 'patient_exists', severity: 'warn' },
    { kind: 'row_count_change', increase: 0.2, decrease: 0.2 },
  ])
})

test('table checks as plain data', () => {
  const { contract } = read(
    '',
    '{row_count_change: {decrease: 0.5%}}, {null_share: {column: code, max: 12.5%}}, ' +
      '{coverage: {column: start, first: 2020-01, last: 2026-10}, severity: warn}, ' +
      '{coverage: {column: start, first: 2019-01}}',
  )
  expect(contract?.checks).toEqual([
    { kind: 'row_count_change', increase: null, decrease: 0.005 },
    { kind: 'null_share', column: 'code', max: 0.125 },
    { kind: 'coverage', column: 'start', first: '2020-01', last: '2026-10', severity: 'warn' },
    { kind: 'coverage', column: 'start', first: '2019-01', last: null },
  ])
})

test.each([
  ['check_digit', '', '5:37: check_digit on a column of type date; expected snomedct or dmd'],
  ['{not_null: false}', '', '5:'],
  ['{not_null: true, severity: null}', '', '5:64: severity null of not_null'],
  ['{severity: warn}', '', '5:37: a constraint of 0 keys'],
  ['', 'row_count_change', '7:10: row_count_change without what it is to check'],
  ['', '{row_count_change: {max: 120%}}', '7:35: max is no share'],
  ['', '{row_count_change: {}}', '7:29: row_count_change without a bound'],
  ['', '{coverage: {column: code, first: 2020-01}}', '7:30: no date column "code"'],
  ['', '{coverage: {column: start, first: 2020-13}}', '7:44: coverage: first is no month'],
  ['', '{coverage: {column: start, first: 2020-02, last: 2020-01}}', '7:59: coverage ends before'],
  ['', '{null_share: {column: cod, max: 1%}}', 'did you mean "code"?'],
  ['', '{null_share: {column: code, max: 1%, min: 1%}}', 'unknown key "min"'],
  [
    '',
    '{null_share: {column: code, max: 1%}, severity: reject}',
    'severity "reject" of null_share',
  ],
  ['', '{patient_exists: true, severity: null}', 'severity "null" of patient_exists'],
])('%j with %j is told', (constraints, checks, message) => {
  const { problems } = read(constraints, checks)
  expect(problems.map(problemLine).join('\n')).toContain(message)
})
