// Statements that create and insert, through a proxy that spoils requests: whatever is dropped, held
// back or sent again, each takes effect exactly once.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  type Fault,
  type FaultyProxy,
  faults,
  openFaultyProxy,
} from '../../support/faulty-proxy.ts'
import { eachOf, proofPatienceMs, proofSeed, sized } from '../../support/proofs.ts'
import { type ServedLake, serveLake } from '../../support/serve-lake.ts'
import { type QueryResults, run } from '../../support/trino-client.ts'

const statementCount = sized(100, 1_000)
/** A client waits so long for an answer, less than the proxy holds one back. */
const clientPatienceMs = 1_500

/** Numbers from a seed (the generator of Park and Miller). */
function numbers(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state
  }
}

let served: ServedLake
let proxy: FaultyProxy
beforeAll(async () => {
  served = await serveLake()
  const random = numbers(proofSeed)
  // Not all faults in a row: a client gives up after some tries.
  let row = 0
  const choose = (): Fault => {
    const isSpoiled = row < 2 && random() % 100 < 35
    row = isSpoiled ? row + 1 : 0
    return isSpoiled ? (faults[1 + (random() % (faults.length - 1))] ?? 'none') : 'none'
  }
  const holdMs = clientPatienceMs + 500
  proxy = await openFaultyProxy({ target: served.port, holdMs, choose })
}, 60_000)
afterAll(async () => {
  await proxy.close()
  await served.close()
})

/** Asks until there is an answer, as Trino's clients do; a DELETE is answered by its status. */
async function ask(uri: string, init: RequestInit): Promise<QueryResults | null> {
  for (let attempt = 0; attempt < 30; attempt++) {
    try {
      const signal = AbortSignal.timeout(clientPatienceMs)
      const response = await fetch(uri, { ...init, signal })
      const text = await response.text()
      if (response.status === 204) return null
      if (response.status === 200 && text !== '') return JSON.parse(text) as QueryResults
      if (response.status !== 503 && response.status !== 200) {
        throw new Error(`${init.method} ended with ${response.status}`)
      }
    } catch (error) {
      if (/ended with/.test(String(error))) throw error
    }
  }
  throw new Error('no answer in thirty tries')
}

async function perform(sql: string): Promise<QueryResults> {
  const headers = { 'X-Trino-User': 'tess', 'X-Trino-Catalog': 'lake', 'X-Trino-Schema': 'tess' }
  const post = { method: 'POST', body: sql, headers }
  let results = await ask(`http://127.0.0.1:${proxy.port}/v1/statement`, post)
  let last = ''
  while (results?.nextUri !== undefined) {
    last = results.nextUri
    results = await ask(last, { method: 'GET' })
  }
  // What has ended cannot be undone.
  await ask(last, { method: 'DELETE' })
  if (results === null) throw new Error('a GET has no answer')
  return results
}

test(
  `${statementCount} statements through a faulty proxy take effect exactly once`,
  async () => {
    expect((await run('CREATE TABLE tess.log (number integer)', served)).error).toBeNull()
    const all = Array.from({ length: statementCount }, (_, number) => number)
    await eachOf(all, 8, async (number) => {
      const isInsert = number % 2 === 0
      const results = await perform(
        isInsert
          ? `INSERT INTO log VALUES (${number})`
          : `CREATE TABLE made_${number} AS SELECT ${number} AS number`,
      )
      if (results.error !== undefined) throw new Error(results.error.errorName)
      if (results.updateCount !== 1) throw new Error(`${results.updateCount} rows`)
    })
    const inserted = await run('SELECT number FROM tess.log ORDER BY 1', served)
    expect(inserted.rows).toEqual(all.filter((number) => number % 2 === 0).map((one) => [one]))
    const tables = await run("SHOW TABLES FROM tess LIKE 'made_%'", served)
    expect(tables.rows).toHaveLength(Math.floor(statementCount / 2))
    for (const method of ['POST', 'GET', 'DELETE']) {
      for (const fault of faults) expect(proxy.done.get(`${method} ${fault}`)).toBeGreaterThan(0)
    }
  },
  proofPatienceMs,
)
