// The statements of one user and the process that runs them: at most one at a time, started when
// there is something to run, replaced when it is gone. Statements beyond what it runs wait in line.
import assert from 'node:assert'
import type { FromWorker, PageFacts } from '../worker/messages.ts'
import { runTimeMs } from '../worker/session-properties.ts'
import { exitReason, poolErrors, timeOver } from './pool-errors.ts'
import {
  type PooledRequest,
  type PooledStatement,
  PooledWork,
  type StatementListener,
} from './pooled-statement.ts'
import type { StatementError } from './responses.ts'
import type { UserWorker, WorkerEvents } from './user-worker.ts'

export interface UserLimits {
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
}

export interface UserQueueOptions {
  readonly limits: UserLimits
  /** Starts the user's process; may throw. */
  readonly start: (events: WorkerEvents) => UserWorker
  /** The end of the user's process before, which has the same file open; null where there is none. */
  readonly ending: () => Promise<void> | null
  /** The process found files to be what was published. */
  readonly onVerified: (files: readonly string[]) => void
  /** The user has been silent for long. */
  readonly onIdle: () => void
}

// none      no process; the next statement starts one
// waiting   for the end of the process before, which was let go of
// starting  the process has not said yet that it is there
// ready     it takes statements
// killed    it did not obey, or did not come up in time; its end takes a while
// left      the user was silent or the pool closes: no statement comes here again
type ProcessState = 'none' | 'waiting' | 'starting' | 'ready' | 'killed' | 'left'

const nextStates: Readonly<Record<ProcessState, readonly ProcessState[]>> = {
  none: ['waiting', 'starting', 'left'],
  waiting: ['none', 'left'],
  starting: ['ready', 'killed', 'none', 'left'],
  ready: ['killed', 'none', 'left'],
  killed: ['none', 'left'],
  left: [],
}

function advance(from: ProcessState, to: ProcessState): ProcessState {
  assert(nextStates[from].includes(to), `a user's process cannot go from ${from} to ${to}`)
  return to
}

export class UserQueue {
  readonly #options: UserQueueOptions
  readonly #limits: UserLimits
  readonly #queue: PooledWork[] = []
  readonly #running = new Map<number, PooledWork>()
  #state: ProcessState = 'none'
  #process: UserWorker | null = null
  #starting: NodeJS.Timeout | null = null
  #idle: NodeJS.Timeout | null = null
  #count = 0

  constructor(options: UserQueueOptions) {
    this.#options = options
    this.#limits = options.limits
  }

  /** Nothing runs and nothing waits: it can be let go of. */
  get isResting(): boolean {
    return this.#idle !== null
  }

  get isFull(): boolean {
    return this.#queue.length >= this.#limits.queuedPerUserMax
  }

  /** Tells the process, where there is one, of files that need not be digested. */
  verified(files: readonly string[]): void {
    this.#process?.verified(files)
  }

