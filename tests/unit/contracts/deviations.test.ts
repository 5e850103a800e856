// Which entries of a register are in force on a day, and what they make of a contract: answers worked
// out by hand.
import { expect, test } from '@jest/globals'
import { applyDeviations, coarserFormats } from '../../../contracts/apply-deviations.ts'
import { describeCeiling, readCeiling, rowsBelow } from '../../../contracts/ceiling.ts'
import type { Deviation } from '../../../contracts/deviation.ts'
import { judgeDeviations } from '../../../contracts/judge-deviations.ts'
import type { TableContract } from '../../../contracts/table-contract.ts'
import { contractOf } from '../../support/table-setup.ts'

const contract: TableContract = {
  ...contractOf([
    {
      name: 'amount',
      type: 'int',
      constraints: [{ kind: 'closed_range', minimum: 10, maximum: 40, step: 5 }],
    },
    {
      name: 'share',
      type: 'float',
      constraints: [
        {
          ...{ kind: 'general_range', minimum: 0, maximum: null },
          ...{ includesMinimum: false, includesMaximum: true },
        },
      ],
    },
    {
      name: 'kind',
      constraints: [{ kind: 'not_null' }, { kind: 'categorical', values: ['a', 'b'] }],
    },
    {
      name: 'level',
      type: 'int',
      constraints: [{ kind: 'categorical', values: [1, 2], severity: 'warn' }],
    },
    { name: 'day', type: 'date', constraints: [{ kind: 'first_of_month' }] },
    { name: 'code', constraints: [{ kind: 'unique' }] },
  ]),
  checks: [
    { kind: 'coverage', column: 'day', first: '2010-01', last: null },
    { kind: 'null_share', column: 'share', max: 0.1 },
    { kind: 'unique', columns: ['kind', 'code'] },
  ],
}

const contracts = new Map([[contract.id, contract]])

function entryOf(changes: Partial<Deviation>): Deviation {
  return {
    ...{ id: 'NS-1', contract: contract.id, major: 1, columns: ['amount'], rule: 'closed_range' },
    ...{ kind: 'row_share', ceiling: { kind: 'count', count: 1 }, reason: 'r', publicWording: 'p' },
    ...{ requestedBy: 'a', approvedBy: 'b', approvedOn: '2026-01-10', expires: '2026-12-31' },
    ...{ status: 'approved', failing: 'pass', values: [], minimum: null, maximum: null },
    ...{ granularity: null, formats: [], first: null, last: null, where: 'd.yaml:1' },
    ...changes,
  }
}

const today = '2026-06-15'
const stateOf = (changes: Partial<Deviation>, day = today): string =>
  judgeDeviations([entryOf(changes)], contracts, day)[0]?.state ?? ''

test('an entry holds from the day it was approved to the last day, both included', () => {
  expect(
    ['2026-01-09', '2026-01-10', '2026-12-31', '2027-01-01'].map((day) => stateOf({}, day)),
  ).toEqual(['not_yet', 'in_force', 'in_force', 'expired'])
})

