// Changes of a contract, each classed by hand: what it does to readers, what it does to providers,
// and the sentence that says why. The contracts are loaded from YAML, as they are written.
import { describe, expect, test } from '@jest/globals'
import { bumpOf, isRaisedEnough, nextVersion } from '../../../contracts/diff/contract-change.ts'
import { diffCatalogues, diffContracts } from '../../../contracts/diff/diff-contracts.ts'
import { loadContract } from '../../../contracts/load-contract.ts'
import type { TableContract } from '../../../contracts/table-contract.ts'

const parts = {
  id: 'own/visits',
  version: '1.0.0',
  title: 'Visits',
  description: 'One row for each visit.',
  rows: 'many_per_patient',
  start: '{type: date, description: First day., constraints: [not_null]}',
  end: '{type: date, description: Last day.}',
  value: '{type: int, description: What was counted.}',
  more: '',
  checks: '[]',
}
type Part = keyof typeof parts

const contractWith = (changes: Partial<Record<Part, string>>): TableContract => {
  const { id, version, title, description, rows, start, end, value, more, checks } = {
    ...parts,
    ...changes,
  }
  const text = `contract: ${id}
version: ${version}
title: ${title}
description: ${description}
rows: ${rows}
columns:
  start: ${start}
  end: ${end}
  value: ${value}
${more === '' ? '' : `  ${more}\n`}checks: ${checks}
`
  return loadContract(text, 'visits.yaml', { bytesMax: 10_000, id })
}

const int = (constraints: string) => `{type: int, constraints: [${constraints}]}`
const float = (constraints: string) => `{type: float, constraints: [${constraints}]}`
const text = (constraints: string) => `{type: string, constraints: [${constraints}]}`
const date = (constraints: string) => `{type: date, constraints: [${constraints}]}`
const code = (constraints: string) => `{type: snomedct, constraints: [${constraints}]}`
const closed = (range: string) => int(`{closed_range: {${range}}}`)
const general = (range: string) => float(`{general_range: {${range}}}`)

type Case = readonly [
  part: Part,
  before: string,
  after: string,
  changeClass: 'breaking' | 'compatible' | 'documentation-only',
  readers: 'breaking' | 'compatible' | 'none',
  providers: 'breaking' | 'compatible' | 'none',
  why: string,
]

const [B, C, D] = ['breaking', 'compatible', 'documentation-only'] as const
const [b, c, n] = ['breaking', 'compatible', 'none'] as const

