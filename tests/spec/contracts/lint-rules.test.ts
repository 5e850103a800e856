// The linter of contracts beyond prose: names that queries cannot use as they are, constraints that
// contradict each other, types that cannot be published. Positions are counted by hand.
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from '@jest/globals'
import { reservedFor } from '../../../contracts/lint/reserved-words.ts'
import { lintContract } from '../../../contracts/lint-contract.ts'
import { loadContract } from '../../../contracts/load-contract.ts'
import { problemLine } from '../../../contracts/problems.ts'
import type { TableContract } from '../../../contracts/table-contract.ts'

interface Setup {
  readonly columns?: string
  readonly checks?: string
  readonly rows?: string
  readonly id?: string
  readonly namesAreGiven?: boolean
  readonly base?: TableContract
}

const head = ({ id = 'own/visits', rows = 'many_per_patient' }: Setup) =>
  `contract: ${id}
version: 1.0.0
title: Visits
description: One row for each visit.
rows: ${rows}
columns:
`

/** Findings without the file: `line:column: what`. */
function lint(setup: Setup): string[] {
  const { columns = '  day: {type: date, description: Day.}', checks = '[]', base } = setup
  const source = `${head(setup)}${columns}\nchecks: ${checks}\n`
  const { problems, findings } = lintContract(source, '', {
    ...{ bytesMax: 10_000, id: null, namesAreGiven: setup.namesAreGiven ?? false },
    resolve: () => base ?? null,
  })
  return [...problems, ...findings].map((one) => problemLine(one).replace(/^:/, ''))
}

/** Findings of column `value`, of a type, with constraints; it stands in line 7. */
const value = (type: string, constraints: string, more = '') =>
  lint({
    columns: `  value: {type: ${type}, description: Value., constraints: [${constraints}]}${more}`,
  })

const column = (name: string) => ({ columns: `  ${name}: {type: string, description: Text.}` })

test.each([
  [
    'order',
    '"order" is a word of SQL, which queries would have to quote; expected another name; did you mean "visits_order"?',
  ],
  [
    'class',
    '"class" is a word of Python, in which ehrQL queries are written; expected another name; did you mean "visits_class"?',
  ],
  [
    'sort_by',
    '"sort_by" is a method of ehrQL tables; expected another name; did you mean "visits_sort_by"?',
  ],
  [
    'start__date',
    '"start__date" has an empty word; expected one _ between words; did you mean "start_date"?',
  ],
  ['days_', '"days_" has an empty word; expected one _ between words; did you mean "days"?'],
  [
    'days_int',
    '"days_int" ends in a type; expected a name without it: the contract states the type; did you mean "days"?',
  ],
  [
    'patient_dob',
    '"dob" is an abbreviation; expected whole words; did you mean "patient_date_of_birth"?',
  ],
])('the name %s', (name, finding) => {
  expect(lint(column(name))).toEqual([`7:3: ${finding}`])
})

test.each(['start_date', 'numeric_value', 'snomedct_code', 'cause_of_death_01', 'date', 'sex'])(
  'the name %s is fine',
  (name) => expect(lint(column(name))).toEqual([]),
)

test('the name of a table, where it stands', () => {
  expect(lint({ id: 'own/order' })).toEqual([
    '1:11: "order" is a word of SQL, which queries would have to quote; expected another name',
  ])
})

test('names that ehrQL gave are not ours to choose', () => {
  expect(lint({ ...column('order__dob'), namesAreGiven: true })).toEqual([])
})

test('every word that DuckDB reserves is known', async () => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const sql = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'"
  const words = (await connection.runAndReadAll(sql)).getRowsJS().map(([word]) => String(word))
  connection.closeSync()
  instance.closeSync()
  expect(words.length).toBeGreaterThan(50)
  expect(words.filter((word) => reservedFor(word) === null)).toEqual([])
})