test('every reason against an entry has its state', () => {
  const cases: [Partial<Deviation>, string][] = [
    [{}, 'in_force'],
    [{ status: 'proposed' }, 'proposed'],
    [{ status: 'withdrawn', expires: '2020-01-01' }, 'withdrawn'],
    [{ approvedBy: null }, 'unapproved'],
    [{ approvedOn: null }, 'unapproved'],
    [{ major: 2 }, 'other_version'],
    [{ contract: 'test/others' }, 'no_such'],
    [{ columns: ['amounts'] }, 'no_such'],
    [{ rule: 'regex' }, 'no_such'],
    [{ columns: ['level'], rule: 'categorical' }, 'needless'],
    [{ columns: ['day'], rule: 'first_of_month' }, 'in_force'],
    [{ columns: ['kind'], rule: 'categorical', failing: 'null' }, 'no_such'],
    [{ columns: ['day'], rule: 'not_null', kind: 'column_absent' }, 'needless'],
    [{ columns: ['kind'], rule: 'not_null', kind: 'nulls_allowed' }, 'in_force'],
    [
      { columns: ['kind'], rule: 'categorical', kind: 'extra_category', values: ['b', 'c'] },
      'in_force',
    ],
    [{ columns: ['kind'], rule: 'categorical', kind: 'extra_category', values: ['b'] }, 'needless'],
    [{ kind: 'wider_range', maximum: 40 }, 'needless'],
    [{ kind: 'wider_range', maximum: 41 }, 'in_force'],
    [{ kind: 'wider_range', maximum: '2020-01-01' }, 'no_such'],
    [{ columns: ['share'], rule: 'general_range', kind: 'wider_range', maximum: 5 }, 'needless'],
    [{ columns: ['share'], rule: 'general_range', kind: 'wider_range', minimum: -1 }, 'in_force'],
    [{ columns: ['kind'], rule: 'closed_range', kind: 'narrower_range', maximum: 5 }, 'no_such'],
    [{ columns: ['share'], rule: 'closed_range', kind: 'narrower_range', maximum: 5 }, 'in_force'],
    [{ columns: ['day'], rule: 'type', kind: 'coarser_date', formats: ['%Y'] }, 'in_force'],
    [{ columns: ['kind'], rule: 'type', kind: 'coarser_date', formats: ['%Y'] }, 'no_such'],
    [{ columns: ['day'], rule: 'coverage', kind: 'late_coverage', first: '2012-01' }, 'in_force'],
    [{ columns: ['day'], rule: 'coverage', kind: 'late_coverage', first: '2009-01' }, 'needless'],
    [{ columns: ['share'], rule: 'coverage', kind: 'late_coverage', first: '2012-01' }, 'no_such'],
    [{ columns: ['share'], rule: 'null_share' }, 'in_force'],
    [{ columns: ['code', 'kind'], rule: 'unique' }, 'in_force'],
    [{ columns: ['code'], rule: 'unique' }, 'in_force'],
    [{ columns: ['kind'], rule: 'unique' }, 'no_such'],
  ]
  for (const [changes, state] of cases)
    expect([changes, stateOf(changes)]).toEqual([changes, state])
})

test('of two entries about one rule the first that can be is in force', () => {
  const entries = [
    entryOf({ id: 'old', expires: '2026-02-01' }),
    entryOf({ id: 'new' }),
    entryOf({ id: 'third', kind: 'wider_range', maximum: 50 }),
    entryOf({ id: 'elsewhere', columns: ['share'], rule: 'general_range' }),
  ]
  const states = judgeDeviations(entries, contracts, today).map(({ state }) => state)
  expect(states).toEqual(['expired', 'in_force', 'second', 'in_force'])
  const without = judgeDeviations(entries, contracts, today, new Map([['new', 'too many']]))
  expect(without.map(({ state }) => state)).toEqual(['expired', 'exceeded', 'in_force', 'in_force'])
})

const constraintsWith = (changes: Partial<Deviation>) => {
  const effective = applyDeviations(contract, [entryOf(changes)])
  return effective.columns.find(({ name }) => name === changes.columns?.[0])?.constraints
}

