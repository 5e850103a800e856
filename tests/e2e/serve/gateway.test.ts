// What the gateway answers to requests that are odd, too large or too many, whom it lets end what,
// and what it keeps for how long.
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { limits } from '../../../config/limits.ts'
import { publishParquet } from '../../support/parquet-lake.ts'
import { type ServedLake, serveLake, until, workerProcesses } from '../../support/serve-lake.ts'
import { get, post, type QueryResults, run } from '../../support/trino-client.ts'

let served: ServedLake
beforeAll(async () => {
  served = await serveLake()
}, 60_000)
afterAll(() => served.close())

const statementUri = (): string => `http://127.0.0.1:${served.port}/v1/statement`
const asTess = { 'X-Trino-User': 'tess', 'X-Trino-Catalog': 'lake', 'X-Trino-Schema': 'core' }
const long = 'SELECT count(*) FROM big a, big b, big c, big d, big e, big f WHERE a.n + b.n < c.n'
const big = `CREATE TABLE ehrql_big AS SELECT n FROM (VALUES ${Array.from({ length: 90 }, (_, n) => `(${n})`).join(', ')}) AS t(n)`
const longText = long.replaceAll('big ', 'ehrql_big ')

/** Sends bytes as they are and gives what comes back until the connection ends. */
function sendRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(served.port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk.toString()
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}

test('a statement beyond the limit is refused by name, and the connection serves on', async () => {
  const body = `SELECT '${'a'.repeat(limits.statementBytesMax)}'`
  const response = await fetch(statementUri(), { method: 'POST', body, headers: asTess })
  expect(response.status).toBe(200)
  const { error } = (await response.json()) as QueryResults
  expect(error?.errorName).toBe('QUERY_TEXT_TOO_LARGE')
  expect((await run('SELECT 1', served)).rows).toEqual([[1]])
})

test('bytes that are no text are a 400; a page in a browser is a 403; odd methods are a 405', async () => {
  const body = Buffer.from([0x53, 0xff, 0xfe])
  const bad = await fetch(statementUri(), { method: 'POST', body, headers: asTess })
  expect(bad.status).toBe(400)
  const origin = { ...asTess, Origin: 'http://example.org' }
  const browser = await fetch(statementUri(), { method: 'POST', body: 'SELECT 1', headers: origin })
  expect(browser.status).toBe(403)
  const put = await fetch(statementUri(), { method: 'PUT', body: 'SELECT 1', headers: asTess })
  expect([put.status, put.headers.get('allow')]).toEqual([405, 'POST, HEAD'])
  const { nextUri = '' } = await post('SELECT 1', served)
  expect((await fetch(nextUri, { method: 'POST' })).status).toBe(405)
  expect((await fetch(nextUri, { method: 'HEAD' })).status).toBe(200)
})

test.each([
  ['X-Trino-User', '%zz', 401],
  ['X-Trino-Session', 'nonsense=1', 200],
  ['X-Trino-Session', 'query_max_run_time=soon', 200],
  ['X-Trino-Session', 'snapshot=%zz', 200],
])('a header that cannot be meant is refused: %s %j', async (name, value, status) => {
  const headers = { ...asTess, [name]: value }
  const response = await fetch(statementUri(), { method: 'POST', body: 'SELECT 1', headers })
  expect(response.status).toBe(status)
  if (status !== 200) return
  const { error } = (await response.json()) as QueryResults
  expect(error?.errorName).toMatch(/^INVALID_(SESSION_PROPERTY|ARGUMENTS)$/)
})

test('the next URI is at the host that the client named, or its proxy did, and at none that is odd', async () => {
  const next = async (headers: Record<string, string>): Promise<string> =>
    (await post('SELECT 1', { ...served, headers })).nextUri ?? ''
  const proxied = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'lake.example:8443' }
  expect(await next(proxied)).toMatch(/^https:\/\/lake\.example:8443\/v1\/statement\//)
  expect(await next({ 'X-Forwarded-Host': 'a/../b' })).toMatch(/^http:\/\/localhost\/v1\//)
})

test('headers that come twice are one list; prepared statements are URL-encoded', async () => {
  const answer = await sendRaw(
    'POST /v1/statement HTTP/1.1\r\nHost: h\r\nX-Trino-User: tess\r\nX-Trino-Catalog: lake\r\n' +
      'X-Trino-Prepared-Statement: a+b=SELECT+1%2C2\r\n' +
      'X-Trino-Prepared-Statement: st2=SELECT%20%27%26%3D%2C%27\r\n' +
      'Content-Length: 11\r\nConnection: close\r\n\r\nEXECUTE st2',
  )
  const path = /"nextUri":"http:\/\/h(\/[^"]+)"/.exec(answer)?.[1] ?? ''
  const { body } = await get(`http://127.0.0.1:${served.port}${path}`)
  expect((JSON.parse(body) as QueryResults).data).toEqual([['&=,']])
  const own = await run('EXECUTE constructor', served)
  expect(own.error).toBe('NOT_FOUND')
})

test('a page that was not made yet cannot be asked past', async () => {
  await run(big, served)
  const { nextUri = '' } = await post(longText, served)
  const first = get(nextUri)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect((await get(nextUri.replace(/\d+$/, '2'))).status).toBe(410)
  expect(JSON.parse((await first).body)).toMatchObject({ stats: { state: 'RUNNING' } })
  expect((await fetch(nextUri, { method: 'DELETE' })).status).toBe(204)
})

