// A client of the protocol that costs next to nothing, so that the benchmark measures the server: one
// connection, one request at a time, bodies as bytes.
import { connect, type Socket } from 'node:net'

export interface RawClient {
  /** Sends a statement and follows it to its end; the bodies of all its answers. */
  follow(sql: string): Promise<Buffer[]>
  close(): void
}

const nextPattern = /"nextUri":"https?:\/\/[^/"]+([^"]+)"/
const lengthPattern = /content-length: (\d+)/i

/** Where the body of a response starts and ends; null where its head is not there yet. */
function bodyPlace(bytes: Buffer): { readonly start: number; readonly end: number } | null {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return null
  const head = bytes.toString('latin1', 0, headEnd)
  if (!head.startsWith('HTTP/1.1 200')) throw new Error(head.slice(0, 60))
  const start = headEnd + 4
  return { start, end: start + Number(lengthPattern.exec(head)?.[1] ?? Number.NaN) }
}

/** Reads responses, one at a time. */
function responseReader(socket: Socket): () => Promise<Buffer> {
  let pieces: Buffer[] = []
  let bytes = 0
  let wanted = 0
  let take: (body: Buffer) => void = () => undefined
  let fail: (error: unknown) => void = () => undefined
  socket.on('error', (error) => fail(error))
  socket.on('close', () => fail(new Error('the server closed the connection')))
  socket.on('data', (chunk: Buffer) => {
    pieces.push(chunk)
    bytes += chunk.byteLength
    if (bytes < wanted) return
    const all = pieces.length === 1 ? chunk : Buffer.concat(pieces)
    try {
      const place = bodyPlace(all)
      pieces = [all]
      wanted = place?.end ?? 0
      if (place === null || bytes < place.end) return
      pieces = []
      bytes = 0
      wanted = 0
      take(all.subarray(place.start, place.end))
    } catch (error) {
      fail(error)
    }
  })
  return () =>
    new Promise((resolve, reject) => {
      take = resolve
      fail = reject
    })
}

/** Connects a user to a server of this machine, with the default schema given. */
export async function openRawClient(
  port: number,
  user: string,
  schema: string,
): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  const read = responseReader(socket)
  const common = `Host: 127.0.0.1:${port}\r\nX-Trino-User: ${user}\r\n`
  const session = `X-Trino-Catalog: lake\r\nX-Trino-Schema: ${schema}\r\n`
  const post = `POST /v1/statement HTTP/1.1\r\n${common}${session}Content-Length: `
  return {
    follow: async (sql) => {
      const answer = read()
      socket.write(`${post}${Buffer.byteLength(sql)}\r\n\r\n${sql}`)
      const bodies = [await answer]
      for (;;) {
        const [last] = bodies.slice(-1)
        const next = nextPattern.exec(last?.toString('latin1', 0, 400) ?? '')?.[1]
        if (next === undefined) break
        const page = read()
        socket.write(`GET ${next} HTTP/1.1\r\n${common}\r\n`)
        bodies.push(await page)
      }
      const end = bodies.at(-1)
      if (end?.subarray(-4_000).includes('"errorName"')) throw new Error(end.toString())
      return bodies
    },
    close: () => socket.destroy(),
  }
}
