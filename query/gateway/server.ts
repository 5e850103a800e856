// The gateway: speaks Trino's client protocol over HTTP, and never runs a query. It answers a POST at
// once, pages on demand, and gives up on clients that are slow to speak.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { limits } from '../../config/limits.ts'
import { LandingError } from '../../contracts/errors.ts'
import { trinoVersion } from '../trino/functions/other-functions.ts'
import { isTrinoError, TrinoError } from '../trino/trino-error.ts'
import { openRegistry, type RegistryLimits, type StatementRegistry } from './registry.ts'
import { requestSession, requestUser } from './request-session.ts'
import { responseBytes } from './responses.ts'
import type { Answer } from './statement.ts'
import type { WorkerPool } from './worker-pool.ts'

export interface GatewayOptions {
  readonly host: string
  readonly port: number
  readonly pool: WorkerPool
  readonly limits: RegistryLimits
  /** The catalog that clients name. */
  readonly catalog: string
  readonly now: () => Date
}

export interface Gateway {
  /** Where it listens, once it does. */
  readonly address: string
  readonly port: number
  close(): Promise<void>
}

const zip = promisify(gzip)

/**
 * Reads a body of at most the limit; null where it is larger. What is too much is read and dropped:
 * a client that is still sending would not see the answer.
 */
function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength
      if (bytes > limits.statementBytesMax) chunks.length = 0
      else chunks.push(chunk)
    })
    request.on('end', () => {
      resolve(bytes > limits.statementBytesMax ? null : Buffer.concat(chunks))
    })
    request.on('error', reject)
    request.on('close', () => reject(new Error('the client went away')))
  })
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The text of a body; null where it is none. */
function bodyText(body: Buffer): string | null {
  try {
    return utf8.decode(body)
  } catch {
    return null
  }
}

const hostPattern = /^[A-Za-z0-9._-]+(?::\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](?::\d{1,5})?$/

/** The URI by which the client reaches the gateway, as it says itself or as a proxy says. */
function baseUri(request: IncomingMessage): string {
  const forwarded = (name: string): string | undefined => {
    const value = request.headers[`x-forwarded-${name}`]
    return (Array.isArray(value) ? value[0] : value)?.split(',')[0]?.trim()
  }
  const named = forwarded('host') ?? request.headers.host ?? ''
  const host = hostPattern.test(named) ? named : 'localhost'
  return `${forwarded('proto') === 'https' ? 'https' : 'http'}://${host}`
}

/** `gzip;q=0` is a client that will not have it. */
const acceptsGzip = ({ headers }: IncomingMessage): boolean =>
  /(?:^|,)\s*gzip\s*(?:,|$|;\s*q=(?!0(?:\.0*)?\s*(?:,|$)))/i.test(
    String(headers['accept-encoding'] ?? ''),
  )

async function sendAnswer(
  { body, headers }: Answer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('Content-Type', 'application/json')
  response.setHeader('Cache-Control', 'no-store')
  for (const [name, value] of headers) response.appendHeader(`X-Trino-${name}`, value)
  // Compression costs more than a loopback carries.
  const isNear = request.socket.remoteAddress === request.socket.localAddress
  if (isNear || body.byteLength < limits.gzipBytesMin || !acceptsGzip(request)) {
    response.setHeader('Content-Length', body.byteLength)
    response.end(body)
    return
  }
  const zipped = await zip(body, { level: 1 })
  response.setHeader('Content-Encoding', 'gzip')
  response.setHeader('Content-Length', zipped.byteLength)
  response.end(zipped)
}

/** Says which methods there are. */
function refuseMethod(response: ServerResponse, allowed: string): void {
  response.setHeader('Allow', allowed)
  sendStatus(response, 405)
}

function sendStatus(response: ServerResponse, status: number, text = ''): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' })
  response.end(text)
}

const statementPath = /^\/v1\/statement\/(?:queued|executing)\/([\w]+)\/(x[0-9a-f]{32})\/(\d{1,9})$/

/** A statement that could not even be taken, as the answer to its POST. */
function refusal(error: TrinoError, uri: string): Answer {
  const { errorName, message, place } = error
  const id = 'refused'
  const parts = { id, state: 'FAILED', infoUri: `${uri}/ui/`, nextUri: null } as const
  const none = { columns: null, rows: null, updateType: null, updateCount: null } as const
  const times = { queuedMs: 0, elapsedMs: 0, rowCount: 0 }
  const body = responseBytes({ ...parts, ...none, ...times, error: { errorName, message, place } })
  return { body, headers: [] }
}

