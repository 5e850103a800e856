// The workers of all users: one process each, started when its user asks something, ended when the
// user has been silent, killed when a statement does not stop. Statements beyond what a worker runs
// at once wait in line.
import type { FromWorker, QueryEntry, StatementSession, WorkerOptions } from '../worker/messages.ts'
import { runTimeMs } from '../worker/session-properties.ts'
import type { StatementError } from './responses.ts'
import { type SpawnOptions, startUserWorker, type UserWorker } from './user-worker.ts'

/** What becomes of a statement, told to whoever asked for it. */
export interface StatementListener {
  onStarted(message: Extract<FromWorker, { readonly kind: 'started' }>): void
  onPage(message: Extract<FromWorker, { readonly kind: 'page' }>, json: Uint8Array): void
  onFailed(error: StatementError): void
}

export interface PooledStatement {
  /** Asks for the next page. */
  next(): void
  /** Ends the statement, whatever its state. */
  cancel(): void
}

export interface PoolLimits {
  /** Statements of a user that the engine works on; results that wait to be read do not count. */
  readonly runningPerUserMax: number
  /** Statements of a user that run or wait to be read. */
  readonly openPerUserMax: number
  readonly queuedPerUserMax: number
  readonly runTimeMsMax: number
  /** How long after its end of time a statement may resist before its process is killed. */
  readonly resistMsMax: number
  readonly interruptEveryMs: number
  readonly startMsMax: number
  readonly idleMsMax: number
  readonly workersMax: number
}

export interface PooledRequest {
  readonly text: string
  readonly session: StatementSession
  /** The user's statements when its turn comes, where it may ask for them. */
  readonly queries: () => readonly QueryEntry[]
}

export interface WorkerPool {
  /** Runs a statement of a user; the listener is told how it ends, unless it is canceled in line. */
  submit(user: string, request: PooledRequest, listener: StatementListener): PooledStatement
  /** Who has a process, or had one until a moment ago. */
  users(): readonly string[]
  close(): Promise<void>
}

interface Work {
  readonly number: number
  request: PooledRequest | null
  readonly listener: StatementListener
  state: 'queued' | 'running' | 'ended'
  /** The engine works on it; else its result waits to be read. */
  isBusy: boolean
  /** Why the gateway ends it, where it does: told when the process obeys. */
  reason: StatementError | null
  timers: NodeJS.Timeout[]
}

interface UserState {
  readonly user: string
  worker: UserWorker | null
  isReady: boolean
  isWaiting: boolean
  readonly queue: Work[]
  readonly running: Map<number, Work>
  idle: NodeJS.Timeout | null
}

const error = (errorName: StatementError['errorName'], message: string): StatementError => ({
  errorName,
  message,
  place: null,
})

const queueFull = error('QUERY_QUEUE_FULL', 'Too many queued queries: try again later')
const shuttingDown = error('SERVER_SHUTTING_DOWN', 'Server is shutting down')
const canceled = error('USER_CANCELED', 'Query was canceled')
const notStarted = error('GENERIC_INTERNAL_ERROR', 'no process could be started')
const replaced = error(
  'GENERIC_INTERNAL_ERROR',
  'the process of the query was replaced because another query did not stop',
)

/** Why a process that nobody killed is gone. */
function exitReason(signal: NodeJS.Signals | null): StatementError {
  if (signal === null) return error('GENERIC_INTERNAL_ERROR', 'the process of the query ended')
  const message = 'Query exceeded per-user memory limit: its process ended'
  return error('EXCEEDED_LOCAL_MEMORY_LIMIT', message)
}

const nothing: PooledStatement = { next: () => undefined, cancel: () => undefined }