  /** Takes a statement; its listener is told nothing before this returned. */
  submit(request: PooledRequest, listener: StatementListener): PooledStatement {
    const work = new PooledWork(++this.#count, request, listener)
    this.#queue.push(work)
    this.#proceed()
    return { next: () => this.#next(work), cancel: () => this.#cancel(work) }
  }

  /** Fails what there is, lets the process go; the promise is its end, null where there is none. */
  leave(reason: StatementError): Promise<void> | null {
    this.#state = advance(this.#state, 'left')
    this.#clearTimers()
    const process = this.#process
    this.#process = null
    for (const number of this.#running.keys()) process?.cancel(number)
    this.#fail([...this.#queue.splice(0), ...this.#running.values()], reason)
    return process?.close() ?? null
  }

  #clearTimers(): void {
    if (this.#idle !== null) clearTimeout(this.#idle)
    if (this.#starting !== null) clearTimeout(this.#starting)
    this.#idle = null
    this.#starting = null
  }

  #fail(works: readonly PooledWork[], reason: StatementError): void {
    for (const work of works) {
      this.#running.delete(work.number)
      work.fail(reason)
    }
  }

  /** Does what can be done next: rests, starts a process, runs what waits. */
  #proceed(): void {
    if (this.#state === 'left') return
    if (this.#idle !== null) clearTimeout(this.#idle)
    this.#idle = null
    if (this.#queue.length === 0 && this.#running.size === 0) {
      this.#idle = setTimeout(this.#options.onIdle, this.#limits.idleMsMax)
      this.#idle.unref()
      return
    }
    if (this.#state === 'none' && this.#queue.length > 0) this.#start()
    if (this.#state !== 'ready') return
    let busy = 0
    for (const work of this.#running.values()) if (work.isBusy) busy++
    const { runningPerUserMax, openPerUserMax } = this.#limits
    while (busy < runningPerUserMax && this.#running.size < openPerUserMax) {
      const work = this.#queue.shift()
      if (work === undefined) return
      this.#run(work)
      busy++
    }
  }

  #start(): void {
    const before = this.#options.ending()
    if (before !== null) {
      this.#state = advance(this.#state, 'waiting')
      void before.then(() => {
        if (this.#state !== 'waiting') return
        this.#state = advance(this.#state, 'none')
        this.#proceed()
      })
      return
    }
    this.#state = advance(this.#state, 'starting')
    try {
      const process = this.#options.start({
        onMessage: (message, body) => {
          if (this.#process === process) this.#receive(message, body)
        },
        onExit: (signal) => {
          if (this.#process === process) this.#exited(signal)
        },
      })
      this.#process = process
      this.#starting = setTimeout(() => {
        this.#kill(this.#queue.splice(0), poolErrors.notStarted)
      }, this.#limits.startMsMax)
      process.ready.then(
        () => {
          if (this.#process === process) this.#ready()
        },
        () => undefined,
      )
    } catch {
      setImmediate(() => this.#exited(null))
    }
  }

  #ready(): void {
    if (this.#state !== 'starting') return
    this.#state = advance(this.#state, 'ready')
    this.#clearTimers()
    this.#proceed()
  }

  /** Nobody waits for the process to be gone, which takes a while where it holds much memory. */
  #kill(works: readonly PooledWork[], reason: StatementError): void {
    this.#state = advance(this.#state, 'killed')
    this.#process?.kill()
    this.#fail(works, reason)
  }

  #exited(signal: NodeJS.Signals | null): void {
    const before = this.#state
    if (before === 'left') return
    this.#state = advance(before, 'none')
    this.#process = null
    this.#clearTimers()
    // One that could not even start is not tried again for those in line: it would fail alike.
    if (before === 'starting') this.#fail(this.#queue.splice(0), poolErrors.notStarted)
    this.#fail([...this.#running.values()], exitReason(signal))
    this.#proceed()
  }

  #run(work: PooledWork): void {
    const { text, session, queries } = work.request
    const timeMs = Math.min(this.#limits.runTimeMsMax, runTimeMs(session.properties) ?? Infinity)
    work.run(timeMs, () => this.#stop(work, timeOver(timeMs)))
    this.#running.set(work.number, work)
    const statement = { text, session, queries: queries() }
    this.#process?.execute({ kind: 'execute', statement: work.number, ...statement })
  }

  #next(work: PooledWork): void {
    if (work.state !== 'running' || work.isBusy) return
    work.isBusy = true
    this.#process?.next(work.number)
  }

  #cancel(work: PooledWork): void {
    if (work.state !== 'queued') {
      this.#stop(work, poolErrors.canceled)
      return
    }
    const index = this.#queue.indexOf(work)
    // It is out of the line where those in it are being told that there is no process.
    if (index < 0) return
    this.#queue.splice(index, 1)
    work.end()
    this.#proceed()
  }

  #stop(work: PooledWork, reason: StatementError): void {
    work.stop(reason, {
      interrupt: () => this.#process?.cancel(work.number),
      everyMs: this.#limits.interruptEveryMs,
      kill: () => this.#kill([...this.#running.values()], poolErrors.replaced),
      resistMs: this.#limits.resistMsMax,
    })
  }

  #receive(message: FromWorker, body: Uint8Array): void {
    if (message.kind === 'ready') return
    if (message.kind === 'verified') {
      this.#options.onVerified(message.files)
      return
    }
    const work = this.#running.get(message.statement)
    if (work === undefined) return
    if (message.kind === 'started') {
      if (message.page === null) this.#end(work)
      work.listener.onStarted(message)
      if (message.page !== null) this.#receivePage(work, message.page, body)
    } else if (message.kind === 'page') {
      this.#receivePage(work, message, body)
    } else {
      this.#fail([work], message)
    }
    this.#proceed()
  }

  #receivePage(work: PooledWork, page: PageFacts, json: Uint8Array): void {
    work.isBusy = false
    const isStopping = work.state === 'stopping'
    if (page.last) this.#end(work)
    if (page.last || !isStopping) work.listener.onPage(page, json)
  }

  #end(work: PooledWork): void {
    this.#running.delete(work.number)
    work.end()
  }
}
