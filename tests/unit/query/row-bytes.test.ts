// Rows taken from the engine's memory in runs are the rows that its own package reads one by one,
// however they lie there: short, long, repeated, filtered, sorted, joined, or far larger than a page.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { limits } from '../../../config/limits.ts'
import { type OpenDuckDb, openDuckDb } from '../../../lake/open-duckdb.ts'
import { rowBytes } from '../../../query/worker/row-bytes.ts'

let database: OpenDuckDb
beforeAll(async () => {
  database = await openDuckDb({
    ...{ memoryBytes: 512 * 1024 ** 2, threads: 2, spillFolder: null, spillBytesMax: 0 },
  })
  await database.connection.run(
    `CREATE TABLE made AS SELECT i, hash(i) % 40 AS size, repeat('äx', (hash(i) % 40)::INTEGER)
       || i AS text FROM range(9000) AS t(i)`,
  )
})
afterAll(() => database.close())

interface Taken {
  readonly texts: string
  readonly rows: number
  readonly runs: number
  readonly largest: number
}

async function take(sql: string, bytesMax: number): Promise<Taken> {
  const result = await database.connection.stream(sql)
  const parts: Uint8Array[] = []
  let [rows, largest] = [0, 0]
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) break
    for (const run of rowBytes(chunk, () => bytesMax)) {
      parts.push(run.bytes)
      rows += run.rows
      largest = Math.max(largest, run.bytes.byteLength)
    }
  }
  return { texts: Buffer.concat(parts).toString(), rows, runs: parts.length, largest }
}

test.each([
  ['made by a function', "SELECT concat(',[', i, ',', text, ']') FROM made ORDER BY i"],
  ['of any length', 'SELECT text FROM made ORDER BY i'],
  ['short', "SELECT concat(',', i % 10) FROM made ORDER BY i"],
  [
    'short and long by turns',
    "SELECT CASE WHEN i % 2 = 0 THEN text ELSE 'x' END FROM made ORDER BY i",
  ],
  ['empty', "SELECT CASE WHEN size < 20 THEN '' ELSE text END FROM made ORDER BY i"],
  ['all the same', "SELECT 'a text of more than twelve bytes' FROM made"],
  [
    'few and repeated',
    "SELECT ['the first of three', 'second', 'the third of three'][1 + i % 3] FROM made",
  ],
  ['filtered', "SELECT concat(',[', text, ']') FROM made WHERE size % 3 = 1 ORDER BY i"],
  ['sorted', "SELECT concat(',[', text, ']') AS row FROM made ORDER BY row DESC"],
  ['joined', 'SELECT a.text FROM made AS a JOIN made AS b ON a.i = b.i % 700 ORDER BY b.i'],
  ['none', 'SELECT text FROM made WHERE i < 0'],
])('rows %s', async (_, sql) => {
  const reader = await database.connection.runAndReadAll(sql)
  const expected = reader.getRowsJS().map(([text]) => String(text))
  for (const bytesMax of [1, 500, limits.resultPageBytes]) {
    const { texts, rows } = await take(sql, bytesMax)
    expect(rows).toBe(expected.length)
    expect(texts).toBe(expected.join(''))
  }
})

test('rows that a function made are taken many at a time, and no more than a page wants', async () => {
  const sql = "SELECT concat(',[', i, ',', text, ']') FROM made ORDER BY i"
  const whole = await take(sql, limits.resultPageBytes)
  expect(whole.runs).toBeLessThan(whole.rows / 10)
  const cut = await take(sql, 1_000)
  expect(cut.largest).toBeGreaterThan(500)
  expect(cut.largest).toBeLessThan(1_000 + 200)
})

test('a row beyond the limit is refused before it is copied', async () => {
  const sql = `SELECT repeat('x', ${limits.resultRowBytesMax + 1})`
  await expect(take(sql, 1)).rejects.toMatchObject({ errorName: 'EXCEEDED_LOCAL_MEMORY_LIMIT' })
})