// biome-ignore format: a table is read by its columns
const cases: readonly Case[] = [
  // Columns.
  ['more', '', 'extra: {type: int}', C, c, c, 'may be left out'],
  ['more', '', 'extra: {type: int, constraints: [not_null]}', B, c, b, 'An extract without it'],
  ['more', '', 'extra: {type: int, constraints: [{not_null: true, severity: warn}]}', C, c, c, 'may be left out'],
  ['more', '', 'extra: {type: int, constraints: [{categorical: [1]}]}', C, c, c, 'may be left out'],
  ['more', 'extra: {type: int}', '', B, b, c, 'Queries that name the column fail'],
  ['value', int(''), float(''), B, b, c, 'Every value that landed is also one of the new type'],
  ['value', float(''), int(''), B, b, b, 'no values of the new type'],
  ['value', int(''), text(''), B, b, b, 'Comparisons and sums'],
  ['value', text(''), code(''), B, b, b, 'another form or coding system'],
  ['value', code(''), text(''), B, b, c, 'code lists of before do not fit'],
  ['value', '{type: snomedct}', '{type: dmd}', B, b, b, 'coding system'],
  ['value', '{type: icd10}', '{type: icd10_multi}', B, b, c, 'Every value that landed'],
  ['value', date(''), text(''), B, b, b, 'Comparisons and sums'],
  // Never null.
  ['value', int('not_null'), int(''), B, b, c, 'There may now be rows without a value.'],
  ['value', int(''), int('not_null'), B, c, b, 'Rows without a value, which may have landed before, are now refused.'],
  ['value', int('not_null'), int('{not_null: true, severity: warn}'), B, b, c, 'are only counted now'],
  ['value', int(''), int('{not_null: true, severity: warn}'), C, n, c, 'are only counted now'],
  ['value', int('{not_null: true, severity: warn}'), int(''), C, n, c, 'any row may be there as before'],
  ['value', int('{not_null: true, severity: warn}'), int('not_null'), B, c, b, 'which landed with a warning before, are now refused'],
  ['value', int('not_null'), int('{not_null: true, severity: refuse}'), B, c, b, 'now refuse the whole load'],
  ['value', int('{not_null: true, severity: refuse}'), int('not_null'), C, c, c, 'refused the whole load before, are now refused'],
  // Severities that take the value away.
  ['value', closed('minimum: 0, maximum: 9'), int('{closed_range: {minimum: 0, maximum: 9}, severity: null}'), C, c, c, 'Rows that were left out are there now'],
  ['value', int('{closed_range: {minimum: 0, maximum: 9}, severity: null}'), closed('minimum: 0, maximum: 9'), B, c, b, 'landed without the value before, are now refused'],
  ['value', int(''), int('{closed_range: {minimum: 0, maximum: 9}, severity: null}'), B, c, b, 'now lose the value'],
  ['value', int('{closed_range: {minimum: 0, maximum: 9}, severity: null}'), int('{closed_range: {minimum: 0, maximum: 9}, severity: warn}'), B, b, c, 'values outside the range'],
  // Categories.
  ['value', text('{categorical: [a, b]}'), text('{categorical: [a, b, c]}'), B, b, c, 'no longer handles all'],
  ['value', text('{categorical: [a, b, c]}'), text('{categorical: [a, b]}'), B, c, b, 'Values in other categories, which may have landed'],
  ['value', text('{categorical: [a, b]}'), text('{categorical: [a, c]}'), B, b, b, 'values in other categories'],
  ['value', text('{categorical: [a, b]}'), text('{categorical: [b, a]}'), D, n, n, 'Queries do not see it'],
  ['value', text('{categorical: [a, b]}'), text(''), B, b, c, 'values in other categories'],
  ['value', text(''), text('{categorical: [a, b]}'), B, c, b, 'are now refused'],
  ['value', text('{categorical: [a]}'), text('{categorical: [a, b], severity: warn}'), B, b, c, 'are only counted now'],
  ['value', int('{categorical: [1, 2]}'), int('{categorical: [1, 2, 3]}'), B, b, c, 'other categories'],
  // Ranges.
  ['value', closed('minimum: 0, maximum: 9'), closed('minimum: 0, maximum: 10'), B, b, c, 'values outside the range'],
  ['value', closed('minimum: 0, maximum: 10'), closed('minimum: 1, maximum: 10'), B, c, b, 'Values outside the range'],
  ['value', closed('minimum: 0, maximum: 10'), closed('minimum: 5, maximum: 15'), B, b, b, 'values outside the range'],
  ['value', closed('minimum: 0, maximum: 10, step: 2'), closed('minimum: 0, maximum: 10'), B, b, c, 'values outside the range'],
  ['value', closed('minimum: 0, maximum: 10'), closed('minimum: 0, maximum: 10, step: 5'), B, c, b, 'Values outside the range'],
  ['value', closed('minimum: 0, maximum: 10, step: 2'), closed('minimum: 1, maximum: 9, step: 2'), B, b, b, 'values outside the range'],
  ['value', closed('minimum: 1, maximum: 9'), int('{general_range: {minimum: 0, maximum: 10, includes_minimum: false, includes_maximum: false}}'), D, n, n, 'Queries do not see it'],
  ['value', general('minimum: 0'), general('minimum: 0, includes_minimum: false'), B, c, b, 'Values outside the range'],
  ['value', general('minimum: 0, includes_minimum: false'), general('minimum: 0'), B, b, c, 'values outside the range'],
  ['value', general('minimum: 0'), general('minimum: 0, maximum: 5'), B, c, b, 'Values outside the range'],
  ['value', general('minimum: 0, maximum: 5'), general('minimum: 0'), B, b, c, 'values outside the range'],
  ['end', date('{general_range: {minimum: "2000-01-01"}}'), date('{general_range: {minimum: "1999-12-31", includes_minimum: false}}'), D, n, n, 'No data is judged by it'],
  ['end', date('{general_range: {minimum: "2000-01-01"}}'), date('{general_range: {minimum: "1999-12-31"}}'), B, b, c, 'values outside the range'],
  ['value', closed('minimum: 0, maximum: 9'), int(''), B, b, c, 'values outside the range'],
  // Other constraints.
  ['value', text('unique'), text(''), B, b, c, 'several rows with the same value'],
  ['value', text(''), text('unique'), B, c, b, 'Several rows with the same value, which may have landed'],
  ['end', date('first_of_month'), date(''), B, b, c, 'days other than the first of a month'],
  ['end', date(''), date('first_of_month'), B, c, b, 'Days other than the first of a month'],
  ['end', date('no_future_dates'), date(''), B, b, c, 'dates after the day of the load'],
  ['value', code(''), code('check_digit'), B, c, b, 'Codes with a wrong check digit'],
  ['value', code('check_digit'), code('{check_digit: true, severity: warn}'), B, b, c, 'wrong check digit'],
  ['value', text('{regex: "[a-z]"}'), text('{regex: "[a-z]+"}'), B, b, b, 'nobody can tell from two patterns'],
  ['value', text('{regex: "[a-z]"}'), text(''), B, b, c, 'texts of another form'],
  ['end', date('{date_after: [start]}'), date(''), B, b, c, 'Durations may be negative'],
  ['end', date(''), date('{date_after: [start]}'), B, c, b, 'Dates in another order'],
  // The table as a whole.
  ['rows', 'many_per_patient', 'one_per_patient', B, c, b, 'Patients with several rows'],
  ['rows', 'one_per_patient', 'many_per_patient', B, b, c, 'a join multiplies them'],
  ['checks', '[]', '[patient_exists]', B, c, b, 'Rows of patients who are not in the patients table'],
  ['checks', '[patient_exists]', '[]', B, b, c, 'A join with the patients loses them'],
  ['checks', '[patient_exists]', '[{patient_exists: true, severity: refuse}]', B, c, b, 'now refuse the whole load'],
  ['checks', '[{patient_exists: true, severity: warn}]', '[]', C, n, c, 'any row may be there'],
  ['checks', '[{unique: [start, value]}]', '[]', B, b, c, 'several rows with the same start, value'],
  ['checks', '[]', '[{unique: [start, value]}]', B, c, b, 'Several rows with the same start, value'],
  ['checks', '[{unique: [start, value]}]', '[{unique: [value, start]}]', D, n, n, 'Queries do not see it'],
  ['checks', '[{unique: [start]}]', '[{unique: [start]}, {unique: [start, value]}]', C, c, n, 'A key of fewer columns says so'],
  ['checks', '[{coverage: {column: start, first: 2020-01}}]', '[]', B, b, c, 'may then mean no data'],
  ['checks', '[]', '[{coverage: {column: start, first: 2020-01}}]', B, c, b, 'Months without any row'],
  ['checks', '[{coverage: {column: start, first: 2020-01}}]', '[{coverage: {column: start, first: 2019-01}}]', B, c, b, 'Months without any row'],
  ['checks', '[{coverage: {column: start, first: 2020-01}}]', '[{coverage: {column: start, first: 2021-01}}]', B, b, c, 'months without any row'],
  ['checks', '[{coverage: {column: start, first: 2020-01, last: 2021-01}}]', '[{coverage: {column: start, first: 2020-01, last: 2022-01}}]', B, c, b, 'Months without any row'],
  ['checks', '[{coverage: {column: start, first: 2020-01, last: 2021-01}}]', '[{coverage: {column: start, first: 2020-01}}]', B, b, b, 'months without any row'],
  ['checks', '[{null_share: {column: value, max: 5%}}]', '[{null_share: {column: value, max: 1%}}]', B, c, b, 'More rows without value'],
  ['checks', '[{null_share: {column: value, max: 1%}}]', '[{null_share: {column: value, max: 5%}}]', B, b, c, 'rest on fewer rows'],
  ['checks', '[{row_count_change: {max: 10%}}]', '[{row_count_change: {max: 20%}}]', C, n, c, 'no query can tell'],
  ['checks', '[{row_count_change: {max: 20%}}]', '[{row_count_change: {max: 10%}}]', B, n, b, 'Loads that grow or shrink more'],
  ['checks', '[{row_count_change: {max: 20%}}]', '[]', C, n, c, 'All that landed still lands'],
  // Names and prose.
  ['id', 'own/visits', 'own/stays', B, b, c, 'Queries that name the table fail'],
  ['title', 'Visits', 'All visits', D, n, n, 'Queries do not see it'],
  ['description', 'One row.', 'One row for each day.', D, n, n, 'No data is judged by it'],
  ['value', '{type: int, description: A.}', '{type: int, description: B.}', D, n, n, 'Queries do not see it'],
  ['value', '{type: int}', '{type: int, dummy: [not_null]}', D, n, n, 'No data is judged by it'],
]

