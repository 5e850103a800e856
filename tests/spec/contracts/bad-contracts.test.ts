// What a contract author is told: for each mistake the position, what was expected and the nearest
// word. Each case replaces one line of a good contract; positions are counted by hand.
import { expect, test } from '@jest/globals'
import { isLandingError } from '../../../contracts/errors.ts'
import { loadContract } from '../../../contracts/load-contract.ts'

const good = `contract: own/visits
version: 1.2.3
title: Visits
description: One row for each visit.
rows: many_per_patient
columns:
  start:
    type: date
    description: First day.
    constraints: [not_null]
  finish:
    type: date
    description: Last day.
    constraints: [{date_after: [start]}]
  count:
    type: int
    description: How many.
    constraints: [{closed_range: {minimum: 0, maximum: 10, step: 2}}]
  kind:
    type: string
    description: Which kind.
    constraints: [{categorical: [a, b]}]
checks: [patient_exists, {unique: [patient_id, start]}]
`

function refusal(text: string): { name: string; exit: number; lines: string[] } {
  try {
    loadContract(text, 'visits.yaml', { bytesMax: 100_000, id: 'own/visits' })
  } catch (error) {
    if (!isLandingError(error)) throw error
    return { name: error.errorName, exit: error.exit, lines: error.message.split('\n') }
  }
  throw new Error('the contract was accepted')
}

function withLine(number: number, line: string): string {
  const lines = good.split('\n')
  lines[number - 1] = line
  return lines.join('\n')
}

test('a good contract becomes plain data in contract order', () => {
  const contract = loadContract(good, 'visits.yaml', { bytesMax: 100_000, id: 'own/visits' })
  expect(contract.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'start date',
    'finish date',
    'count int',
    'kind string',
  ])
  expect(contract.columns[2]?.constraints).toEqual([
    { kind: 'closed_range', minimum: 0, maximum: 10, step: 2 },
  ])
  expect(contract.checks).toEqual([
    { kind: 'patient_exists' },
    { kind: 'unique', columns: ['patient_id', 'start'] },
  ])
  // By another implementation (Python's hashlib) from the same text.
  expect(contract.digest).toBe('7b98304b33fa8de62d32b3b44ee42902cb951796ce73d156cc12720d5392686a')
})

const cases: readonly (readonly [line: number, text: string, message: string])[] = [
  [
    1,
    'contract: own/visit',
    '1:11: contract: "own/visit"; expected own/visits, as folder and file are named',
  ],
  [1, 'contract: Own visits', '1:11: contract: "Own visits"; expected namespace/table'],
  [2, 'version: 1.2', '2:10: version: "1.2"; expected a version such as 1.0.0'],
  [
    3,
    'titel: Visits',
    '3:1: unknown key "titel"; expected contract, version, title, description, extends, rows, columns or checks; did you mean "title"?',
  ],
  [3, 'title: [Visits]', '3:8: title is a list; expected text'],
  [5, '', '1:1: missing key "rows"'],
  [
    5,
    'rows: one_per_pateint',
    '5:7: rows: "one_per_pateint"; expected one_per_patient or many_per_patient; did you mean "one_per_patient"?',
  ],
  [
    7,
    '  Start:',
    '7:3: "Start" is not usable as a name here; expected a snake_case name of at most 63 letters, digits and _',
  ],
  [
    7,
    '  patient_id: {type: int, description: Id.}\n  start:',
    '7:3: patient_id is listed; expected no such key: it is implied',
  ],
  [11, '  filename:', '11:3: "filename" is a column that readers add; expected another name'],
  [7, '  finish:', '11:3: duplicate key "finish"; expected each key once'],
  [
    8,
    '    type: dat',
    '8:11: type: "dat"; expected bool, int, float, date, string, nhs_number, snomedct, dmd, ctv3, icd10, opcs4, bnf, icd10_multi or opcs4_multi; did you mean "date"?',
  ],
  [
    8,
    '    type: integer',
    '8:11: type: "integer"; expected bool, int, float, date, string, nhs_number, snomedct, dmd, ctv3, icd10, opcs4, bnf, icd10_multi or opcs4_multi',
  ],
  [
    10,
    '    constraints: [notnull]',
    '10:19: constraints[0]: "notnull"; expected not_null, unique, first_of_month, check_digit, no_future_dates, or a map of one of categorical, regex, closed_range, general_range or date_after; did you mean "not_null"?',
  ],
  [
    10,
    '    constraints: [{categorial: [a]}]',
    '10:20: unknown key "categorial"; expected not_null, unique, first_of_month, check_digit, no_future_dates, categorical, regex, closed_range, general_range, date_after or severity; did you mean "categorical"?',
  ],
  [
    10,
    '    constraints: [not_null, not_null]',
    '10:29: constraint "not_null" twice; expected each once',
  ],
  [
    10,
    '    constraints: [{regex: a}]',
    '10:27: regex on a column of type date; expected a column of text',
  ],
  [
    10,
    '    constraints: [{categorical: [2020-01-01]}]',
    '10:33: categorical on a column of type date; expected a column of type int or text',
  ],
  [
    14,
    '    constraints: [{date_after: [strat]}]',
    '14:33: "strat" is not another date column; expected start; did you mean "start"?',
  ],
  [
    14,
    '    constraints: [{date_after: [finish]}]',
    '14:33: "finish" is not another date column; expected start',
  ],
  [
    14,
    '    constraints: [{date_after: [count]}]',
    '14:33: "count" is not another date column; expected start',
  ],
  [
    14,
    '    constraints: [{general_range: {minimum: 2020-02-30}}]',
    '14:45: minimum: "2020-02-30" on a column of type date; expected a date YYYY-MM-DD',
  ],
  [
    14,
    '    constraints: [{general_range: {}}]',
    '14:35: general_range without bounds; expected minimum or maximum',
  ],
  [
    18,
    '    constraints: [first_of_month]',
    '18:19: first_of_month on a column of type int; expected a date column',
  ],
  [
    18,
    '    constraints: [{closed_range: {minimum: 0.5, maximum: 10}}]',
    '18:44: minimum: "0.5" on a column of type int; expected a whole number within ±(2^53−1)',
  ],
  [
    18,
    '    constraints: [{closed_range: {minimum: 9, maximum: 1}}]',
    '18:56: no value lies between the bounds of closed_range; expected a maximum above the minimum',
  ],
  [
    18,
    '    constraints: [{closed_range: {minimum: 0, maximum: 9, step: 0}}]',
    '18:65: step: "0" on a column of type int; expected a whole number from 1',
  ],
  [
    18,
    '    constraints: [{categorical: [1, one]}]',
    '18:37: category "one"; expected a whole number',
  ],
  [22, '    constraints: [{categorical: [a, a]}]', '22:37: category "a" twice; expected each once'],
  [
    22,
    '    constraints: [{categorical: []}]',
    '22:33: categorical is an empty list; expected a list of values',
  ],
  [
    22,
    '    constraints: [{regex: "[a"}]',
    '22:27: the pattern of regex is not a regular expression; ' +
      'expected one whose steps grow with the text alone',
  ],
  [
    22,
    '    constraints: [{regex: "(a+)+"}]',
    '22:27: the pattern of regex repeats a group that itself varies; ' +
      'expected one whose steps grow with the text alone',
  ],
  [
    22,
    '    constraints: [{closed_range: {minimum: 0, maximum: 1}}]',
    '22:34: closed_range on a column of type string; expected int, float or date',
  ],
  [
    22,
    '    constraints: [{regex: a, categorical: [b]}]',
    '22:19: a constraint of 2 keys; expected one key for each',
  ],
  [
    23,
    'checks: [{unique: [strat]}]',
    '23:20: no column "strat"; expected patient_id, start, finish, count or kind; did you mean "start"?',
  ],
  [
    23,
    'checks: [patient_exists, patient_exists]',
    '23:26: check "patient_exists" twice; expected each check once',
  ],
  [23, 'checks: [unique]', '23:10: unique without columns; expected {unique: [columns]}'],
]