/** A pool that makes the options of a user's worker by `optionsOf`. */
export function openWorkerPool(
  optionsOf: (user: string) => WorkerOptions,
  spawnOptions: SpawnOptions,
  limits: PoolLimits,
): WorkerPool {
  const users = new Map<string, UserState>()
  /** Processes that were let go: the next of their user opens the same file, so it waits. */
  const leaving = new Map<string, Promise<void>>()
  let numbers = 0
  let isClosed = false

  function end(state: UserState, work: Work): void {
    work.state = 'ended'
    work.request = null
    for (const timer of work.timers) clearInterval(timer)
    work.timers = []
    state.running.delete(work.number)
  }

  function fail(state: UserState, works: readonly Work[], reason: StatementError): void {
    for (const work of works) {
      end(state, work)
      work.listener.onFailed(work.reason ?? reason)
    }
  }

  function startWorker(state: UserState): void {
    const before = leaving.get(state.user)
    if (before !== undefined) {
      if (state.isWaiting) return
      state.isWaiting = true
      void before.then(() => {
        state.isWaiting = false
        advance(state)
      })
      return
    }
    state.isReady = false
    let hasStarted = false
    const worker = startUserWorker(optionsOf(state.user), spawnOptions, {
      onMessage: (message, body) => {
        if (state.worker === worker) receive(state, message, body)
      },
      onExit: (signal) => {
        clearTimeout(starting)
        if (state.worker !== worker) return
        state.worker = null
        // One that could not even start is not tried again for those in line: it would fail alike.
        if (!hasStarted) fail(state, state.queue.splice(0), notStarted)
        fail(state, [...state.running.values()], exitReason(signal))
        state.isReady = false
        advance(state)
      },
    })
    const starting = setTimeout(() => worker.kill(), limits.startMsMax)
    state.worker = worker
    worker.ready.then(
      () => {
        clearTimeout(starting)
        hasStarted = true
        if (state.worker !== worker) return
        state.isReady = true
        advance(state)
      },
      () => undefined,
    )
  }

  /** Interrupts until the process obeys, and kills it where it does not. */
  function stop(state: UserState, work: Work, reason: StatementError): void {
    if (work.state !== 'running' || work.reason !== null) return
    work.reason = reason
    for (const timer of work.timers) clearInterval(timer)
    const interrupt = (): void => state.worker?.cancel(work.number)
    const kill = (): void => {
      // Nobody waits for the process to be gone, which takes a while where it holds much memory.
      state.isReady = false
      state.worker?.kill()
      fail(state, [...state.running.values()], replaced)
    }
    work.timers = [
      setInterval(interrupt, limits.interruptEveryMs),
      setTimeout(kill, limits.resistMsMax),
    ]
    interrupt()
  }

  function run(state: UserState, work: Work, { text, session, queries }: PooledRequest): void {
    work.state = 'running'
    work.isBusy = true
    work.request = null
    state.running.set(work.number, work)
    const timeMs = Math.min(limits.runTimeMsMax, runTimeMs(session.properties) ?? Infinity)
    const seconds = (timeMs / 1_000).toFixed(2)
    const message = `Query exceeded the maximum run time limit of ${seconds}s`
    const reason = error('EXCEEDED_TIME_LIMIT', message)
    work.timers = [setTimeout(() => stop(state, work, reason), timeMs)]
    const statement = { text, session, queries: queries() }
    state.worker?.execute({ kind: 'execute', statement: work.number, ...statement })
  }

  function leave(state: UserState): void {
    const { user, worker } = state
    if (state.idle !== null) clearTimeout(state.idle)
    state.worker = null
    users.delete(user)
    if (worker === null) return
    leaving.set(
      user,
      worker.close().then(() => void leaving.delete(user)),
    )
  }

  function advance(state: UserState): void {
    if (isClosed) return
    if (state.idle !== null) clearTimeout(state.idle)
    state.idle = null
    if (state.queue.length === 0 && state.running.size === 0) {
      state.idle = setTimeout(() => leave(state), limits.idleMsMax)
      state.idle.unref()
      return
    }
    if (state.worker === null && state.queue.length > 0) startWorker(state)
    let busy = 0
    for (const work of state.running.values()) if (work.isBusy) busy++
    while (
      state.isReady &&
      busy < limits.runningPerUserMax &&
      state.running.size < limits.openPerUserMax
    ) {
      const work = state.queue.shift()
      if (work === undefined || work.request === null) return
      run(state, work, work.request)
      busy++
    }
  }

  function receive(state: UserState, message: FromWorker, body: Uint8Array): void {
    if (message.kind === 'ready') return
    const work = state.running.get(message.statement)
    if (work === undefined) return
    if (message.kind === 'started') {
      if (message.columns === null) end(state, work)
      work.listener.onStarted(message)
    } else if (message.kind === 'page') {
      work.isBusy = false
      if (message.last) end(state, work)
      if (message.last || work.reason === null) work.listener.onPage(message, body)
    } else {
      end(state, work)
      work.listener.onFailed(work.reason ?? message)
    }
    advance(state)
  }

  function stateOf(user: string): UserState | null {
    const known = users.get(user)
    if (known !== undefined) return known
    if (users.size >= limits.workersMax) {
      const resting = [...users.values()].find(({ idle }) => idle !== null)
      if (resting === undefined) return null
      leave(resting)
    }
    const state: UserState = {
      ...{ user, worker: null, isReady: false, isWaiting: false, idle: null },
      queue: [],
      running: new Map(),
    }
    users.set(user, state)
    return state
  }

  function submit(
    user: string,
    request: PooledRequest,
    listener: StatementListener,
  ): PooledStatement {
    const state = isClosed ? null : stateOf(user)
    if (state === null || state.queue.length >= limits.queuedPerUserMax) {
      const reason = isClosed ? shuttingDown : queueFull
      setImmediate(() => listener.onFailed(reason))
      return nothing
    }
    const work: Work = {
      ...{ number: ++numbers, request, listener, state: 'queued', isBusy: false },
      ...{ reason: null, timers: [] },
    }
    state.queue.push(work)
    advance(state)
    return {
      next: () => {
        if (work.state !== 'running' || work.isBusy) return
        work.isBusy = true
        state.worker?.next(work.number)
      },
      cancel: () => {
        if (work.state === 'queued') {
          state.queue.splice(state.queue.indexOf(work), 1)
          end(state, work)
          advance(state)
        } else {
          stop(state, work, canceled)
        }
      },
    }
  }

  async function close(): Promise<void> {
    isClosed = true
    const workers = [...users.values()].flatMap(({ worker }) => worker ?? [])
    for (const state of users.values()) {
      if (state.idle !== null) clearTimeout(state.idle)
      for (const { number } of state.running.values()) state.worker?.cancel(number)
      fail(state, [...state.queue.splice(0), ...state.running.values()], shuttingDown)
      state.worker = null
    }
    users.clear()
    await Promise.all([...workers.map((worker) => worker.close()), ...leaving.values()])
  }

  return { submit, users: () => [...users.keys(), ...leaving.keys()], close }
}