const bumpOfClass = { [B]: 'major', [C]: 'minor', [D]: 'patch' } as const

describe('changes classed by hand', () => {
  test('there are enough of them, of every class', () => {
    expect(cases.length).toBeGreaterThanOrEqual(80)
    expect(new Set(cases.map((one) => one[3]))).toEqual(new Set([B, C, D]))
  })

  test.each(cases)(
    '%s: %s → %s is %s',
    (part, before, after, changeClass, readers, providers, why) => {
      const changes = diffContracts(
        contractWith({ [part]: before }),
        contractWith({ [part]: after }),
      )
      expect(changes.map((one) => [one.class, one.readers.class, one.providers.class])).toEqual([
        [changeClass, readers, providers],
      ])
      expect(bumpOf(changes[0]?.class ?? null)).toBe(bumpOfClass[changeClass])
      const sentences = changes.flatMap((one) => [one.readers.why, one.providers.why])
      expect(sentences.join(' ')).toContain(why)
      for (const sentence of sentences) expect(sentence).toMatch(/^\p{Lu}.*\.$/u)
    },
  )
})

test('a change says where it is and what was there', () => {
  const [change] = diffContracts(
    contractWith({ value: text('{categorical: [a, b]}') }),
    contractWith({ value: text('{categorical: [a, b, c]}') }),
  )
  expect(change).toMatchObject({
    table: 'own/visits',
    path: 'columns.value.constraints.categorical',
    before: 'one of a, b',
    after: 'one of a, b, c',
  })
})