test('what an entry permits stays asked for as a warning, and the wider promise beside it', () => {
  expect(constraintsWith({ columns: ['amount'] })).toEqual([
    { kind: 'closed_range', minimum: 10, maximum: 40, step: 5, severity: 'warn' },
  ])
  expect(constraintsWith({ columns: ['amount'], failing: 'null' })).toEqual([
    { kind: 'closed_range', minimum: 10, maximum: 40, step: 5, severity: 'null' },
  ])
  // 3 is between two steps: the widest minimum on the steps of the contract that is not below it is 5.
  expect(
    constraintsWith({ columns: ['amount'], kind: 'wider_range', minimum: 3, maximum: 60 }),
  ).toEqual([
    { kind: 'closed_range', minimum: 10, maximum: 40, step: 5, severity: 'warn' },
    { kind: 'closed_range', minimum: 5, maximum: 60, step: 5 },
  ])
  const range = { kind: 'general_range', maximum: null, includesMaximum: true }
  const share = { columns: ['share'], rule: 'general_range', kind: 'wider_range' } as const
  expect(constraintsWith({ ...share, minimum: -2 })).toEqual([
    { ...range, minimum: 0, includesMinimum: false, severity: 'warn' },
    { ...range, minimum: -2, includesMinimum: true },
  ])
  const kind = { columns: ['kind'] }
  expect(constraintsWith({ ...kind, rule: 'not_null', kind: 'nulls_allowed' })).toEqual([
    { kind: 'not_null', severity: 'warn' },
    { kind: 'categorical', values: ['a', 'b'] },
  ])
  expect(constraintsWith({ ...kind, rule: 'not_null', kind: 'column_absent' })).toEqual([
    { kind: 'categorical', values: ['a', 'b'] },
  ])
  const extra = {
    ...kind,
    rule: 'categorical',
    kind: 'extra_category',
    values: ['b', 'c'],
  } as const
  expect(constraintsWith(extra)).toEqual([
    { kind: 'not_null' },
    { kind: 'categorical', values: ['a', 'b'], severity: 'warn' },
    { kind: 'categorical', values: ['a', 'b', 'c'] },
  ])
})

test('entries about whole tables change the checks, and only theirs', () => {
  const [coverage, nulls, unique] = contract.checks
  const late = {
    columns: ['day'],
    rule: 'coverage',
    kind: 'late_coverage',
    first: '2012-04',
  } as const
  expect(applyDeviations(contract, [entryOf(late)]).checks).toEqual([
    { ...coverage, severity: 'warn' },
    { kind: 'coverage', column: 'day', first: '2012-04', last: null },
    nulls,
    unique,
  ])
  const ceiling = { kind: 'share', share: 0.3 } as const
  const emptier = entryOf({ columns: ['share'], rule: 'null_share', ceiling })
  const keys = entryOf({ columns: ['kind', 'code'], rule: 'unique' })
  expect(applyDeviations(contract, [emptier, keys]).checks).toEqual([
    coverage,
    { ...nulls, severity: 'warn' },
    { ...nulls, max: 0.3 },
    { ...unique, severity: 'warn' },
  ])
})

test('entries of other contracts change nothing, and the published contract keeps its digest', () => {
  const other = entryOf({ contract: 'test/others' })
  expect(applyDeviations(contract, [other])).toEqual(contract)
  const { columns, checks, ...published } = applyDeviations(contract, [entryOf({})])
  expect(contract).toMatchObject(published)
  const coarse = { kind: 'coarser_date', rule: 'type', columns: ['day'], formats: ['%Y'] } as const
  expect(coarserFormats(contract, [entryOf(coarse)])).toEqual(new Map([['day', ['%Y']]]))
  expect(coarserFormats(contract, [entryOf({ ...coarse, contract: 'test/others' })]).size).toBe(0)
})

test('a ceiling is a share of the rows in, rounded down, or a count', () => {
  const below = (text: string, rows: number): number => rowsBelow(readCeiling(text), rows)
  expect([below('10%', 20), below('10%', 19), below('0.5%', 199), below('25', 3)]).toEqual([
    2, 1, 0, 25,
  ])
  // As floats 0.29 * 100 is less than 29, and 0.07 * 100 more than 7.
  expect([below('29%', 100), below('7%', 100), below('100%', 7)]).toEqual([29, 7, 7])
  expect(['0.5%', '1', '12'].map((text) => describeCeiling(readCeiling(text)))).toEqual([
    '0.5%',
    '1 row',
    '12 rows',
  ])
})
