// The client protocol, request by request: when a statement runs, what can be asked for again, how it
// ends, and what a session keeps.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openQueryService, type QueryService } from '../../../query/gateway/query-service.ts'
import { publishParquet } from '../../support/parquet-lake.ts'
import { get, post, type QueryResults, run } from '../../support/trino-client.ts'

let service: QueryService
let remove: () => void
let scratch: string
let at: { port: number }
beforeAll(async () => {
  const lake = await publishParquet()
  scratch = mkdtempSync(join(tmpdir(), 'serve-'))
  service = await openQueryService({
    ...{ host: '127.0.0.1', port: 0, lake: lake.root, backend: 'northshire' },
    scratchFolder: scratch,
    descriptions: [['core/patients.sex', 'Sex, it is said.']],
  })
  remove = lake.remove
  at = { port: service.port }
}, 60_000)
afterAll(async () => {
  await service.close()
  remove()
  rmSync(scratch, { recursive: true, force: true })
})

test('a query gives columns, rows and no update type; a large id keeps its digits', async () => {
  const results = await post(
    'SELECT patient_id, sex FROM patients ORDER BY patient_id DESC LIMIT 1',
    at,
  )
  expect(results.stats.state).toBe('QUEUED')
  let next = results.nextUri
  let body = ''
  while (next !== undefined) {
    body = (await get(next)).body
    next = (JSON.parse(body) as QueryResults).nextUri
  }
  expect(body).toContain('"data":[[9007199254740993,"female"]]')
  expect(JSON.parse(body)).not.toHaveProperty('updateType')
  expect((JSON.parse(body) as QueryResults).columns?.map(({ type }) => type)).toEqual([
    'bigint',
    'varchar',
  ])
})

test('nothing runs before the first GET: a POST that is sent again and not followed does nothing', async () => {
  await run('CREATE TABLE ehrql_once (a integer)', at)
  await post('INSERT INTO ehrql_once VALUES (1)', at)
  await post('INSERT INTO ehrql_once VALUES (1)', at)
  expect((await run('INSERT INTO ehrql_once VALUES (2)', at)).updateCount).toBe(1)
  expect((await run('SELECT a FROM ehrql_once', at)).rows).toEqual([[2]])
})

test('an answer that is asked for again is the same answer, and older ones are gone', async () => {
  const { nextUri = '' } = await post('INSERT INTO ehrql_once VALUES (3)', at)
  const answers = await Promise.all([get(nextUri), get(nextUri), get(nextUri)])
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
  const ended = await run('SELECT count(*) FROM ehrql_once WHERE a = 3', at)
  expect(ended.rows).toEqual([[1]])
  const skipped = nextUri.replace(/\d+$/, '7')
  expect((await get(skipped)).status).toBe(410)
  expect((await get(nextUri.replace(/x[0-9a-f]{32}/, `x${'0'.repeat(32)}`))).status).toBe(404)
})

test('DELETE ends a statement with 204, also one that has ended', async () => {
  const { nextUri = '' } = await post('SELECT count(*) FROM patients a, patients b', at)
  expect((await fetch(nextUri, { method: 'DELETE' })).status).toBe(204)
  const { body } = await get(nextUri)
  expect((JSON.parse(body) as QueryResults).error?.errorName).toBe('USER_CANCELED')
  expect((await fetch(nextUri, { method: 'DELETE' })).status).toBe(204)
})

test('errors have their name, type and place, and no value', async () => {
  const { nextUri = '' } = await post('SELECT\n  nothing FROM patients', at)
  const { error } = JSON.parse((await get(nextUri)).body) as QueryResults
  expect(error).toMatchObject({
    errorName: 'COLUMN_NOT_FOUND',
    errorType: 'USER_ERROR',
    errorCode: 47,
    errorLocation: { lineNumber: 2, columnNumber: 3 },
  })
  const cast = await run('SELECT CAST(sex AS integer) FROM patients', at)
  expect(cast.error).toBe('INVALID_CAST_ARGUMENT')
  expect(cast.message).not.toMatch(/female|male/)
})

test.each([
  ['X-Trino-User', '', 401],
  ['X-Trino-User', 'a b', 401],
])('without a usable %s (%j) it is %i', async (name, value, status) => {
  const response = await fetch(`http://127.0.0.1:${at.port}/v1/statement`, {
    method: 'POST',
    body: 'SELECT 1',
    headers: { [name]: value },
  })
  expect(response.status).toBe(status)
})

test('HEAD, info and unknown paths', async () => {
  const base = `http://127.0.0.1:${at.port}`
  expect((await fetch(`${base}/v1/statement`, { method: 'HEAD' })).status).toBe(200)
  expect(await (await fetch(`${base}/v1/info`)).json()).toMatchObject({ coordinator: true })
  expect((await fetch(`${base}/v1/elsewhere`)).status).toBe(404)
})