test('equal contracts have no difference, whatever their text and version', () => {
  expect(diffContracts(contractWith({}), contractWith({ version: '7.0.0' }))).toEqual([])
})

test('columns in another order are compatible; a column moved by an addition is not moved', () => {
  const before = contractWith({})
  const turned = { ...before, columns: [...before.columns].reverse() }
  expect(diffContracts(before, turned).map((one) => [one.path, one.class])).toEqual([
    ['columns', C],
  ])
  const [first, ...rest] = contractWith({ more: 'extra: {type: int}' }).columns.toReversed()
  const columns = [...(first === undefined ? [] : [first]), ...rest.toReversed()]
  expect(diffContracts(before, { ...before, columns }).map((one) => one.path)).toEqual([
    'columns.extra',
  ])
})

test('what extends a contract is compared with all that it has from there', () => {
  const base = contractWith({})
  const extending = loadContract(
    'contract: own/visits\nversion: 2.0.0\nextends: own/base\ncolumns: {value: {constraints: [not_null]}}',
    'visits.yaml',
    { bytesMax: 10_000, id: null, resolve: () => ({ ...base, id: 'own/base' }) },
  )
  expect(diffContracts(base, extending).map((one) => [one.path, one.class])).toEqual([
    ['extends', D],
    ['columns.value.constraints.not_null', B],
  ])
})

test.each([
  ['1.0.0', '1.0.0', 'none', true],
  ['1.0.0', '1.0.1', 'none', true],
  ['1.0.0', '1.0.0', 'patch', false],
  ['1.0.9', '1.0.10', 'patch', true],
  ['1.0.0', '1.0.1', 'minor', false],
  ['1.2.3', '1.3.0', 'minor', true],
  ['1.2.3', '2.0.0', 'patch', true],
  ['1.9.0', '1.10.0', 'major', false],
  ['2.0.0', '1.9.9', 'none', false],
  ['0.1.0', '1.0.0', 'major', true],
] as const)('from %s to %s, a %s bump demanded: %s', (before, after, bump, enough) => {
  expect(isRaisedEnough(before, after, bump)).toBe(enough)
})

test('the next version that a bump permits', () => {
  const next = (['none', 'patch', 'minor', 'major'] as const).map((one) =>
    nextVersion('1.2.3', one),
  )
  expect(next).toEqual(['1.2.3', '1.2.4', '1.3.0', '2.0.0'])
})

test('sets of contracts: tables added, removed and changed, each with its bump', () => {
  const visits = contractWith({})
  const more = contractWith({ version: '1.0.1', more: 'extra: {type: int}' })
  const stays = contractWith({ id: 'own/stays' })
  const tests = contractWith({ id: 'own/tests' })
  const diffs = diffCatalogues([visits, stays], [more, tests])
  expect(
    diffs.map((one) => [one.table, one.before, one.after, one.class, one.bump, one.raised]),
  ).toEqual([
    ['own/visits', '1.0.0', '1.0.1', C, 'minor', false],
    ['own/stays', '1.0.0', null, B, 'major', true],
    ['own/tests', null, '1.0.0', C, 'minor', true],
  ])
})

test('a table of another namespace is known by its bare name', () => {
  const others = [contractWith({ id: 'new/visits' }), contractWith({ id: 'new/stays' })]
  const diffs = diffCatalogues([contractWith({}), contractWith({ id: 'own/stays' })], others)
  expect(diffs.map((one) => [one.table, one.changes.map(({ path }) => path)])).toEqual([
    ['new/visits', ['contract']],
    ['new/stays', ['contract']],
  ])
})
