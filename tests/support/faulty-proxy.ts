// A proxy before a server that spoils requests by a seeded plan: it breaks connections off, answers
// in the server's place, holds answers back, or gives empty ones, before or after the server acted.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const faults = [
  'none',
  'drop before',
  'drop after',
  '503 before',
  '503 after',
  'hold',
  'empty',
] as const
export type Fault = (typeof faults)[number]

export interface FaultyProxy {
  readonly port: number
  /** How often each fault was done to each method: `POST drop after`. */
  readonly done: ReadonlyMap<string, number>
  close(): Promise<void>
}

export interface ProxyOptions {
  readonly target: number
  /** How long a held answer is kept back. */
  readonly holdMs: number
  /** The fault of the next request of a method. */
  readonly choose: (method: string) => Fault
}

interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

function forward(
  target: number,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: target, method: method ?? 'GET', path: url ?? '/' }
    const sent = request({ ...options, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 500,
          headers: answer.headers,
          body: Buffer.concat(chunks),
        }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function answer(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, headers)
  response.end(body)
}

/** Starts the proxy; the Host that clients name is kept, so that next URIs lead through it. */
export async function openFaultyProxy(options: ProxyOptions): Promise<FaultyProxy> {
  const { target, holdMs, choose } = options
  const done = new Map<string, number>()
  const held = new Set<NodeJS.Timeout>()
  const server = createServer(async (incoming, response) => {
    const method = incoming.method ?? ''
    const fault = choose(method)
    done.set(`${method} ${fault}`, (done.get(`${method} ${fault}`) ?? 0) + 1)
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    if (fault === 'drop before') return void incoming.socket.destroy()
    if (fault === '503 before')
      return answer(response, { status: 503, headers: {}, body: Buffer.alloc(0) })
    const reply = await forward(target, incoming, Buffer.concat(chunks))
    if (fault === 'none') answer(response, reply)
    else if (fault === 'drop after') incoming.socket.destroy()
    else if (fault === 'hold') {
      const timer = setTimeout(() => {
        held.delete(timer)
        answer(response, reply)
      }, holdMs)
      held.add(timer)
    } else {
      const status = fault === 'empty' ? 200 : 503
      answer(response, { status, headers: {}, body: Buffer.alloc(0) })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    done,
    close: async () => {
      for (const timer of held) clearTimeout(timer)
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
