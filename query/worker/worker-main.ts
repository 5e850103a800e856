// The process that runs one user's statements. It is started by the gateway, speaks with it over one
// socket, and holds nothing that a kill could lose: the user's tables are in their file.
import { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { TrinoError } from '../trino/trino-error.ts'
import { type Engine, openEngine } from './engine.ts'
import { engineError } from './engine-errors.ts'
import { executeStatement } from './execute-statement.ts'
import type { Execution } from './execution.ts'
import { type FrameChannel, openFrames } from './frames.ts'
import type { FromWorker, ToWorker } from './messages.ts'

/** The file descriptor of the socket to the gateway. */
const gatewayDescriptor = 3

/** How long statements may take to let go when the gateway is gone, before the process ends anyhow. */
const lettingGoMs = 2_000

interface Running {
  readonly connection: DuckDBConnection
  execution: Execution | null
  /** The engine works on it: only an interrupt ends it. */
  isBusy: boolean
  isCanceled: boolean
}

type Channel = FrameChannel<FromWorker, ToWorker>

interface Worker {
  readonly engine: Engine
  readonly channel: Channel
  readonly running: Map<number, Running>
}

const canceled = new TrinoError('USER_CANCELED', 'Query was canceled')

async function start(
  { statement, text, session, queries }: Extract<ToWorker, { readonly kind: 'execute' }>,
  worker: Worker,
): Promise<void> {
  const { engine, running, channel } = worker
  try {
    const connection = await engine.connect()
    const entry: Running = { connection, execution: null, isBusy: true, isCanceled: false }
    running.set(statement, entry)
    const execution = await executeStatement(text, { session, queries }, engine, connection)
    entry.execution = execution
    const { columns, updateType, updateCount, headers, pages, kill } = execution
    // What has no result is done: it is told so, however late a cancel came.
    if (pages === null) end(statement, running)
    else if (entry.isCanceled) throw canceled
    await channel.send({
      ...{ kind: 'started', statement, columns, updateType, updateCount, headers },
      ...(kill === undefined ? {} : { kill }),
    })
    // The first page is on its way before anybody asks: most results have no other.
    if (pages !== null) await next(statement, worker)
  } catch (error) {
    await fail(statement, error, worker)
  }
}

function end(statement: number, running: Map<number, Running>): void {
  running.get(statement)?.connection.closeSync()
  running.delete(statement)
}

async function fail(
  statement: number,
  error: unknown,
  { running, channel }: Worker,
): Promise<void> {
  end(statement, running)
  const { errorName, message, place } = engineError(error)
  await channel.send({ kind: 'failed', statement, errorName, message, place })
}

async function next(statement: number, worker: Worker): Promise<void> {
  const { running, channel } = worker
  const entry = running.get(statement)
  const pages = entry?.execution?.pages
  if (entry === undefined || pages === null || pages === undefined) return
  try {
    entry.isBusy = true
    const { value, done } = await pages.next()
    entry.isBusy = false
    if (done === true) throw new Error('a page was asked for behind the last one')
    if (entry.isCanceled) throw canceled
    const { rows, last, json } = value
    if (last) end(statement, running)
    await channel.send({ kind: 'page', statement, rows, last }, json)
  } catch (error) {
    await fail(statement, error, worker)
  }
}

function cancel(statement: number, worker: Worker): void {
  const entry = worker.running.get(statement)
  if (entry === undefined) return
  entry.isCanceled = true
  if (entry.isBusy) entry.connection.interrupt()
  // A result that nobody reads any more has nothing to interrupt: it is let go.
  else void fail(statement, canceled, worker)
}

/** Ends all that runs; the process ends by force where something does not let go. */
async function leave({ engine, running }: Worker): Promise<void> {
  const isOver = Date.now() + lettingGoMs
  while (running.size > 0) {
    for (const { connection } of running.values()) connection.interrupt()
    if (Date.now() > isOver) process.kill(process.pid, 'SIGKILL')
    await setTimeout(50)
  }
  engine.close()
}

async function main(): Promise<void> {
  const channel: Channel = openFrames(new Socket({ fd: gatewayDescriptor }))
  const first = await channel.receive()
  if (first?.head.kind !== 'open') throw new Error('the first message opens the engine')
  const engine = await openEngine(first.head.options, (file) => {
    channel.send({ kind: 'verified', files: [file] }).catch(() => undefined)
  })
  const worker: Worker = { engine, channel, running: new Map() }
  // A gateway that is gone is told nothing, and is noticed below.
  const ignored = (): void => undefined
  await channel.send({ kind: 'ready' })
  for (;;) {
    const frame = await channel.receive().catch(() => null)
    if (frame === null) break
    const { head } = frame
    if (head.kind === 'execute') start(head, worker).catch(ignored)
    else if (head.kind === 'next') next(head.statement, worker).catch(ignored)
    else if (head.kind === 'cancel') cancel(head.statement, worker)
    else if (head.kind === 'verified') engine.verified.add(head.files)
  }
  await leave(worker)
}

// The gateway went away, or told what cannot be: there is nobody to tell.
main().then(
  () => process.exit(0),
  () => process.exit(1),
)