test.each(cases)('line %i as %j', (number, line, message) => {
  expect(refusal(withLine(number, line))).toEqual({
    name: 'contract_invalid',
    exit: 10,
    lines: [`visits.yaml:${message}`],
  })
})

test('a table check that nobody knows is refused, not ignored', () => {
  const { name, exit, lines } = refusal(withLine(23, 'checks: [{row_count: {max: 20%}}]'))
  expect([name, exit]).toEqual(['contract_invalid', 10])
  expect(lines).toEqual([
    'visits.yaml:23:22: no table check "row_count"; expected patient_exists, unique, row_count_change, coverage or null_share',
  ])
})

test('all problems are told at once, in the order of the file', () => {
  const text = withLine(5, 'rows: some').replace('type: int', 'type: integr').replace('1.2.3', 'x')
  expect(refusal(text).lines.map((line) => line.split(': ')[0])).toEqual([
    'visits.yaml:2:10',
    'visits.yaml:5:7',
    'visits.yaml:16:11',
  ])
})

test('text that is no YAML, too large, too deep or multiplied by aliases is refused in one line', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  for (let i = 0; i < 8; i++) {
    const [from, to] = [String.fromCharCode(97 + i), String.fromCharCode(98 + i)]
    bomb.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(', ')}]`)
  }
  const texts = {
    'a: [1, 2': 'not valid YAML',
    'a: b: c': 'not valid YAML',
    '\ta: 1': 'not valid YAML',
    'a: 1\n---\nb: 2': 'not valid YAML',
    'a: !ruby/object 1': 'not valid YAML',
    'a: *nowhere': 'anchor',
    '__proto__: 1': 'cannot be used',
    '%YAML 1.1\n---\na: 1': 'older version',
    [`a: ${'['.repeat(60)}${']'.repeat(60)}`]: 'nested too deeply',
    [`${'['.repeat(40_000)}`]: 'YAML',
    [bomb.join('\n')]: 'too many values',
    [`a: ${'x'.repeat(100_001)}`]: 'too large',
  }
  for (const [text, part] of Object.entries(texts)) {
    const { name, lines } = refusal(text)
    expect([name, lines[0]]).toEqual(['contract_invalid', expect.stringContaining(part)])
    expect(lines[0]).toMatch(/^visits\.yaml:\d+:\d+: /)
  }
})
