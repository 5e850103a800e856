// A contract that extends another has its columns, rows and checks, adds its own, and may only
// narrow what is there.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { loadCatalogue } from '../../../contracts/catalogue.ts'
import { isLandingError } from '../../../contracts/errors.ts'
import type { TableContract } from '../../../contracts/table-contract.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'extends-'))
  mkdirSync(join(folder, 'own'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const base = `contract: own/base
version: 1.0.0
title: Base
description: A base.
rows: many_per_patient
columns:
  start: {type: date, description: Start., constraints: [no_future_dates]}
  kind: {type: string, description: Kind., constraints: [{categorical: [a, b, c]}]}
checks: [patient_exists]
`

function load(...texts: string[]): ReadonlyMap<string, TableContract> {
  for (const text of texts) {
    const name = /own\/(\w+)/.exec(text)?.[1] ?? ''
    writeFileSync(join(folder, 'own', `${name}.yaml`), text)
  }
  return loadCatalogue(['./own'], { folder, bytesMax: 100_000 }).contracts
}

function problems(...texts: string[]): string[] {
  try {
    load(...texts)
  } catch (error) {
    if (isLandingError(error)) return error.message.split('\n')
    throw error
  }
  return []
}

const visits = (rest: string): string =>
  `contract: own/visits\nversion: 2.0.0\nextends: own/base\n${rest}`

test('columns are inherited in order, narrowed in place, and added behind', () => {
  const contract = load(
    base,
    visits(`rows: one_per_patient
columns:
  kind: {constraints: [not_null, {categorical: [a, b]}]}
  ward: {type: string, description: Ward.}
checks: [{null_share: {column: ward, max: 5%}}]
`),
  ).get('own/visits')
  expect(contract).toMatchObject({ title: 'Base', description: 'A base.', extends: 'own/base' })
  expect(contract?.rows).toBe('one_per_patient')
  expect(contract?.columns).toEqual([
    {
      name: 'start',
      type: 'date',
      description: 'Start.',
      constraints: [{ kind: 'no_future_dates' }],
    },
    {
      name: 'kind',
      type: 'string',
      description: 'Kind.',
      constraints: [{ kind: 'not_null' }, { kind: 'categorical', values: ['a', 'b'] }],
    },
    { name: 'ward', type: 'string', description: 'Ward.', constraints: [] },
  ])
  expect(contract?.checks).toEqual([
    { kind: 'patient_exists' },
    { kind: 'null_share', column: 'ward', max: 0.05 },
  ])
})

test('a contract of the package may be extended', () => {
  const patients = load(
    'contract: own/patients\nversion: 1.0.0\nextends: core/patients\ncolumns:\n  ward: {type: int}\n',
  ).get('own/patients')
  expect(patients?.columns.map(({ name }) => name)).toEqual([
    'date_of_birth',
    'sex',
    'date_of_death',
    'ward',
  ])
})

test('another text of what is extended gives another digest', () => {
  const child = visits('columns:\n  ward: {type: string}\n')
  const before = load(base, child).get('own/visits')?.digest
  const after = load(base.replace('A base.', 'The base.'), child).get('own/visits')?.digest
  expect(before).not.toBe(after)
})

test.each([
  ['columns:\n  kind: {type: int}\n', '5:16: type int of a column that is string'],
  [
    'columns:\n  kind: {constraints: [{categorical: [a, d]}]}\n',
    '5:23: categorical is wider than what it narrows; expected no more than "one of a, b, c"',
  ],
  ['columns:\n  ward: {description: W.}\n', '5:3: missing key "type"'],
  [
    'columns:\n  start: {constraints: [not_null, {no_future_dates: true, severity: null}]}\n',
    '5:69: severity null of no_future_dates on a column that is never null',
  ],
])('%j is told', (rest, message) => {
  expect(problems(base, visits(rest)).join('\n')).toContain(`own/visits.yaml:${message}`)
})

const checked = base.replace(
  'checks: [patient_exists]',
  `checks:
  - {null_share: {column: kind, max: 5%}}
  - {row_count_change: {increase: 20%}}
  - {coverage: {column: start, first: 2015-01, last: 2020-12}}
  - {unique: [patient_id, start]}`,
)

test.each([
  ['checks: [{null_share: {column: kind, max: 6%}}]\n', 'null_share kind'],
  ['checks: [{null_share: {column: kind, max: 5%}, severity: warn}]\n', 'null_share kind'],
  ['checks: [{row_count_change: {increase: 30%}}]\n', 'row_count_change'],
  ['checks: [{row_count_change: {decrease: 10%}}]\n', 'row_count_change'],
  ['checks: [{coverage: {column: start, first: 2016-01, last: 2020-12}}]\n', 'coverage start'],
  ['checks: [{coverage: {column: start, first: 2015-01}}]\n', 'coverage start'],
  ['checks: [{unique: [patient_id, start], severity: warn}]\n', 'unique patient_id start'],
  [
    'columns:\n  kind: {constraints: [{categorical: [a], severity: warn}]}\n',
    'categorical is wider',
  ],
  [
    'columns:\n  start: {constraints: [{no_future_dates: true, severity: warn}]}\n',
    'no_future_dates is wider',
  ],
])('%j weakens what it extends, which is told', (rest, what) => {
  expect(problems(checked, visits(rest)).join('\n')).toContain(what)
})

test('checks are narrowed in their place, also beside a warning before it is too late', () => {
  const contract = load(
    checked,
    visits(`checks:
  - {null_share: {column: kind, max: 1%}, severity: warn}
  - {null_share: {column: kind, max: 5%}}
  - {row_count_change: {max: 10%}}
  - {coverage: {column: start, first: 2014-06, last: 2021-01}}
`),
  ).get('own/visits')
  expect(contract?.checks).toEqual([
    { kind: 'unique', columns: ['patient_id', 'start'] },
    { kind: 'null_share', column: 'kind', max: 0.01, severity: 'warn' },
    { kind: 'null_share', column: 'kind', max: 0.05 },
    { kind: 'row_count_change', increase: 0.1, decrease: 0.1 },
    { kind: 'coverage', column: 'start', first: '2014-06', last: '2021-01' },
  ])
})

test('fewer promises about rows are told', () => {
  const one = base.replace('many_per_patient', 'one_per_patient')
  expect(problems(one, visits('rows: many_per_patient\n')).join('\n')).toContain(
    'own/visits.yaml:4:7: more rows for a patient than own/base permits',
  )
})

test.each([['own/nothing'], ['own/visits'], ['core/nothing'], ['other/base']])(
  'what extends %s extends nothing, which is told',
  (id) => {
    const text = `contract: own/visits\nversion: 1.0.0\nextends: ${id}\nrows: one_per_patient\n`
    expect(problems(text)).toEqual([
      `own/visits.yaml:3:10: no usable contract "${id}" to extend; expected a contract of the package or of the same folder, which does not extend this one`,
    ])
  },
)
