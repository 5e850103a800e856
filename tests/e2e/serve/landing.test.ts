// The schema `landing` over a lake that was really loaded: what became of each run, and never a value.
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openLake } from '../../../lake/lake-layout.ts'
import { openLandingReader } from '../../../query/catalogue/landing-facts.ts'
import { openQueryService, type QueryService } from '../../../query/gateway/query-service.ts'
import { runHere } from '../../support/run-command.ts'
import { replaceIn, writeSmallProject } from '../../support/small-project.ts'
import { run } from '../../support/trino-client.ts'

let folder: string
let service: QueryService
let at: { port: number; schema: string }
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'landing-'))
  writeSmallProject(folder)
  replaceIn(
    folder,
    'contracts/ours/visits.yaml',
    'columns:\n  day:',
    'checks: [{coverage: {column: day, first: 2020-02}, severity: warn}]\ncolumns:\n  day:',
  )
  appendFileSync(join(folder, 'extracts', 'patients.csv'), '4,canary,male\n')
  expect((await runHere(['load', '--run-id', 'night-1'], folder)).exit).toBe(0)
  appendFileSync(join(folder, 'extracts', 'visits.csv'), '3,never,\n')
  expect((await runHere(['load', '--run-id', 'night-2'], folder)).exit).toBe(11)
  service = await openQueryService({
    ...{ host: '127.0.0.1', port: 0, lake: join(folder, 'lake'), backend: 'small' },
    ...{ scratchFolder: join(folder, 'scratch'), descriptions: [] },
  })
  at = { port: service.port, schema: 'landing' }
}, 60_000)
afterAll(async () => {
  await service.close()
  rmSync(folder, { recursive: true, force: true })
})

test('runs and their ends', async () => {
  const { rows } = await run('SELECT run, state, snapshot, error_code FROM runs ORDER BY run', at)
  expect(rows).toEqual([
    ['night-1', 'published', 1, null],
    ['night-2', 'refused', null, 'SL1103'],
  ])
})

test('batches, each once', async () => {
  const sql = `SELECT batch, rows_in, accepted, rejected FROM batches WHERE run = 'night-1' ORDER BY 1`
  expect((await run(sql, at)).rows).toEqual([
    ['core/patients:0001', 4, 3, 1],
    ['ours/visits:0001', 3, 3, 0],
  ])
})

test('refused rows by position, column and rule, and no column has a value', async () => {
  const all = await run('SELECT * FROM landing.rejects', { ...at, schema: 'small' })
  expect(JSON.stringify(all)).not.toMatch(/canary|never/)
  const sql = 'SELECT run, table_name, row_of_batch, column_name, rule FROM rejects ORDER BY 1, 2'
  expect((await run(sql, at)).rows).toEqual([
    ['night-1', 'core/patients', 4, 'date_of_birth', 'type'],
    ['night-2', 'core/patients', 4, 'date_of_birth', 'type'],
    ['night-2', 'ours/visits', 4, 'day', 'type'],
  ])
})

test('snapshots and the months they cover', async () => {
  const snapshots =
    'SELECT snapshot, table_name, contract_version, row_count FROM snapshots ORDER BY 2'
  expect((await run(snapshots, at)).rows).toEqual([
    [1, 'core/patients', '1.0.0', 3],
    [1, 'ours/visits', '1.0.0', 3],
  ])
  const coverage =
    'SELECT table_name, first_month, last_month, missing_months, outcome FROM coverage'
  expect((await run(coverage, at)).rows).toEqual([
    ['ours/visits', '2020-02', '2021-01', 9, 'warned'],
  ])
})

test('it is listed, and read only', async () => {
  const shown = (await run('SHOW TABLES', at)).rows.flat()
  expect(shown).toEqual(['runs', 'batches', 'rejects', 'snapshots', 'deviations', 'coverage'])
  expect((await run('CREATE TABLE runs2 (a integer)', at)).error).toBe('PERMISSION_DENIED')
})

test('tables say of which runs they tell, and join with each other', async () => {
  const comments = await run(
    "SELECT table_name, comment FROM system.metadata.table_comments WHERE schema_name = 'landing' ORDER BY 1",
    at,
  )
  expect(comments.rows[0]).toEqual([
    'batches',
    'A row for each batch of a run. Of the newest 1,000 runs.',
  ])
  const sql =
    'SELECT r.run, count(b.batch) FROM runs r LEFT JOIN batches b ON b.run = r.run GROUP BY r.run ORDER BY 1'
  expect((await run(sql, at)).rows).toEqual([
    ['night-1', 2],
    ['night-2', 2],
  ])
  const made = 'CREATE TABLE ehrql_landed AS SELECT run FROM landing.runs'
  expect((await run(made, { ...at, schema: 'small' })).updateCount).toBe(2)
})

test('a file is read again when it changed, and only the files of what is asked for', async () => {
  const reader = openLandingReader(await openLake(join(folder, 'lake')))
  await reader.read('snapshots')
  expect(reader.filesRead).toBe(1)
  await reader.read('runs')
  await reader.read('rejects')
  expect(reader.filesRead).toBe(3)
  const ledger = join(folder, 'lake', 'runs', 'night-2', 'ledger.ndjson')
  appendFileSync(ledger, '{"a torn line')
  expect((await reader.read('batches')).sql).toContain('night-2')
  await reader.read('coverage')
  expect(reader.filesRead).toBe(4)
})
