// What `deviations check` finds, and the words in which entries are told.
import { expect, test } from '@jest/globals'
import { deviationFindings, type LastUses } from '../../../bin/deviation-findings.ts'
import { deviationLine, statedDeviation } from '../../../bin/deviation-lines.ts'
import type { Deviation } from '../../../contracts/deviation.ts'
import type { DeviationUse } from '../../../contracts/deviation-use.ts'
import type { DeviationState, JudgedDeviation } from '../../../contracts/judge-deviations.ts'

const entry: Deviation = {
  ...{ id: 'NS-1', contract: 'core/patients', major: 1, columns: ['sex'], rule: 'categorical' },
  ...{ kind: 'extra_category', values: ['other'], ceiling: { kind: 'count', count: 1 } },
  ...{ reason: 'r', publicWording: 'Some are other.', requestedBy: 'Provider' },
  ...{ approvedBy: 'Platform team', approvedOn: '2026-01-01', expires: '2026-12-31' },
  ...{ status: 'approved', failing: 'pass', minimum: null, maximum: null, granularity: null },
  ...{ formats: [], first: null, last: null, where: 'deviations.yaml:1' },
}

const judged = (
  changes: Partial<Deviation> = {},
  state: DeviationState = 'in_force',
): JudgedDeviation => ({
  entry: { ...entry, ...changes },
  state,
  reason: state === 'in_force' ? null : `it is ${state}`,
})

const use = (changes: Partial<DeviationUse>): LastUses => {
  const { id, contract, rule, kind } = entry
  const counted = { id, contract, column: 'sex', rule, kind, ceiling: '1', observed: 1, of: 20 }
  const whole = { ...counted, in_force: true, state: 'in_force', reason: null, run: 'r-7' } as const
  return new Map([[id, { ...whole, ...changes }]])
}

const found = (
  register: readonly JudgedDeviation[],
  last: LastUses = new Map(),
  today = '2026-06-01',
  tables: readonly string[] = ['core/patients'],
): string[] =>
  deviationFindings(register, last, today, tables).map(
    ({ id, finding, counts }) => `${id} ${finding} ${counts ? 'counts' : 'notice'}`,
  )

test('an entry in force that is used is no finding; one that nobody used, or too many, is', () => {
  expect(found([judged()])).toEqual([])
  expect(found([judged()], use({}))).toEqual([])
  expect(found([judged()], use({ observed: 0 }))).toEqual(['NS-1 no_longer_needed counts'])
  // No rows at all say nothing about the need.
  expect(found([judged()], use({ observed: 0, of: 0 }))).toEqual([])
  expect(found([judged()], use({ state: 'exceeded', in_force: false }))).toEqual([
    'NS-1 exceeded counts',
  ])
})

test('a narrower range is untrue when rows lie outside, and needed when none does', () => {
  const narrow = judged({ kind: 'narrower_range', rule: 'closed_range' })
  expect(found([narrow], use({ observed: 0 }))).toEqual([])
  expect(found([narrow], use({ observed: 3 }))).toEqual(['NS-1 untrue counts'])
})

test('what expires within thirty days is announced, on the last day too', () => {
  const on = (day: string): string[] => found([judged()], new Map(), day)
  expect(on('2026-11-30')).toEqual([])
  expect(on('2026-12-01')).toEqual(['NS-1 expiring notice'])
  expect(on('2026-12-31')).toEqual(['NS-1 expiring notice'])
})

test('an expired entry is a finding, unless another one has taken its place', () => {
  const old = judged({ id: 'NS-0', expires: '2026-01-31' }, 'expired')
  expect(found([old])).toEqual(['NS-0 expired counts'])
  expect(found([old, judged()])).toEqual([])
  expect(found([old, judged({ rule: 'regex', kind: 'row_share' })])).toEqual([
    'NS-0 expired counts',
  ])
})

test('states that somebody has to act on count, and those that only wait do not', () => {
  const states: readonly DeviationState[] = [
    ...(['proposed', 'withdrawn', 'unapproved', 'not_yet', 'other_version'] as const),
    ...(['no_such', 'needless', 'second'] as const),
  ]
  expect(states.map((state) => found([judged({}, state)]))).toEqual([
    ['NS-1 proposed notice'],
    [],
    ['NS-1 unapproved counts'],
    ['NS-1 not_yet notice'],
    ['NS-1 other_version counts'],
    ['NS-1 no_such counts'],
    ['NS-1 needless counts'],
    ['NS-1 second counts'],
  ])
  expect(found([judged({ approvedBy: 'Provider' })])).toEqual(['NS-1 self_approved notice'])
  expect(found([judged()], new Map(), '2026-06-01', [])).toEqual(['NS-1 not_loaded notice'])
})

test('an entry is told with what it permits, how long, and how much; outside without counts', () => {
  expect(deviationLine(judged())).toBe(
    'NS-1 is in force until 2026-12-31, for at most 1 row: sex may also be other',
  )
  expect(deviationLine(judged({}, 'expired'))).toBe(
    'NS-1 is not in force: it is expired: sex may also be other',
  )
  expect(statedDeviation(judged({}, 'expired'))).toEqual({
    ...{ id: 'NS-1', contract: 'core/patients', columns: ['sex'], kind: 'extra_category' },
    ...{ what: 'sex may also be other', ceiling: '1 row', publicWording: 'Some are other.' },
    ...{ status: 'expired', approvedOn: '2026-01-01', expires: '2026-12-31', inForce: false },
  })
})