async function post(
  request: IncomingMessage,
  response: ServerResponse,
  registry: StatementRegistry,
  { now, catalog, limits: { retryAfterSeconds } }: GatewayOptions,
): Promise<void> {
  const user = requestUser(request.headers)
  if (user === null) {
    response.setHeader('WWW-Authenticate', 'Basic realm="Trino"')
    return sendStatus(response, 401, 'X-Trino-User names who asks: letters, digits, _ . @ and -')
  }
  const uri = baseUri(request)
  try {
    const body = await readBody(request)
    if (body === null) {
      const message = `Query text exceeds the maximum length (QUERY_TEXT_TOO_LARGE)`
      throw new TrinoError('QUERY_TEXT_TOO_LARGE', message)
    }
    const text = bodyText(body)
    if (text === null) return sendStatus(response, 400, 'the statement is not UTF-8 text')
    const session = requestSession(request.headers, catalog, now())
    const statement = registry.add(user, text, session)
    await sendAnswer(statement.first(uri), request, response)
  } catch (error) {
    if (!isTrinoError(error)) throw error
    if (error.errorName === 'QUERY_QUEUE_FULL') {
      // It was not taken: clients wait and send it again by themselves.
      response.setHeader('Retry-After', String(retryAfterSeconds))
      return sendStatus(response, 429, error.message)
    }
    await sendAnswer(refusal(error, uri), request, response)
  }
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  registry: StatementRegistry,
  options: GatewayOptions,
  startedMs: number,
): Promise<void> {
  // No client but a browser names an origin: a page must not reach the tables of who looks at it.
  if (request.headers.origin !== undefined) return sendStatus(response, 403, 'not for browsers')
  const [path = ''] = (request.url ?? '').split('?')
  const { method } = request
  if (path === '/v1/statement') {
    if (method === 'POST') return post(request, response, registry, options)
    return method === 'HEAD' ? sendStatus(response, 200) : refuseMethod(response, 'POST, HEAD')
  }
  if (path === '/v1/info') {
    if (method !== 'GET' && method !== 'HEAD') return refuseMethod(response, 'GET, HEAD')
    const minutes = ((options.now().getTime() - startedMs) / 60_000).toFixed(2)
    const nodeVersion = { version: trinoVersion }
    const info = { nodeVersion, environment: 'safelanding', coordinator: true, starting: false }
    const body = Buffer.from(JSON.stringify({ ...info, uptime: `${minutes}m` }))
    return sendAnswer({ body, headers: [] }, request, response)
  }
  const [, id = '', slug = '', token = ''] = statementPath.exec(path) ?? []
  if (id === '') return sendStatus(response, 404)
  const statement = registry.find(id, slug)
  if (statement === null) return sendStatus(response, 404)
  if (method === 'DELETE') {
    const message = 'Query was canceled'
    statement.fail({ errorName: 'USER_CANCELED', message, place: null })
    return sendStatus(response, 204)
  }
  if (method === 'HEAD') {
    statement.touch()
    return sendStatus(response, 200)
  }
  if (method !== 'GET') return refuseMethod(response, 'GET, HEAD, DELETE')
  const answer = statement.answer(Number(token), baseUri(request))
  if (answer === null) return sendStatus(response, 410)
  return sendAnswer(await answer, request, response)
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE'
      const what = isTaken ? `port ${port} of ${host} is taken` : `cannot listen on ${host}:${port}`
      reject(new LandingError('cannot_listen', what, { cause: error }))
    })
    server.listen(port, host, () => resolve(server.address() as AddressInfo))
  })
}

/** Starts the gateway; the pool is the caller's to close. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { pool, now, host, port } = options
  const startedMs = now().getTime()
  const registry = openRegistry(pool, options.limits, now)
  const server = createServer(
    {
      headersTimeout: limits.httpHeadersMsMax,
      requestTimeout: limits.httpRequestMsMax,
      connectionsCheckingInterval: 2_000,
      keepAliveTimeout: limits.httpKeepAliveMs,
      maxHeaderSize: limits.httpHeaderBytesMax,
    },
    (request, response) => {
      handle(request, response, registry, options, startedMs).catch(() => {
        if (response.headersSent) response.destroy()
        else sendStatus(response, 500, 'the query layer failed')
      })
    },
  )
  server.maxConnections = limits.httpConnectionsMax
  const address = await listen(server, host, port)
  return {
    address: address.address,
    port: address.port,
    close: async () => {
      // Who waits for an answer is told; who does not take it is not waited for.
      registry.close()
      const closed = new Promise((resolve) => server.close(resolve))
      const patience = setTimeout(() => server.closeAllConnections(), limits.httpCloseMsMax)
      await new Promise((resolve) => setImmediate(resolve))
      server.closeIdleConnections()
      await closed
      clearTimeout(patience)
    },
  }
}
