// Large results to slow clients, many clients while snapshots are published, and clients that go away
// without a word: memory stays bounded, rows are whole, nothing is left behind.
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { publishParquet, type TestTable } from '../../support/parquet-lake.ts'
import { proofPatienceMs, sized } from '../../support/proofs.ts'
import {
  residentBytes,
  type ServedLake,
  serveLake,
  until,
  workerProcesses,
} from '../../support/serve-lake.ts'
import { get, post, type QueryResults, run } from '../../support/trino-client.ts'

const mebibyte = 1024 ** 2
const streamedRows = sized(300_000, 10_000_000)
const clientCount = sized(8, 64)
const publishingMs = sized(3_000, 120_000)

/** Two tables that agree with each other within a snapshot and with no other. */
const edition = (number: number): Readonly<Record<string, TestTable>> => ({
  'core/numbers': {
    columns: [
      ['n', 'BIGINT'],
      ['edition', 'BIGINT'],
    ],
    files: [`(SELECT i::BIGINT, ${number}::BIGINT FROM range(1000) AS t(i))`],
  },
  'core/editions': {
    columns: [['edition', 'BIGINT']],
    files: [`(VALUES (${number}::BIGINT))`],
  },
})

let served: ServedLake
beforeAll(async () => {
  served = await serveLake({
    tables: edition(1),
    limits: { memoryBytes: 256 * mebibyte },
  })
}, 60_000)
afterAll(() => served.close())

const source = `SELECT a.n * 10000 + b.n * 10 + c.n AS id, 'a text that is as long as texts are' AS words
  FROM core.numbers AS a, core.numbers AS b, core.numbers AS c
  WHERE a.n * 10000 + b.n * 10 + c.n < ${streamedRows} AND a.n < 1000 AND b.n < 1000 AND c.n < 10`

test(
  `${streamedRows} rows to a slow client: each once, and no more memory than a few pages`,
  async () => {
    let results = await post(source, { ...served, user: 'slow' })
    // What a first statement of each kind loads is no growth.
    await run('SELECT count(*) FROM core.numbers', { ...served, user: 'slow' })
    const ids = [process.pid, ...workerProcesses()]
    const before = ids.reduce((sum, id) => sum + residentBytes(id), 0)
    const seen = new Uint8Array(streamedRows)
    let rows = 0
    let pages = 0
    let peak = 0
    while (results.nextUri !== undefined) {
      const { status, body } = await get(results.nextUri)
      expect(status).toBe(200)
      results = JSON.parse(body) as QueryResults
      for (const [id] of results.data ?? []) {
        seen[Number(id)] = (seen[Number(id)] ?? 0) + 1
        rows++
      }
      pages++
      peak = Math.max(
        peak,
        ids.reduce((sum, id) => sum + residentBytes(id), 0),
      )
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    process.stdout.write(
      `${pages} pages, memory from ${Math.round(before / mebibyte)} MiB to ${Math.round(peak / mebibyte)} MiB\n`,
    )
    expect(results.error).toBeUndefined()
    expect(rows).toBe(streamedRows)
    expect(seen.every((count) => count === 1)).toBe(true)
    expect(peak - before).toBeLessThan(500 * mebibyte)
  },
  proofPatienceMs,
)

test(
  `${clientCount} clients while snapshots are published: no error, and each statement sees one snapshot`,
  async () => {
    const end = performance.now() + publishingMs
    const editions = new Set<unknown>()
    // On a busy machine it takes longer until there was anything to see.
    const goesOn = (): boolean => performance.now() < end || editions.size < 2
    let published = 1
    const publish = (async () => {
      for (; goesOn(); await new Promise((resolve) => setTimeout(resolve, 250))) {
        await publishParquet(edition(published + 1), served.lake)
        published++
      }
    })()
    let statements = 0
    const client = async (index: number): Promise<void> => {
      const at = { ...served, user: `client${index % sized(2, 4)}` }
      while (goesOn()) {
        const outcome = await run(
          `SELECT min(n.edition), max(n.edition), min(e.edition), count(*)
           FROM core.numbers AS n CROSS JOIN core.editions AS e`,
          at,
        )
        expect(outcome.message).toBe('')
        const [low, high, other, count] = outcome.rows[0] ?? []
        expect([high, other, count]).toEqual([low, low, 1_000])
        editions.add(low)
        statements++
      }
    }
    await Promise.all([publish, ...Array.from({ length: clientCount }, (_, one) => client(one))])
    process.stdout.write(
      `${statements} statements over ${editions.size} of ${published} snapshots\n`,
    )
    expect(statements).toBeGreaterThanOrEqual(clientCount)
  },
  proofPatienceMs,
)

test('a client that vanishes leaves no statement, no open file and no running timer', async () => {
  const before = workerProcesses()
  const small = await serveLake({ from: served, limits: { silenceMsMax: 1_500, keptMs: 300 } })
  const at = { ...small, user: 'ghost' }
  await run('SELECT 1', at)
  const openFiles = (): number => readdirSync(`/proc/${process.pid}/fd`).length
  const filesBefore = openFiles()
  for (let index = 0; index < 6; index++) {
    const { nextUri = '' } = await post(source.replace(String(streamedRows), '10000000'), at)
    if (index % 2 === 0) await get(nextUri)
    else await fetch(nextUri, { signal: AbortSignal.timeout(5) }).catch(() => null)
  }
  const states = "SELECT count(*) FROM system.runtime.queries WHERE state IN ('QUEUED', 'RUNNING')"
  // The statement that asks is one itself.
  let open = 99
  for (let attempt = 0; attempt < 50 && open > 1; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    open = Number((await run(states, at)).rows[0]?.[0])
  }
  expect(open).toBe(1)
  await until('no more files are open', () => openFiles() <= filesBefore + 4)
  await small.close()
  expect(workerProcesses()).toEqual(before)
})
