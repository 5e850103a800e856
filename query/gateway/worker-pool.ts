// The workers of all users: one process each, started when its user asks something, ended when the
// user has been silent, killed when a statement does not stop. Statements beyond what a worker runs
// at once wait in line.
import type { FromWorker, StatementSession, WorkerOptions } from '../worker/messages.ts'
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
  readonly runningPerUserMax: number
  readonly queuedPerUserMax: number
  readonly runTimeMsMax: number
  /** How long after its end of time a statement may resist before its process is killed. */
  readonly resistMsMax: number
  readonly interruptEveryMs: number
  readonly idleMsMax: number
  readonly workersMax: number
}

export interface WorkerPool {
  /** Runs a statement of a user; the listener is told, at least once. */
  submit(
    user: string,
    text: string,
    session: StatementSession,
    listener: StatementListener,
  ): PooledStatement
  close(): Promise<void>
}

interface Work {
  readonly number: number
  readonly text: string
  readonly session: StatementSession
  readonly listener: StatementListener
  state: 'queued' | 'running' | 'ended'
  hasPages: boolean
  timers: NodeJS.Timeout[]
}

interface UserState {
  worker: UserWorker | null
  isReady: boolean
  /** Why the gateway killed the process, where it did. */
  killReason: StatementError | null
  readonly queue: Work[]
  readonly running: Map<number, Work>
  idle: NodeJS.Timeout | null
}

const error = (errorName: StatementError['errorName'], message: string): StatementError => ({
  errorName,
  message,
  place: null,
})

/** A pool that makes the options of a user's worker by `optionsOf`. */
export function openWorkerPool(
  optionsOf: (user: string) => WorkerOptions,
  spawnOptions: SpawnOptions,
  limits: PoolLimits,
): WorkerPool {
  const users = new Map<string, UserState>()
  let numbers = 0

  function end(state: UserState, work: Work): void {
    if (work.state === 'ended') return
    work.state = 'ended'
    for (const timer of work.timers) clearInterval(timer)
    state.running.delete(work.number)
  }

  function failAll(state: UserState, reason: StatementError): void {
    for (const work of [...state.running.values()]) {
      end(state, work)
      work.listener.onFailed(reason)
    }
  }

  function startWorker(user: string, state: UserState): void {
    state.killReason = null
    state.isReady = false
    const worker = startUserWorker(optionsOf(user), spawnOptions, {
      onMessage: (message, body) => receive(user, state, message, body),
      onExit: (signal) => {
        if (state.worker !== worker) return
        state.worker = null
        state.isReady = false
        const memory = 'Query exceeded per-user memory limit: its process ended'
        const byItself = signal === null ? 'the process of the query ended' : memory
        const name = signal === null ? 'GENERIC_INTERNAL_ERROR' : 'EXCEEDED_LOCAL_MEMORY_LIMIT'
        failAll(state, state.killReason ?? error(name, byItself))
        state.killReason = null
        advance(user, state)
      },
    })
    state.worker = worker
    worker.ready.then(
      () => {
        if (state.worker !== worker) return
        state.isReady = true
        advance(user, state)
      },
      () => {
        // It could not even start: what waits for it is told, for the next would fail alike.
        for (const work of state.queue.splice(0)) {
          end(state, work)
          work.listener.onFailed(error('GENERIC_INTERNAL_ERROR', 'no process could be started'))
        }
      },
    )
  }

  function watch(state: UserState, work: Work): void {
    const { runTimeMsMax, resistMsMax, interruptEveryMs } = limits
    const reason = error(
      'EXCEEDED_TIME_LIMIT',
      `Query exceeded the maximum run time limit of ${(runTimeMsMax / 1_000).toFixed(2)}s`,
    )
    const stop = (): void => {
      // Told at once; the process is watched until it obeys.
      state.worker?.cancel(work.number)
      work.listener.onFailed(reason)
      work.timers.push(setInterval(() => state.worker?.cancel(work.number), interruptEveryMs))
      work.timers.push(
        setTimeout(() => {
          state.killReason = error(
            'GENERIC_INTERNAL_ERROR',
            'the process of the query was replaced because another query did not stop',
          )
          state.worker?.kill()
        }, resistMsMax),
      )
    }
    work.timers.push(setTimeout(stop, runTimeMsMax))
  }

  function advance(user: string, state: UserState): void {
    if (state.idle !== null) clearTimeout(state.idle)
    state.idle = null
    if (state.queue.length === 0 && state.running.size === 0) {
      state.idle = setTimeout(() => {
        const { worker } = state
        state.worker = null
        users.delete(user)
        void worker?.close()
      }, limits.idleMsMax)
      state.idle.unref()
      return
    }
    if (state.worker === null && state.queue.length > 0) startWorker(user, state)
    while (state.isReady && state.running.size < limits.runningPerUserMax) {
      const work = state.queue.shift()
      if (work === undefined) return
      work.state = 'running'
      state.running.set(work.number, work)
      watch(state, work)
      state.worker?.execute(work.number, work.text, work.session)
    }
  }

  function receive(user: string, state: UserState, message: FromWorker, body: Uint8Array): void {
    if (message.kind === 'ready') return
    const work = state.running.get(message.statement)
    if (work === undefined) return
    if (message.kind === 'started') {
      work.hasPages = message.columns !== null
      if (!work.hasPages) end(state, work)
      work.listener.onStarted(message)
    } else if (message.kind === 'page') {
      if (message.last) end(state, work)
      work.listener.onPage(message, body)
    } else {
      end(state, work)
      work.listener.onFailed(message)
    }
    advance(user, state)
  }

  function stateOf(user: string): UserState | null {
    const known = users.get(user)
    if (known !== undefined) return known
    if (users.size >= limits.workersMax) return null
    const state: UserState = {
      ...{ worker: null, isReady: false, killReason: null, idle: null },
      queue: [],
      running: new Map(),
    }
    users.set(user, state)
    return state
  }

  return {
    submit: (user, text, session, listener) => {
      const work: Work = {
        ...{ number: ++numbers, text, session, listener, state: 'queued', hasPages: false },
        timers: [],
      }
      const state = stateOf(user)
      if (state === null || state.queue.length >= limits.queuedPerUserMax) {
        const message = 'Too many queued queries: try again later'
        setImmediate(() => listener.onFailed(error('QUERY_QUEUE_FULL', message)))
        return { next: () => undefined, cancel: () => undefined }
      }
      state.queue.push(work)
      advance(user, state)
      return {
        next: () => state.worker?.next(work.number),
        cancel: () => {
          if (work.state === 'queued') {
            state.queue.splice(state.queue.indexOf(work), 1)
            end(state, work)
          } else if (work.state === 'running') {
            state.worker?.cancel(work.number)
            // A result that is being read ends here; one under way is watched until it is over.
            if (work.hasPages) end(state, work)
          }
          advance(user, state)
        },
      }
    },
    close: async () => {
      const workers = [...users.values()].flatMap(({ worker }) => worker ?? [])
      for (const state of users.values()) {
        if (state.idle !== null) clearTimeout(state.idle)
        failAll(state, error('SERVER_SHUTTING_DOWN', 'Server is shutting down'))
        state.worker = null
      }
      users.clear()
      await Promise.all(workers.map((worker) => worker.close()))
    },
  }
}
