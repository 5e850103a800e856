// What HTTP carries beside the answers: compression, being turned away and coming again, and answers
// that have expired.
import { type IncomingHttpHeaders, request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ServedLake, serveLake } from '../../support/serve-lake.ts'
import { get, post, type QueryResults, run } from '../../support/trino-client.ts'

let served: ServedLake
beforeAll(async () => {
  served = await serveLake({
    limits: { keptMs: 200, statementsMax: 4, silenceMsMax: 60_000, retryAfterSeconds: 1 },
  })
}, 60_000)
afterAll(() => served.close())

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A GET from another address than the server's: over what a network would be. */
function getFromAfar(uri: string, acceptEncoding: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'Accept-Encoding': acceptEncoding }
    const sent = request(uri, { headers, localAddress: '127.0.0.2' }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const status = response.statusCode ?? 0
        resolve({ status, headers: response.headers, body: Buffer.concat(chunks) })
      })
    })
    sent.on('error', reject)
    sent.end()
  })
}

const large = `SELECT x, 'some text that is repeated' FROM (VALUES ${Array.from({ length: 500 }, (_, n) => n).join(', ')}) AS t(x)`

/** The first answer with rows. */
async function rowsOf(acceptEncoding: string): Promise<Answer> {
  let uri = (await post(large, served)).nextUri ?? ''
  for (;;) {
    const answer = await getFromAfar(uri, acceptEncoding)
    const isZipped = answer.headers['content-encoding'] === 'gzip'
    const body = isZipped ? gunzipSync(answer.body) : answer.body
    const results = JSON.parse(body.toString()) as QueryResults
    if (results.data !== undefined) {
      expect(results.data).toHaveLength(500)
      expect(Number(answer.headers['content-length'])).toBe(answer.body.byteLength)
      return answer
    }
    uri = results.nextUri ?? ''
  }
}

test.each(['gzip', 'gzip, deflate', 'br;q=1.0, gzip;q=0.8', 'deflate,GZIP'])(
  'large answers are compressed for who accepts %j',
  async (accepted) => {
    const { headers, body } = await rowsOf(accepted)
    expect(headers['content-encoding']).toBe('gzip')
    expect(body.byteLength).toBeLessThan(4_096)
  },
)

test.each(['', 'identity', 'gzip;q=0', 'gzip; q=0.00, br', 'deflate, x-gzip'])(
  'and for nobody else: %j',
  async (accepted) => {
    expect((await rowsOf(accepted)).headers['content-encoding']).toBeUndefined()
  },
)

test('small answers and those that stay on the machine are sent as they are', async () => {
  const { nextUri = '' } = await post('SELECT 1', served)
  expect((await getFromAfar(nextUri, 'gzip')).headers['content-encoding']).toBeUndefined()
  const near = await fetch((await post(large, served)).nextUri ?? '')
  expect(near.headers.get('content-encoding')).toBeNull()
  await near.text()
})

test('an answer expires: after a while it is a 404, before that it is the same again', async () => {
  const { nextUri = '' } = await post('SELECT 1', served)
  const first = await get(nextUri)
  expect((await get(nextUri)).body).toBe(first.body)
  await new Promise((resolve) => setTimeout(resolve, 600))
  expect((await get(nextUri)).status).toBe(404)
})

test('who is turned away is told when to come again, and nothing was taken', async () => {
  const waiting = []
  for (let index = 0; index < 4; index++) waiting.push((await post('SELECT 1', served)).nextUri)
  const answer = await fetch(`http://127.0.0.1:${served.port}/v1/statement`, {
    method: 'POST',
    headers: { 'X-Trino-User': 'tess' },
    body: 'SELECT 1',
  })
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1'])
  expect(await answer.text()).toBe('Too many queued queries: try again later')
  for (const uri of waiting) await get(uri ?? '')
  expect((await run('SELECT 1', served)).rows).toEqual([[1]])
})