test('parameters: EXECUTE IMMEDIATE, and PREPARE with the state in the client', async () => {
  const immediate = await run("EXECUTE IMMEDIATE 'SELECT ? + 1, ?' USING 41, 'it''s'", at)
  expect(immediate.rows).toEqual([[42, "it's"]])
  const prepared = await run('PREPARE st1 FROM SELECT count(?) FROM patients WHERE sex = ?', at)
  expect(prepared.updateType).toBe('PREPARE')
  const added = prepared.headers['x-trino-added-prepare'] ?? ''
  const headers = { 'X-Trino-Prepared-Statement': added }
  const counted = await run("EXECUTE st1 USING '*', 'female'", { ...at, headers })
  expect(counted.rows).toEqual([[1]])
  const described = await run('DESCRIBE OUTPUT st1', { ...at, headers })
  expect(described.rows[0]).toEqual(['_col0', '', '', '', 'bigint', '0', 'false'])
  expect((await run('DEALLOCATE PREPARE st1', { ...at, headers })).headers).toMatchObject({
    'x-trino-deallocated-prepare': 'st1',
  })
  expect((await run('EXECUTE st1', at)).error).toBe('NOT_FOUND')
})

test('a session: USE, SET SESSION, a transaction', async () => {
  expect((await run('USE lake.core', at)).headers).toMatchObject({
    'x-trino-set-catalog': 'lake',
    'x-trino-set-schema': 'core',
  })
  expect((await run('SET SESSION snapshot = 1', at)).headers).toMatchObject({
    'x-trino-set-session': 'snapshot=1',
  })
  const headers = { 'X-Trino-Session': 'snapshot=999' }
  expect((await run('SELECT 1 FROM patients', { ...at, headers })).error).not.toBeNull()
  expect((await run('SET SESSION nonsense = 1', at)).error).toBe('INVALID_SESSION_PROPERTY')
  expect((await run('START TRANSACTION', at)).headers).toHaveProperty(
    'x-trino-started-transaction-id',
  )
})

test("a user's tables are the user's alone", async () => {
  await run('CREATE TABLE ehrql_mine AS SELECT 1 AS a', at)
  const other = { ...at, user: 'otto' }
  expect((await run('SELECT * FROM ehrql_mine', other)).error).toBe('TABLE_NOT_FOUND')
  expect((await run('SELECT * FROM lake.tess.ehrql_mine', other)).error).toBe('SCHEMA_NOT_FOUND')
  expect((await run('CREATE TABLE lake.tess.b (a integer)', other)).error).toBe('PERMISSION_DENIED')
  expect((await run('DROP TABLE patients', at)).error).toBe('PERMISSION_DENIED')
  expect((await run('SELECT * FROM lake.tess.ehrql_mine', at)).rows).toEqual([[1]])
})

test('the catalogue as clients list it', async () => {
  expect((await run('SHOW CATALOGS', at)).rows).toEqual([['lake'], ['system']])
  expect((await run("SHOW TABLES LIKE 'p%'", at)).rows).toEqual([['patients']])
  expect((await run('DESCRIBE core.patients', at)).rows[2]).toEqual([
    'sex',
    'varchar',
    '',
    'Sex, it is said.',
  ])
  const columns = await run(
    `SELECT "column_name","data_type","column_default",UPPER("is_nullable") AS "is_nullable","comment"
     FROM "information_schema"."columns" WHERE "table_schema" = 'core' AND "table_name" = 'patients'
     ORDER BY "ordinal_position" ASC`,
    at,
  )
  expect(columns.rows[0]).toEqual(['patient_id', 'bigint', null, 'YES', null])
  expect((await run('SELECT "table_cat" FROM "system"."jdbc"."catalogs"', at)).rows).toHaveLength(2)
})

test('insert of many rows of literals, and of those that need the general way', async () => {
  await run('CREATE TABLE ehrql_rows (i bigint, d double, s varchar(3), t date, b boolean)', at)
  const rows = Array.from(
    { length: 3_000 },
    (_, i) =>
      `(${i}, DOUBLE '${i}.5', 'a''${i % 10}', DATE '2020-01-0${1 + (i % 9)}', ${i % 2 === 0})`,
  )
  expect((await run(`INSERT INTO ehrql_rows VALUES ${rows.join(', ')}`, at)).updateCount).toBe(
    3_000,
  )
  expect(
    (await run("INSERT INTO ehrql_rows (t, i) VALUES (NULL, 1 + 1), (DATE '2021-01-01', 7)", at))
      .updateCount,
  ).toBe(2)
  expect((await run("INSERT INTO ehrql_rows (s) VALUES ('abcd')", at)).error).not.toBeNull()
  const sums = 'SELECT count(*), sum(i), sum(d), min(s), max(t), count_if(b) FROM ehrql_rows'
  expect((await run(sums, at)).rows).toEqual([
    [3_002, 4_498_509, 4_500_000, "a'0", '2021-01-01', 1_500],
  ])
})
