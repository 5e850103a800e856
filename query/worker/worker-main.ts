// The process that runs one user's statements. It is started by the gateway, speaks with it over one
// socket, and holds nothing that a kill could lose: the user's tables are in their file.
import { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { TrinoError } from '../trino/trino-error.ts'
import { type Engine, openEngine } from './engine.ts'
import { engineError } from './engine-errors.ts'
import { executeStatement } from './execute-statement.ts'
import type { Execution, Page } from './execution.ts'
import { type FrameChannel, openFrames } from './frames.ts'
import type { FromWorker, ToWorker, WorkerOptions } from './messages.ts'

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

type Channel = FrameChannel<FromWorker>

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
    const started = {
      ...{ kind: 'started' as const, statement, columns, updateType, updateCount, headers },
      ...(kill === undefined ? {} : { kill }),
    }
    if (pages === null) {
      // What has no result is done: it is told so, however late a cancel came.
      end(statement, worker)
      await channel.send({ ...started, page: null })
      return
    }
    // The first page goes with it, before anybody asks: most results have no other.
    const { rows, last, json } = await nextPage(entry, pages)
    if (last) end(statement, worker)
    await channel.send({ ...started, page: { rows, last } }, json)
  } catch (error) {
    await fail(statement, error, worker)
  }
}

/**
 * It is over, and its snapshot let go. Its connection is the next one's, unless it failed, was
 * interrupted or may yet be.
 */
function end(statement: number, { engine, running }: Worker, failed = false): void {
  const entry = running.get(statement)
  running.delete(statement)
  if (entry === undefined) return
  engine.snapshots.release(entry.connection)
  if (failed || entry.isCanceled) entry.connection.closeSync()
  else engine.giveBack(entry.connection)
}

async function fail(statement: number, error: unknown, worker: Worker): Promise<void> {
  end(statement, worker, true)
  const { errorName, message, place } = engineError(error)
  await worker.channel.send({ kind: 'failed', statement, errorName, message, place })
}

/** The next page of a statement that was not canceled meanwhile. */
async function nextPage(entry: Running, pages: AsyncIterator<Page>): Promise<Page> {
  if (entry.isCanceled) throw canceled
  entry.isBusy = true
  const { value, done } = await pages.next()
  entry.isBusy = false
  if (done === true) throw new Error('a page was asked for behind the last one')
  if (entry.isCanceled) throw canceled
  return value
}

async function next(statement: number, worker: Worker): Promise<void> {
  const entry = worker.running.get(statement)
  const pages = entry?.execution?.pages
  if (entry === undefined || pages === null || pages === undefined) return
  try {
    const { rows, last, json } = await nextPage(entry, pages)
    if (last) end(statement, worker)
    await worker.channel.send({ kind: 'page', statement, rows, last }, json)
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

function receive(head: ToWorker, worker: Worker): void {
  // A gateway that is gone is told nothing, and is noticed by the end of its channel.
  const ignored = (): void => undefined
  if (head.kind === 'execute') start(head, worker).catch(ignored)
  else if (head.kind === 'next') next(head.statement, worker).catch(ignored)
  else if (head.kind === 'cancel') cancel(head.statement, worker)
  else if (head.kind === 'verified') worker.engine.verified.add(head.files)
}

async function main(): Promise<void> {
  let worker: Worker | null = null
  let isOpening = false
  /** What came while the engine was opened. */
  const early: ToWorker[] = []
  let open = (_: WorkerOptions): void => undefined
  const opened = new Promise<WorkerOptions>((resolve) => {
    open = resolve
  })
  const channel: Channel = openFrames<FromWorker, ToWorker>(
    new Socket({ fd: gatewayDescriptor }),
    (head) => {
      if (worker !== null) receive(head, worker)
      else if (isOpening) early.push(head)
      else if (head.kind === 'open') open(head.options)
      else throw new Error('the first message opens the engine')
      isOpening = true
    },
  )
  const gone = channel.ended.catch(() => undefined)
  const options = await Promise.race([opened, gone])
  if (options === undefined) return
  const engine = await openEngine(options, (file) => {
    channel.send({ kind: 'verified', files: [file] }).catch(() => undefined)
  })
  worker = { engine, channel, running: new Map() }
  for (const head of early.splice(0)) receive(head, worker)
  await channel.send({ kind: 'ready' })
  await gone
  await leave(worker)
}

// The gateway went away, or told what cannot be: there is nobody to tell.
main().then(
  () => process.exit(0),
  () => process.exit(1),
)