test('a user sees and ends the own statements, and nobody sees those of others', async () => {
  const { id, nextUri = '' } = await post(longText, served)
  await get(nextUri)
  const list = 'SELECT query_id, state, source FROM system.runtime.queries'
  const mine = await run(`${list} WHERE state = 'RUNNING'`, {
    ...served,
    headers: { 'X-Trino-Source': 'test' },
  })
  expect(mine.rows).toContainEqual([id, 'RUNNING', null])
  expect(mine.rows).toContainEqual([expect.any(String), 'RUNNING', 'test'])
  const kill = `CALL system.runtime.kill_query(query_id => '${id}', message => 'enough')`
  const otto = { ...served, user: 'otto' }
  expect((await run(`${list} WHERE query_id = '${id}'`, otto)).rows).toEqual([])
  expect((await run(kill, otto)).error).toBe('NOT_FOUND')
  expect(await run(kill, served)).toMatchObject({ error: null, updateType: 'CALL' })
  const { body } = await get(nextUri.replace(/\d+$/, '2'))
  const { error } = JSON.parse(body) as QueryResults
  expect(error).toMatchObject({ errorName: 'ADMINISTRATIVELY_KILLED', errorType: 'USER_ERROR' })
  expect(error?.message).toContain('enough')
  expect((await run(kill, served)).error).toBe('NOT_SUPPORTED')
})

test('a session may shorten the time of a statement, and pin a snapshot while others are published', async () => {
  const headers = { 'X-Trino-Session': 'query_max_run_time=300ms' }
  expect((await run(longText, { ...served, headers })).error).toBe('EXCEEDED_TIME_LIMIT')
  const one = { columns: [['patient_id', 'BIGINT']], files: ['(VALUES (77::BIGINT))'] } as const
  await publishParquet({ 'core/patients': one }, served.lake)
  const count = 'SELECT count(*) FROM core.patients'
  expect((await run(count, served)).rows).toEqual([[1]])
  for (const name of ['snapshot', 'lake.snapshot']) {
    const pinned = { ...served, headers: { 'X-Trino-Session': `${name}=1` } }
    expect((await run(count, pinned)).rows).toEqual([[3]])
  }
})

test('many open results of one user do not stop the next statement', async () => {
  const rows = 'SELECT a.n, b.n, c.n FROM ehrql_big a, ehrql_big b, ehrql_big c'
  const open: string[] = []
  for (let index = 0; index < limits.queryWorkers.runningPerUserMax * 2; index++) {
    const { nextUri = '' } = await post(rows, served)
    const { nextUri: next = '' } = JSON.parse((await get(nextUri)).body) as QueryResults
    open.push(next)
  }
  expect((await run('SELECT 42', served)).rows).toEqual([[42]])
  for (const uri of open) expect((await fetch(uri, { method: 'DELETE' })).status).toBe(204)
})

test('too many statements are refused, and forgotten ones make room', async () => {
  const small = await serveLake({
    limits: { statementsMax: 3, silenceMsMax: 300, keptMs: 100, deliveredMax: 2 },
  })
  try {
    for (let index = 0; index < 3; index++) await post('SELECT 1', small)
    await expect(post('SELECT 1', small)).rejects.toThrow('POST ended with 429')
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect((await run('SELECT 1', small)).error).toBeNull()
  } finally {
    await small.close()
  }
})

test('a user beyond the line of statements is refused, others are not', async () => {
  const before = workerProcesses().length
  const small = await serveLake({
    limits: { runningPerUserMax: 1, queuedPerUserMax: 1, workersMax: 2 },
  })
  try {
    await run(big, small)
    const running = [await post(longText, small), await post(longText, small)]
    for (const { nextUri = '' } of running) await get(nextUri)
    await expect(run('SELECT 1', small)).rejects.toThrow('POST ended with 429')
    expect((await run('SELECT 1', { ...small, user: 'otto' })).error).toBeNull()
    // A third process: the one that rests makes room.
    expect((await run('SELECT 1', { ...small, user: 'uma' })).error).toBeNull()
    await until('two processes', () => workerProcesses().length === before + 2)
  } finally {
    await small.close()
  }
})

test('a user who comes back while the resting process leaves finds the own tables', async () => {
  const small = await serveLake({ limits: { idleMsMax: 20 } })
  try {
    await run('CREATE TABLE kept AS SELECT 5 AS a', { ...small, schema: 'tess' })
    for (let round = 0; round < 4; round++) {
      await new Promise((resolve) => setTimeout(resolve, 15 + round * 10))
      expect((await run('SELECT a FROM kept', { ...small, schema: 'tess' })).rows).toEqual([[5]])
    }
  } finally {
    await small.close()
  }
})

test("ehrQL's temporary tables of long ago are dropped, other tables stay", async () => {
  const first = await serveLake()
  const at = { ...first, schema: 'tess' }
  const today = new Date().toISOString().slice(0, 10).replaceAll('-', '')
  const names = [`ehrql_20200101_0000_0123456789ab_tmp_1`, `ehrql_${today}_0000_0123456789ab_tmp_1`]
  for (const name of [...names, 'kept']) await run(`CREATE TABLE ${name} (a integer)`, at)
  await first.stop()
  const again = await serveLake({ from: first })
  try {
    const { rows } = await run('SHOW TABLES FROM tess', { ...again, schema: 'tess' })
    expect(rows).toEqual([[names[1]], ['kept']])
  } finally {
    await again.close()
    await first.close()
  }
})
