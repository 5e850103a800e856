// Row-count change, coverage and share of nulls: what passes, what is refused and in which words, what
// only warns, what cannot be asked.
import { afterAll, beforeEach, expect, test } from '@jest/globals'
import { lakeLayout } from '../../../lake/lake-layout.ts'
import { readManifest } from '../../../lake/manifest.ts'
import { type CheckTable, openCheckLake } from '../../support/check-project.ts'

const lake = openCheckLake('aggregates')
afterAll(() => lake.remove())
beforeEach(() => lake.empty())

const canary = 'zzqqcanary'
const visits = (checks: string[], days: readonly string[]): { visits: CheckTable } => ({
  visits: {
    columns: { day: '{type: date}', kind: '{type: string}' },
    checks,
    lines: ['id,day,kind', ...days.map((day, index) => `${index + 1},${day},${canary}`)],
  },
})
const rows = (count: number): string[] => Array.from({ length: count }, () => '2020-01-15')

async function manifestChecks(snapshot: number) {
  const { manifest } = await readManifest(lakeLayout(`${lake.folder}/lake`), snapshot)
  return manifest.tables['own/visits']?.checks
}

test('rows may change by the shares stated, up to the last row of them', async () => {
  const change = ['{row_count_change: {increase: 29%, decrease: 10%}}']
  const first = await lake.load(visits(change, rows(100)))
  expect(first.tables['own/visits']?.checks_not_run).toEqual([
    { check: 'row_count_change', reason: 'no earlier snapshot has the table' },
  ])
  expect(lake.events).toContainEqual(
    expect.objectContaining({ event: 'check:skipped', check: 'row_count_change' }),
  )
  // The same again: nothing to publish, although there is a snapshot to compare with now.
  expect(await lake.load(visits(change, rows(100)))).toMatchObject({ unchanged: true, error: null })
  expect(await lake.load(visits(change, rows(129)))).toMatchObject({ snapshot: 2, error: null })
  expect(await manifestChecks(2)).toEqual([
    {
      kind: 'row_count_change',
      columns: [],
      expected:
        'the number of rows grows by at most 29% and shrinks by at most 10% against the last snapshot',
      outcome: 'passed',
      observed: { kind: 'change', rows: 129, snapshot: 1, before: 100 },
      reason: null,
    },
  ])
  const grown = await lake.load(visits(change, rows(167)))
  expect(grown).toMatchObject({ state: 'refused', snapshot: 2 })
  expect(grown.error).toMatchObject({ errorName: 'table_check_refused', exit: 11 })
  expect(grown.error?.message).toBe(
    'own/visits: row_count_change: 167 rows, 29.46% more than the 129 of snapshot 2; expected: ' +
      'the number of rows grows by at most 29% and shrinks by at most 10% against the last snapshot',
  )
  expect(grown.tables['own/visits']?.checks[0]).toMatchObject({ outcome: 'refused' })
  // 10 % of 129 are 12.9 rows.
  expect((await lake.load(visits(change, rows(116)))).error?.message).toMatch(
    /: 116 rows, 10.08% fewer than the 129 of snapshot 2;/,
  )
  expect(await lake.load(visits(change, rows(117)))).toMatchObject({ snapshot: 3, error: null })
})

test('of a table without rows there is no share, and an empty table is 100% fewer', async () => {
  const change = ['{row_count_change: {max: 50%}}']
  await lake.load(visits([], []))
  const grown = await lake.load(visits(change, rows(3)))
  expect(grown.tables['own/visits']?.checks_not_run).toEqual([
    {
      check: 'row_count_change',
      reason: 'snapshot 1 has no rows of it, and of nothing there is no share',
    },
  ])
  expect((await lake.load(visits(change, []))).error?.message).toMatch(
    /^own\/visits: row_count_change: 0 rows, 100% fewer than the 3 of snapshot 2;/,
  )
  expect(await lake.load(visits(['{row_count_change: {increase: 0%}}'], []))).toMatchObject({
    snapshot: 3,
    error: null,
  })
})

test('coverage names the months that are missing, and none before the first it states', async () => {
  const covered = ['{coverage: {column: day, first: 2020-01}}']
  const sound = ['2019-07-01', '2020-01-31', '2020-03-01', '2020-02-15', '']
  expect(await lake.load(visits(covered, sound))).toMatchObject({ error: null })
  expect(await manifestChecks(1)).toMatchObject([
    {
      columns: ['day'],
      outcome: 'passed',
      observed: {
        kind: 'months',
        first: '2019-07',
        last: '2020-03',
        missing_count: 0,
        missing: [],
      },
    },
  ])
  const late = await lake.load(visits(covered, ['2020-02-01', '2020-05-01']))
  expect(late.error?.message).toBe(
    'own/visits: coverage of day: rows from 2020-02 to 2020-05, 3 months missing: 2020-01, ' +
      '2020-03, 2020-04; expected: day has rows in every month from 2020-01 to its latest month',
  )
})

