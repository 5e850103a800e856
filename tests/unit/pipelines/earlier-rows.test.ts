// The last snapshot that has a table, also where newer ones do not, and manifests that record no checks.
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { CheckOutcome } from '../../../contracts/check-outcome.ts'
import type { SnapshotManifest } from '../../../contracts/snapshot-manifest.ts'
import { type LakeLayout, openOrCreateLake } from '../../../lake/lake-layout.ts'
import { currentSnapshot, manifestFault, readManifest } from '../../../lake/manifest.ts'
import { earlierRows } from '../../../pipelines/earlier-rows.ts'
import { publishRun, scratchFolder } from '../../support/lake-runs.ts'

let folder: ReturnType<typeof scratchFolder>
let lake: LakeLayout
const [patients, events] = ['core/patients', 'core/clinical_events'] as const

/** Publishes a snapshot of these tables and no others: six rows each. */
const publish = (run: string, tables: readonly string[]) =>
  publishRun({ root: folder.path, run, locked: false, tables, carried: [] })

beforeEach(async () => {
  folder = scratchFolder()
  lake = await openOrCreateLake(folder.path)
})
afterEach(() => folder.remove())

test('a table that was left out for a while is compared with the last snapshot that has it', async () => {
  await publish('a', [patients, events])
  await publish('b', [patients, events])
  await publish('c', [patients])
  await publish('d', [patients])
  const found = await earlierRows(lake, await currentSnapshot(lake), [events, patients, 'core/x'])
  expect(Object.fromEntries(found)).toEqual({
    [events]: { snapshot: 2, rows: 6, reason: null },
    [patients]: { snapshot: 4, rows: 6, reason: null },
    'core/x': { snapshot: null, rows: null, reason: 'no earlier snapshot has the table' },
  })
})

test('an older manifest that cannot be read is the reason, not a comparison skipped over', async () => {
  await publish('a', [events])
  await publish('b', [patients])
  await publish('c', [patients])
  const path = join(lake.snapshot(2), 'manifest.json')
  chmodSync(path, 0o640)
  writeFileSync(path, '{}')
  const found = await earlierRows(lake, await currentSnapshot(lake), [events, patients])
  expect(found.get(events)).toEqual({
    snapshot: null,
    rows: null,
    reason: 'the manifest of snapshot 2 cannot be read',
  })
  expect(found.get(patients)).toMatchObject({ snapshot: 3 })
})

test('a lake without a snapshot has nothing to compare with', async () => {
  expect((await earlierRows(lake, null, [patients])).get(patients)).toMatchObject({
    snapshot: null,
    reason: 'no earlier snapshot has the table',
  })
})

const outcome: CheckOutcome = {
  kind: 'coverage',
  columns: ['day'],
  expected: 'day has rows',
  outcome: 'warned',
  observed: {
    kind: 'months',
    first: '2020-01',
    last: '2020-03',
    missing_count: 1,
    missing: ['2020-02'],
  },
  reason: null,
}

test.each<[string, object, boolean]>([
  ['an outcome', outcome, true],
  ['a verdict that is none', { ...outcome, outcome: 'fine' }, false],
  ['a month that is none', { ...outcome, observed: { ...outcome.observed, first: '2020' } }, false],
  ['a value beside counts', { ...outcome, observed: { ...outcome.observed, value: 1 } }, false],
  ['a kind of observation that is none', { ...outcome, observed: { kind: 'x' } }, false],
])('a manifest with %s', async (_, check, isRight) => {
  await publish('a', [patients])
  const { manifest } = await readManifest(lake, 1)
  const entry = manifest.tables[patients]
  // One of a version that recorded no checks.
  expect(entry).not.toHaveProperty('checks')
  expect(manifestFault(manifest)).toBeNull()
  const tables = { [patients]: { ...entry, checks: [check] } }
  const changed = { ...manifest, tables } as SnapshotManifest
  expect(manifestFault(changed) === null).toBe(isRight)
})
