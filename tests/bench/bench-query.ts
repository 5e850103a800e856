// `npm run bench -- --case query`: the query layer over HTTP. Pairs of POST and GET a second at fifty
// clients, and rows a second to a client beside the same bytes from a server that only repeats them.
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serveLake } from '../support/serve-lake.ts'

const clientCount = 50
const headers = { 'X-Trino-User': 'bench', 'X-Trino-Catalog': 'lake', 'X-Trino-Schema': 'core' }

interface Asked {
  readonly bytes: number
  readonly next: string | null
}

function ask(url: string, method: 'GET' | 'POST', body: string, agent: Agent): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const bytes = Buffer.concat(chunks)
        const next = /"nextUri":"([^"]+)"/.exec(bytes.subarray(0, 400).toString('latin1'))
        resolve({ bytes: bytes.byteLength, next: next?.[1] ?? null })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

async function follow(base: string, sql: string, agent: Agent): Promise<number> {
  let asked = await ask(`${base}/v1/statement`, 'POST', sql, agent)
  let bytes = asked.bytes
  while (asked.next !== null) {
    asked = await ask(asked.next, 'GET', '', agent)
    bytes += asked.bytes
  }
  return bytes
}

async function pairsPerSecond(base: string, seconds: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: clientCount })
  await follow(base, 'SELECT 1', agent)
  const startMs = performance.now()
  let pairs = 0
  const client = async (): Promise<void> => {
    for (; performance.now() - startMs < seconds * 1_000; pairs++) {
      await follow(base, 'SELECT 1', agent)
    }
  }
  await Promise.all(Array.from({ length: clientCount }, client))
  agent.destroy()
  return pairs / ((performance.now() - startMs) / 1_000)
}

/** A server that answers each request with the next of some bodies, whatever is asked. */
async function cannedServer(page: Buffer, pages: number): Promise<{ base: string; close(): void }> {
  let base = ''
  const server = createServer((incoming, response) => {
    incoming.resume()
    const at = Number(/(\d+)$/.exec(incoming.url ?? '')?.[1] ?? 0)
    const next = at < pages ? `"nextUri":"${base}/v1/page/${at + 1}",` : ''
    const head = Buffer.from(`{"id":"canned",${next}"stats":{"state":"RUNNING"},"data":`)
    response.setHeader('Content-Length', head.byteLength + page.byteLength + 1)
    response.write(head)
    response.write(page)
    response.end('}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { base, close: () => void server.close() }
}

/** Measures and prints. */
export async function benchQuery(rows: number, print: (line: string) => void): Promise<void> {
  const files = [
    `(SELECT i::BIGINT, DATE '2000-01-01' + (i % 9000)::INTEGER, (i * 7919 % 100000)::VARCHAR, i / 3.0::DOUBLE
      FROM range(${rows}) AS t(i))`,
  ]
  const columns = [
    ['patient_id', 'BIGINT'],
    ['date', 'DATE'],
    ['code', 'VARCHAR'],
    ['value', 'DOUBLE'],
  ] as const
  const served = await serveLake({ tables: { 'core/events': { columns, files } } })
  const base = `http://127.0.0.1:${served.port}`
  const agent = new Agent({ keepAlive: true })
  print(`query: ${(await pairsPerSecond(base, 5)).toFixed(0)} pairs of POST and GET a second`)
  await follow(base, 'SELECT count(*) FROM events', agent)
  const startMs = performance.now()
  const bytes = await follow(base, 'SELECT * FROM events', agent)
  const seconds = (performance.now() - startMs) / 1_000
  print(
    `query: ${rows} rows, ${(bytes / 1e6).toFixed(1)} MB, ${Math.round(rows / seconds)} rows a second`,
  )
  const pages = Math.max(1, Math.round(bytes / 1024 ** 2))
  const canned = await cannedServer(Buffer.alloc(Math.round(bytes / pages), '1'), pages)
  const cannedMs = performance.now()
  await follow(canned.base, '', agent)
  const rate = rows / ((performance.now() - cannedMs) / 1_000)
  print(`query: as many bytes that are only repeated: ${Math.round(rate)} rows a second`)
  canned.close()
  agent.destroy()
  await served.close()
}
