// A constraint that asks which day it is: rows come out by the day of the load, and a load that
// changes nothing publishes nothing on the days behind it, whether its batches could be taken over
// or had to be landed again.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { loadProject } from '../../../config/load-project.ts'
import { load } from '../../../pipelines/load.ts'
import { Workers } from '../../../pipelines/workers.ts'
import { type Scratch, scratchFolder } from '../../support/proofs.ts'
import { replaceIn, writeSmallProject } from '../../support/small-project.ts'

let scratch: Scratch
let loadCount = 0

beforeEach(() => {
  scratch = scratchFolder('no-future-dates')
  writeSmallProject(scratch.path)
})
afterEach(() => scratch.remove())

function writeVisits(constraint: string, days: readonly string[]): void {
  const { path } = scratch
  replaceIn(path, 'contracts/ours/visits.yaml', 'constraints: [not_null]', constraint)
  replaceIn(path, 'safelanding.yaml', 'kind: kind}', 'kind: kind}\n    reject_ceiling: 100%')
  const rows = days.map((day) => `1,${day},first\n`)
  writeFileSync(join(path, 'extracts', 'visits.csv'), `id,day,kind\n${rows.join('')}`)
}

/** Loads at noon of a day; what is told of the visits, and the snapshot. */
async function loadOn(day: string): Promise<string> {
  const variables = {}
  const { project, catalogue, secrets } = await loadProject(
    join(scratch.path, 'safelanding.yaml'),
    variables,
  )
  // A thread keeps the plan of a table: every load has threads of its own.
  const workers = new Workers(1)
  const outcome = await load({
    ...{ project, contracts: catalogue.contracts, secrets, workers },
    ...{ tables: [], dryRun: false, runId: null, software: 'test', pid: process.pid },
    now: () => new Date(`${day}T12:00:00Z`),
    randomSuffix: () => String(++loadCount).padStart(4, '0'),
    emit: () => {},
  }).finally(() => workers.close())
  expect(outcome.error).toBeNull()
  const { accepted, rejected, warnings, reused } = outcome.tables['ours/visits'] ?? {}
  const change = outcome.unchanged ? 'unchanged' : 'published'
  const warned = warnings?.[0]?.count ?? 0
  return `${change} ${outcome.snapshot}: ${accepted} in, ${rejected} out, ${warned} warned, ${reused} reused`
}

test('a date is refused until its day has come, and other days change nothing', async () => {
  writeVisits('constraints: [no_future_dates]', ['2026-11-20', '2026-11-22', '2026-11-23'])
  expect(await loadOn('2026-11-22')).toBe('published 1: 2 in, 1 out, 0 warned, 0 reused')
  expect(await loadOn('2026-11-22')).toBe('unchanged 1: 2 in, 1 out, 0 warned, 1 reused')
  expect(await loadOn('2026-11-23')).toBe('published 2: 3 in, 0 out, 0 warned, 0 reused')
  // No date lies in the future any more: the batch holds on every later day, but on no earlier.
  expect(await loadOn('2026-11-24')).toBe('unchanged 2: 3 in, 0 out, 0 warned, 1 reused')
  expect(await loadOn('2026-11-25')).toBe('unchanged 2: 3 in, 0 out, 0 warned, 1 reused')
  expect(await loadOn('2026-11-21')).toBe('published 3: 1 in, 2 out, 0 warned, 0 reused')
})

test('a date that never comes does not make every day a new snapshot', async () => {
  writeVisits('constraints: [{no_future_dates: true, severity: warn}]', [
    '2026-11-20',
    '2206-11-20',
  ])
  expect(await loadOn('2026-11-22')).toBe('published 1: 2 in, 0 out, 1 warned, 0 reused')
  expect(await loadOn('2026-11-23')).toBe('unchanged 1: 2 in, 0 out, 1 warned, 0 reused')
  expect(await loadOn('2026-11-24')).toBe('unchanged 1: 2 in, 0 out, 1 warned, 0 reused')
})