test.each([
  [
    'string',
    '{categorical: [a1, b]}, {regex: "[a-z][0-9]"}',
    ['7:79: category "b" does not match the regex; expected a category that rows can have'],
  ],
  ['string', '{categorical: [a1, b2]}, {regex: "[a-z][0-9]"}', []],
  [
    'int',
    '{categorical: [1, 20]}, {closed_range: {minimum: 0, maximum: 9}}',
    ['7:75: category "20" is outside closed_range; expected from 0 to 9'],
  ],
  ['int', '{categorical: [1, 3]}, {closed_range: {minimum: 1, maximum: 9, step: 2}}', []],
  [
    'int',
    '{categorical: [2]}, {closed_range: {minimum: 1, maximum: 9, step: 2}}',
    ['7:72: category "2" is outside closed_range; expected from 1 to 9 in steps of 2'],
  ],
  [
    'icd10',
    '{categorical: [A01, B2]}',
    [
      '7:79: category "B2" is no icd10 code; expected an ICD-10 code without a dot: a capital letter and 2 to 4 digits, or A99X or A99X9',
    ],
  ],
  [
    'string',
    'unique, {categorical: [a, b]}',
    ['7:60: unique with 2 categories: no more rows than that can land; expected one of the two'],
  ],
  [
    'bool',
    'unique',
    ['7:58: unique of true and false: no more than two rows can land; expected no such constraint'],
  ],
  [
    'int',
    '{closed_range: {minimum: 0, maximum: 9}}, {general_range: {minimum: 9, includes_minimum: false}}',
    ['7:99: no value lies in closed_range and general_range; expected ranges that overlap'],
  ],
  ['int', '{closed_range: {minimum: 0, maximum: 9}}, {general_range: {minimum: 9}}', []],
  [
    'int',
    '{closed_range: {minimum: 0, maximum: 10, step: 5}}, {general_range: {minimum: 6, maximum: 9}}',
    ['7:109: no value lies in closed_range and general_range; expected ranges that overlap'],
  ],
  [
    'int',
    '{closed_range: {minimum: 0, maximum: 9, step: 2}}',
    ['7:94: no step reaches the maximum 9; expected a whole number of steps of 2 from 0'],
  ],
  ['float', '{closed_range: {minimum: 0, maximum: 1, step: 0.1}}', []],
  [
    'date',
    'first_of_month, {closed_range: {minimum: "2020-01-02", maximum: "2020-01-31"}}',
    [
      '7:74: closed_range has no first day of a month in it; expected a range with one, beside first_of_month',
    ],
  ],
  ['date', 'first_of_month, {closed_range: {minimum: "2020-01-02", maximum: "2020-02-01"}}', []],
  ['date', 'first_of_month, {general_range: {minimum: "2020-01-02"}}', []],
  [
    'nhs_number',
    '',
    [
      '7:17: nhs_number may never be published, nor has ehrQL such a type; expected patient_id, which is implied, as the pseudonym of the patient',
    ],
  ],
])('%s with %s', (type, constraints, findings) => {
  expect(value(type, constraints)).toEqual(findings)
})

test('dates that wait for one another', () => {
  const dates = (first: string, second: string, third: string) => ({
    columns: [
      `  a: {type: date, description: A., constraints: [${first}]}`,
      `  b: {type: date, description: B., constraints: [${second}]}`,
      `  c: {type: date, description: C., constraints: [${third}]}`,
    ].join('\n'),
  })
  expect(lint(dates('{date_after: [b]}', '{date_after: [c]}', '{date_after: [a]}'))).toEqual([
    '7:50: date_after goes in a circle: a after b after c after a; expected an order; in a circle only equal dates pass',
  ])
  expect(lint(dates('{date_after: [b]}', '{date_after: [a]}', ''))).toHaveLength(1)
  expect(lint(dates('{date_after: [b, c]}', '{date_after: [c]}', ''))).toEqual([])
  const old = '{date_after: [b]}, {closed_range: {minimum: "1990-01-01", maximum: "1999-12-31"}}'
  expect(lint(dates(old, '{general_range: {minimum: "2000-01-01"}}', ''))).toEqual([
    '7:50: a ends before b begins, by their ranges; expected ranges in which one can be after the other',
  ])
})

test.each([
  [
    '[{unique: [day]}, {unique: [day, kind]}]',
    ['10:27: unique of day, kind follows from unique of day; expected one of the two'],
    'many_per_patient',
  ],
  ['[{unique: [day, kind]}]', [], 'many_per_patient'],
  [
    '[{unique: [patient_id, day]}]',
    [
      '10:10: unique of patient_id, day follows from one row for each patient; expected one of the two',
    ],
    'one_per_patient',
  ],
  [
    '[{unique: [key, day]}]',
    ['10:10: unique of key, day follows from unique of key; expected one of the two'],
    'many_per_patient',
  ],
  [
    '[{null_share: {column: key, max: 5%}}]',
    ['10:10: null_share of key, which is never null; expected one of the two'],
    'many_per_patient',
  ],
  ['[{null_share: {column: kind, max: 5%}}]', [], 'many_per_patient'],
  ['[{coverage: {column: day, first: 2020-01}}]', [], 'many_per_patient'],
  [
    '[{coverage: {column: day, first: 2018-12}}]',
    [
      '10:10: coverage of months in which day can have no date, by its range; expected months within the range',
    ],
    'many_per_patient',
  ],
  [
    '[{coverage: {column: day, first: 2019-06, last: 2031-01}}]',
    [
      '10:10: coverage of months in which day can have no date, by its range; expected months within the range',
    ],
    'many_per_patient',
  ],
])('the checks %s', (checks, findings, rows) => {
  const range = '{closed_range: {minimum: "2019-01-01", maximum: "2030-12-31"}}'
  const columns = [
    `  day: {type: date, description: Day., constraints: [${range}]}`,
    '  kind: {type: string, description: Kind.}',
    '  key: {type: int, description: Key., constraints: [unique, not_null]}',
  ].join('\n')
  expect(lint({ columns, checks, rows })).toEqual(findings)
})

test('what a contract extends is linted where it stands, and gives what is not said', () => {
  const base = loadContract(
    `${head({ id: 'own/base' })}  order_dob: {type: date, description: Day.}\n`,
    'base.yaml',
    { bytesMax: 10_000, id: null },
  )
  const source = `contract: own/visits
version: 1.0.0
extends: own/base
columns:
  order_dob: {constraints: [not_null]}
  more: {type: int}
`
  const { problems, findings } = lintContract(source, 'v.yaml', {
    ...{ bytesMax: 10_000, id: null },
    resolve: () => base,
  })
  expect([...problems, ...findings].map(problemLine)).toEqual([
    'v.yaml:6:3: columns.more.description is empty; expected a sentence for a researcher',
  ])
})
