// A real gateway and worker refuse what is after files, configuration and other users' tables; what
// is there before is there after, and other users see nothing of it.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openQueryService, type QueryService } from '../../../query/gateway/query-service.ts'
import { attacks, workerAttacks } from '../../support/attacks.ts'
import { publishParquet } from '../../support/parquet-lake.ts'
import { run } from '../../support/trino-client.ts'

const canary = 'canary_of_mallory'
let service: QueryService
let remove: () => void
let scratch: string
let tess: { port: number; user: string }
let mallory: { port: number; user: string }
beforeAll(async () => {
  const lake = await publishParquet()
  scratch = mkdtempSync(join(tmpdir(), 'serve-'))
  service = await openQueryService({
    ...{ host: '127.0.0.1', port: 0, lake: lake.root, backend: 'northshire' },
    scratchFolder: scratch,
    descriptions: [],
  })
  remove = lake.remove
  tess = { port: service.port, user: 'tess' }
  mallory = { port: service.port, user: 'mallory' }
  await run('CREATE SCHEMA IF NOT EXISTS mallory', mallory)
  await run(`CREATE TABLE mallory.secret AS SELECT '${canary}' AS a`, mallory)
}, 60_000)
afterAll(async () => {
  await service.close()
  remove()
  rmSync(scratch, { recursive: true, force: true })
})

test.each(workerAttacks.map((text) => [text]))('%s is refused', async (text) => {
  const { error, rows, message } = await run(text, tess)
  expect(error).toMatch(/^[A-Z_]+$/)
  expect(error).not.toBe('GENERIC_INTERNAL_ERROR')
  expect(rows).toEqual([])
  expect(message).not.toContain(canary)
})

test('every attack on the compiler is refused by a worker, and leaves nothing behind', async () => {
  const before = readdirSync(scratch).sort()
  // A byte order mark is the transport's: it is taken away with the encoding.
  const statements = Object.values(attacks).flat()
  for (const text of statements.filter((one) => !one.startsWith('\ufeff'))) {
    const { error, rows } = await run(text, tess)
    expect([text, error === null, rows]).toEqual([text, false, []])
  }
  expect(readdirSync(scratch).sort()).toEqual(before)
})

test('no view of the catalogue shows tables of another user', async () => {
  for (const text of [
    'SELECT * FROM information_schema.tables',
    'SELECT * FROM information_schema.columns',
    'SELECT * FROM information_schema.schemata',
    'SELECT * FROM system.jdbc.tables',
    'SELECT * FROM system.jdbc.columns',
    'SELECT * FROM system.metadata.table_comments',
    'SHOW SCHEMAS',
    'SHOW TABLES',
  ]) {
    const { rows, error } = await run(text, { ...tess, schema: 'tess' })
    expect([text, error]).toEqual([text, null])
    expect([text, JSON.stringify(rows).includes('secret')]).toEqual([text, false])
    expect([text, JSON.stringify(rows).includes(canary)]).toEqual([text, false])
  }
})

test('the statements of a user are listed for the user alone, odd characters in them or not', async () => {
  expect((await run("SELECT 'a\0b'", tess)).error).toBe('SYNTAX_ERROR')
  const { rows } = await run('SELECT DISTINCT "user" FROM system.runtime.queries', tess)
  expect(rows).toEqual([['tess']])
  const texts = await run(
    "SELECT query FROM system.runtime.queries WHERE query LIKE '%a_b''%'",
    tess,
  )
  expect(texts.rows.flat()).toContain("SELECT 'a\ufffdb'")
  expect(JSON.stringify(texts.rows)).not.toContain(canary)
})

test('what was there is there', async () => {
  expect((await run('SELECT a FROM mallory.secret', mallory)).rows).toEqual([[canary]])
  expect((await run('SELECT count(*) FROM northshire.patients', tess)).error).toBe(null)
})
