// One statement in the pool, from the line it waits in to its end, and what whoever asked for it is
// told. It owns its timers: none is left when it ended, however it did.
import assert from 'node:assert'
import type { FromWorker, PageFacts, QueryEntry, StatementSession } from '../worker/messages.ts'
import type { StatementError } from './responses.ts'

/** What becomes of a statement, told to whoever asked for it. */
export interface StatementListener {
  onStarted(message: Omit<Extract<FromWorker, { readonly kind: 'started' }>, 'page'>): void
  onPage(page: PageFacts, json: Uint8Array): void
  onFailed(error: StatementError): void
}

export interface PooledStatement {
  /** Asks for the next page. */
  next(): void
  /** Ends the statement, whatever its state. */
  cancel(): void
}

export interface PooledRequest {
  readonly text: string
  readonly session: StatementSession
  /** The user's statements when its turn comes, where it may ask for them. */
  readonly queries: () => readonly QueryEntry[]
}

/** How a statement is made to stop, and what is done where it does not. */
export interface StopMeans {
  readonly interrupt: () => void
  readonly everyMs: number
  readonly kill: () => void
  readonly resistMs: number
}

// queued    waits for its turn
// running   the process has it: the engine works on it, or its result waits to be read
// stopping  the gateway ends it: the process is interrupted until it obeys
// ended     its listener was told how, or whoever asked took it out of the line
type WorkState = 'queued' | 'running' | 'stopping' | 'ended'

const nextStates: Readonly<Record<WorkState, readonly WorkState[]>> = {
  queued: ['running', 'ended'],
  running: ['stopping', 'ended'],
  stopping: ['ended'],
  ended: [],
}

function advance(from: WorkState, to: WorkState): WorkState {
  assert(nextStates[from].includes(to), `a statement in the pool cannot go from ${from} to ${to}`)
  return to
}

export class PooledWork {
  readonly number: number
  readonly listener: StatementListener
  /** The engine works on it; else its result waits to be read. */
  isBusy = false
  #state: WorkState = 'queued'
  #request: PooledRequest | null
  #reason: StatementError | null = null
  #timers: NodeJS.Timeout[] = []

  constructor(number: number, request: PooledRequest, listener: StatementListener) {
    this.number = number
    this.listener = listener
    this.#request = request
  }

  get state(): WorkState {
    return this.#state
  }

  /** What was asked; it is let go of when the statement runs. */
  get request(): PooledRequest {
    assert(this.#request !== null, 'a statement that waits has its text')
    return this.#request
  }

  /** Its turn has come, for so long. */
  run(timeMs: number, onTimeOver: () => void): void {
    this.#state = advance(this.#state, 'running')
    this.#request = null
    this.isBusy = true
    this.#timers = [setTimeout(onTimeOver, timeMs)]
  }

  /** Interrupts until the process obeys, and kills it where it does not. */
  stop(reason: StatementError, { interrupt, everyMs, kill, resistMs }: StopMeans): void {
    if (this.#state !== 'running') return
    this.#state = advance(this.#state, 'stopping')
    this.#reason = reason
    this.#clearTimers()
    this.#timers = [setInterval(interrupt, everyMs), setTimeout(kill, resistMs)]
    interrupt()
  }

  /** Nothing more becomes of it. */
  end(): void {
    this.#state = advance(this.#state, 'ended')
    this.#request = null
    this.#clearTimers()
  }

  /** Ends it and tells why: where the gateway stopped it, the reason for that. */
  fail(reason: StatementError): void {
    this.end()
    this.listener.onFailed(this.#reason ?? reason)
  }

  #clearTimers(): void {
    // Of either kind: an interval and a timeout are cleared alike.
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers = []
  }
}
