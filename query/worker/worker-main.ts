// The process that runs one user's statements. It is started by the gateway, speaks with it over one
// socket, and holds nothing that a kill could lose: the user's tables are in their file.
import { Socket } from 'node:net'
import type { DuckDBConnection } from '@duckdb/node-api'
import { type Engine, openEngine } from './engine.ts'
import { engineError } from './engine-errors.ts'
import { executeStatement } from './execute-statement.ts'
import type { Execution } from './execution.ts'
import { type FrameChannel, openFrames } from './frames.ts'
import type { FromWorker, ToWorker } from './messages.ts'

/** The file descriptor of the socket to the gateway. */
const gatewayDescriptor = 3

interface Running {
  readonly connection: DuckDBConnection
  execution: Execution | null
  canceled: boolean
}

type Channel = FrameChannel<FromWorker, ToWorker>

async function start(
  { statement, text, session }: Extract<ToWorker, { readonly kind: 'execute' }>,
  engine: Engine,
  running: Map<number, Running>,
  channel: Channel,
): Promise<void> {
  const connection = await engine.connect()
  const entry: Running = { connection, execution: null, canceled: false }
  running.set(statement, entry)
  try {
    const execution = await executeStatement(text, session, engine, connection)
    entry.execution = execution
    const { columns, updateType, updateCount, headers, pages } = execution
    await channel.send({ kind: 'started', statement, columns, updateType, updateCount, headers })
    // The first page is on its way before anybody asks: most results have no other.
    if (pages === null) end(statement, running)
    else await next(statement, running, channel)
  } catch (error) {
    await fail(statement, error, running, channel)
  }
}

function end(statement: number, running: Map<number, Running>): void {
  running.get(statement)?.connection.closeSync()
  running.delete(statement)
}

async function fail(
  statement: number,
  error: unknown,
  running: Map<number, Running>,
  channel: Channel,
): Promise<void> {
  end(statement, running)
  const { errorName, message, place } = engineError(error)
  await channel.send({ kind: 'failed', statement, errorName, message, place })
}

async function next(
  statement: number,
  running: Map<number, Running>,
  channel: Channel,
): Promise<void> {
  const pages = running.get(statement)?.execution?.pages
  if (pages === null || pages === undefined) return
  try {
    const { value, done } = await pages.next()
    if (done === true) throw new Error('a page was asked for behind the last one')
    const { rows, last, json } = value
    if (last) end(statement, running)
    await channel.send({ kind: 'page', statement, rows, last }, json)
  } catch (error) {
    await fail(statement, error, running, channel)
  }
}

function cancel(statement: number, running: Map<number, Running>): void {
  const entry = running.get(statement)
  if (entry === undefined) return
  entry.canceled = true
  entry.connection.interrupt()
  // A result that nobody reads any more has nothing to interrupt: it is let go.
  if (entry.execution !== null) end(statement, running)
}

async function main(): Promise<void> {
  const channel: Channel = openFrames(new Socket({ fd: gatewayDescriptor }))
  const first = await channel.receive()
  if (first?.head.kind !== 'open') throw new Error('the first message opens the engine')
  const engine = await openEngine(first.head.options)
  const running = new Map<number, Running>()
  await channel.send({ kind: 'ready' })
  for (;;) {
    const frame = await channel.receive()
    if (frame === null) break
    const { head } = frame
    if (head.kind === 'execute') void start(head, engine, running, channel)
    else if (head.kind === 'next') void next(head.statement, running, channel)
    else if (head.kind === 'cancel') cancel(head.statement, running)
  }
  engine.close()
}

// The gateway went away, or told what cannot be: there is nobody to tell.
main().then(
  () => process.exit(0),
  () => process.exit(1),
)