test('at most twelve months are named; an empty table lacks all', async () => {
  const covered = ['{coverage: {column: day, first: 2020-01, last: 2021-06}}']
  expect((await lake.load(visits(covered, []))).error?.message).toBe(
    'own/visits: coverage of day: no month has rows, 18 months missing: 2020-01, 2020-02, ' +
      '2020-03, 2020-04, 2020-05, 2020-06, 2020-07, 2020-08, 2020-09, 2020-10, 2020-11, 2020-12 ' +
      'and 6 more; expected: day has rows in every month from 2020-01 to 2021-06',
  )
  const open = ['{coverage: {column: day, first: 2020-01}}']
  expect((await lake.load(visits(open, ['']))).error?.message).toMatch(
    /no month has rows, 1 month missing: 2020-01;/,
  )
  const long = ['{coverage: {column: day, first: 1900-01}, severity: warn}']
  expect(
    (await lake.load(visits(long, ['9999-12-31']))).tables['own/visits']?.checks,
  ).toMatchObject([
    { outcome: 'warned', observed: { missing_count: 97_199, missing: { length: 120 } } },
  ])
})

test('a share of nulls holds up to its bound; an empty table passes', async () => {
  const nulls = ['{null_share: {column: day, max: 25%}}']
  expect(await lake.load(visits(nulls, []))).toMatchObject({ error: null })
  expect(
    await lake.load(visits(nulls, ['2020-01-01', '', '2020-01-01', '2020-01-01'])),
  ).toMatchObject({ error: null })
  expect(await manifestChecks(2)).toMatchObject([
    { outcome: 'passed', observed: { kind: 'nulls', nulls: 1, rows: 4 } },
  ])
  expect((await lake.load(visits(nulls, ['2020-01-01', '', '']))).error?.message).toBe(
    'own/visits: null_share of day: 2 of 3 rows without a value (66.67%); expected: at most 25% ' +
      'of the rows have no day',
  )
})

test('every failing check is told at once, without a value of a row', async () => {
  const checks = [
    '{row_count_change: {max: 10%}}',
    '{coverage: {column: day, first: 2020-01}, severity: warn}',
    '{null_share: {column: day, max: 0%}}',
  ]
  await lake.load(visits(checks, rows(10)))
  const refused = await lake.load(visits(checks, ['', '2020-03-03']))
  expect(refused.error?.message.split('\n')).toEqual([
    expect.stringMatching(/^own\/visits: row_count_change: 2 rows, 80% fewer/),
    expect.stringMatching(/^own\/visits: null_share of day: 1 of 2 rows/),
  ])
  expect(JSON.stringify([refused, refused.error?.message, lake.events])).not.toContain(canary)
})

test('severity warn publishes, and is told in outcome, event and manifest', async () => {
  const checks = ['{coverage: {column: day, first: 2020-01}, severity: warn}']
  expect(await lake.load(visits(checks, ['2020-02-01']))).toMatchObject({
    snapshot: 1,
    error: null,
  })
  expect(lake.events).toContainEqual({
    event: 'check:warned',
    run: expect.any(String),
    table: 'own/visits',
    check: 'coverage of day',
    observed: 'rows from 2020-02 to 2020-02, 1 month missing: 2020-01',
  })
  expect(await manifestChecks(1)).toMatchObject([{ outcome: 'warned' }])
})

test('carried tables are checked too, by the contract as it is now', async () => {
  const sound = visits([], ['', '2020-03-01'])
  const other: CheckTable = { columns: { kind: '{type: string}' }, lines: ['id,kind', '1,a'] }
  await lake.load({ ...sound, other })
  const changed = { ...other, lines: ['id,kind', '1,b'] }
  const checks = [
    '{row_count_change: {max: 0%}}',
    '{null_share: {column: day, max: 0%}, severity: warn}',
  ]
  const again = await lake.load({ ...visits(checks, ['']), other: changed }, ['own/other'])
  expect(again).toMatchObject({ snapshot: 2, error: null })
  expect(again.carried_checks['own/visits']).toMatchObject([
    { outcome: 'passed', observed: { rows: 2, before: 2, snapshot: 1 } },
    { outcome: 'warned', observed: { nulls: 1, rows: 2 } },
  ])
  expect(await manifestChecks(2)).toEqual(again.carried_checks['own/visits'])
  const strict = visits(['{null_share: {column: day, max: 0%}}'], [''])
  const refused = await lake.load({ ...strict, other }, ['own/other'])
  expect(refused.error?.message).toMatch(
    /^own\/visits \(not part of this load\): null_share of day: 1 of 2 rows/,
  )
})
