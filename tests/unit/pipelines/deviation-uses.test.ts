// How many rows used an entry of the register, counted by hand.
import { expect, test } from '@jest/globals'
import type { CheckOutcome } from '../../../contracts/check-outcome.ts'
import type { Deviation } from '../../../contracts/deviation.ts'
import type { JudgedDeviation } from '../../../contracts/judge-deviations.ts'
import { deviationUses, passedCeilings } from '../../../pipelines/deviation-uses.ts'
import { emptyFacts, tableOutcome } from '../../../pipelines/load-outcome.ts'
import type { PlannedTable } from '../../../pipelines/plan-load.ts'

const entryOf = (id: string, columns: string[]): Deviation => ({
  ...{ id, contract: 'own/visits', major: 1, columns, rule: 'unique', kind: 'row_share' },
  ...{ ceiling: { kind: 'count', count: 5 }, reason: 'r', publicWording: 'p', requestedBy: 'a' },
  ...{ approvedBy: 'b', approvedOn: '2026-01-10', expires: '2026-12-31', status: 'approved' },
  ...{ failing: 'pass', values: [], minimum: null, maximum: null, granularity: null },
  ...{ formats: [], first: null, last: null, where: 'd.yaml:1' },
})

const keyOf = (
  columns: string[],
  outcome: CheckOutcome['outcome'],
  rows: number,
): CheckOutcome => ({
  ...{ kind: 'unique', columns, expected: 'x', outcome, observed: { kind: 'rows', rows } },
  reason: null,
})

function usesOf(entries: JudgedDeviation[], checks: CheckOutcome[]) {
  const planned = { deviations: entries, absentColumns: [] } as unknown as PlannedTable
  const outcome = { ...tableOutcome([], { ...emptyFacts, checks }), in: 100 }
  return {
    passed: [...passedCeilings(planned, outcome).keys()],
    observed: deviationUses(planned, outcome, new Map()).map(({ observed }) => observed),
  }
}

const inForce = (entry: Deviation): JudgedDeviation => ({ entry, state: 'in_force', reason: null })

test('of several keys of one table each entry counts the rows of its own', () => {
  const entries = [
    inForce(entryOf('NS-1', ['ward', 'day'])),
    inForce(entryOf('NS-2', ['code', 'day'])),
    inForce(entryOf('NS-3', ['number'])),
  ]
  const checks = [
    keyOf(['number'], 'warned', 6),
    keyOf(['day', 'ward'], 'warned', 4),
    keyOf(['code', 'day'], 'warned', 3),
  ]
  expect(usesOf(entries, checks)).toEqual({ passed: ['NS-3'], observed: [4, 3, 6] })
})

test('an entry that is not in force counts the rows that its own key refused', () => {
  const entry = entryOf('NS-1', ['ward', 'day'])
  const lapsed: JudgedDeviation = { entry, state: 'expired', reason: 'it expired' }
  const checks = [keyOf(['ward', 'day'], 'rejected', 4), keyOf(['code', 'day'], 'rejected', 9)]
  expect(usesOf([lapsed], checks)).toEqual({ passed: [], observed: [4] })
})
