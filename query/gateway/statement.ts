// One statement of a client, from its POST to its last page. It runs when its first page is asked
// for, so that a POST sent twice runs once; an answer asked for twice is the same answer.
import { resultColumn } from '../protocol/type-signature.ts'
import { trinoErrors } from '../trino/trino-error.ts'
import { bigintType, booleanType } from '../trino/types.ts'
import type {
  KilledQuery,
  QueryEntry,
  SessionHeaders,
  StatementSession,
} from '../worker/messages.ts'
import type { PooledStatement } from './pooled-statement.ts'
import { type ResponseParts, responseBytes, type StatementError } from './responses.ts'
import { type Page, StatementResult } from './statement-result.ts'
import { advanceStatement, isOver, type StatementState } from './statement-state.ts'
import type { WorkerPool } from './worker-pool.ts'

export interface Answer {
  readonly body: Buffer
  readonly headers: SessionHeaders
}

export interface ClientStatement {
  readonly id: string
  readonly slug: string
  readonly user: string
  readonly state: StatementState
  /** When the client last asked. */
  readonly touchedMs: number
  /** Bytes that it holds: its text until it runs, then its last answer. */
  readonly heldBytes: number
  entry(): QueryEntry
  /** The client is still there. */
  touch(): void
  /** The answer to the POST. */
  first(baseUri: string): Answer
  /** The answer of a token; null where there is none: not any more, not yet, or beyond the last. */
  answer(token: number, baseUri: string): Promise<Answer> | null
  /** Ends it with an error that the client is told if it asks again. */
  fail(error: StatementError): void
}

export interface StatementOptions {
  readonly id: string
  readonly slug: string
  readonly user: string
  readonly text: string
  readonly session: StatementSession
  readonly pool: WorkerPool
  readonly nowMs: () => number
  /** How long an answer waits for something to tell. */
  readonly waitMs: number
  /** The statements of the user. */
  readonly queries: () => readonly QueryEntry[]
  /** Its last answer was made: only asking for it again is left. */
  readonly onDelivered: () => void
  /** Ends another statement of the user. */
  readonly onKill: (query: KilledQuery) => void
}

interface LastAnswer {
  readonly token: number
  readonly answer: Promise<Answer>
  isMade: boolean
}

/** Characters of the text that stay when the statement runs. */
const keptCharacters = 1_000
const countColumn = resultColumn('rows', bigintType, true)
const doneColumn = resultColumn('result', booleanType, true)
const asksForQueries = /\bruntime\b/i

class Statement implements ClientStatement {
  readonly id: string
  readonly slug: string
  readonly user: string
  readonly #options: StatementOptions
  readonly #result = new StatementResult()
  readonly #createdMs: number
  readonly #textStart: string
  #text: string | null
  #heldBytes: number
  #touchedMs: number
  #startedMs: number | null = null
  #endedMs: number | null = null
  #state: StatementState = 'QUEUED'
  #work: PooledStatement | null = null
  #rowCount = 0
  #last: LastAnswer | null = null
  #isDelivered = false

  constructor(options: StatementOptions) {
    this.id = options.id
    this.slug = options.slug
    this.user = options.user
    this.#options = options
    this.#createdMs = options.nowMs()
    this.#touchedMs = this.#createdMs
    this.#text = options.text
    this.#textStart = options.text.slice(0, keptCharacters)
    this.#heldBytes = options.text.length
  }

  get state(): StatementState {
    return this.#state
  }

  get touchedMs(): number {
    // Who waits for an answer is not silent.
    return this.#last?.isMade === false ? this.#options.nowMs() : this.#touchedMs
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  entry(): QueryEntry {
    const failure = this.#result.failure
    const error =
      failure === null
        ? null
        : { name: failure.errorName, type: trinoErrors[failure.errorName].type }
    return {
      ...{ id: this.id, state: this.#state, text: this.#textStart, error },
      source: this.#options.session.source,
      createdAt: timeText(this.#createdMs),
      startedAt: this.#startedMs === null ? null : timeText(this.#startedMs),
      endedAt: this.#endedMs === null ? null : timeText(this.#endedMs),
    }
  }

  touch(): void {
    this.#touchedMs = this.#options.nowMs()
  }

  first(baseUri: string): Answer {
    return { body: responseBytes(this.#parts(baseUri, 1)), headers: [] }
  }

  answer(token: number, baseUri: string): Promise<Answer> | null {
    this.touch()
    const last = this.#last
    if (last !== null && token === last.token) return last.answer
    // The next one is to be had when the one before it was made, and was not the last.
    if (token !== (last?.token ?? 0) + 1 || last?.isMade === false) return null
    if (this.#isDelivered) return null
    const made: LastAnswer = { token, answer: this.#makeAnswer(token, baseUri), isMade: false }
    this.#last = made
    const settled = (): void => {
      made.isMade = true
      this.touch()
    }
    made.answer.then(settled, settled)
    return made.answer
  }

  fail(error: StatementError): void {
    if (isOver(this.#state)) return
    this.#fail(error)
    this.#work?.cancel()
  }

  #become(next: StatementState): void {
    this.#state = advanceStatement(this.#state, next)
    if (isOver(next)) this.#endedMs = this.#options.nowMs()
  }

  #fail(error: StatementError): void {
    this.#become('FAILED')
    this.#dropText()
    this.#result.fail(error)
  }

  #dropText(): void {
    this.#text = null
    this.#heldBytes = 0
  }

  /** Runs it, if it has not run. */
  #begin(): void {
    const text = this.#text
    if (text === null || this.#state !== 'QUEUED') return
    const { session, pool, user, onKill, nowMs } = this.#options
    this.#become('RUNNING')
    this.#startedMs = nowMs()
    this.#dropText()
    const texts = [text, ...Object.values(session.prepared)]
    const isAsking = texts.some((one) => asksForQueries.test(one))
    const queries = isAsking ? this.#options.queries : () => []
    this.#work = pool.submit(
      user,
      { text, session, queries },
      {
        onStarted: (message) => {
          if (message.columns === null && !isOver(this.#state)) this.#become('FINISHED')
          this.#result.start(message)
          if (message.kill !== undefined) onKill(message.kill)
        },
        onPage: ({ rows, last }, json) => this.#result.add({ rows, last, json }),
        onFailed: (error) => {
          // Its client or the gateway ended it, and was told so.
          if (!isOver(this.#state)) this.#fail(error)
        },
      },
    )
  }

  #parts(baseUri: string, nextToken: number | null): ResponseParts {
    const step = this.#state === 'QUEUED' ? 'queued' : 'executing'
    const path = `${baseUri}/v1/statement/${step}/${this.id}/${this.slug}`
    const nowMs = this.#options.nowMs()
    return {
      id: this.id,
      state: this.#state,
      infoUri: `${baseUri}/ui/query.html?${this.id}`,
      nextUri: nextToken === null ? null : `${path}/${nextToken}`,
      ...{ columns: null, rows: null, updateType: null, updateCount: null, error: null },
      queuedMs: (this.#startedMs ?? nowMs) - this.#createdMs,
      elapsedMs: (this.#endedMs ?? nowMs) - this.#createdMs,
      rowCount: this.#rowCount,
    }
  }

  async #makeAnswer(token: number, baseUri: string): Promise<Answer> {
    this.#begin()
    const result = this.#result
    await result.settle(this.#options.waitMs, this.#options.nowMs)
    const { failure, columns } = result
    if (failure !== null) {
      return this.#finalAnswer({ ...this.#parts(baseUri, null), error: failure }, [])
    }
    const page = result.take()
    if (page !== null) return this.#pageAnswer(page, token, baseUri)
    if (result.isCommand) return this.#commandAnswer(baseUri)
    const body = responseBytes({ ...this.#parts(baseUri, token + 1), columns })
    return { body, headers: [] }
  }

  #pageAnswer(page: Page, token: number, baseUri: string): Answer {
    const { columns, headers } = this.#result
    this.#rowCount += page.rows
    const shown = { columns, rows: page.rows === 0 ? null : page.json }
    if (page.last) {
      this.#become('FINISHED')
      return this.#finalAnswer({ ...this.#parts(baseUri, null), ...shown }, headers)
    }
    this.#work?.next()
    return { body: responseBytes({ ...this.#parts(baseUri, token + 1), ...shown }), headers }
  }

  #commandAnswer(baseUri: string): Answer {
    const { update, headers } = this.#result
    // As Trino does: JDBC takes no statement that has no columns.
    const [what, rows] =
      update.updateCount === null
        ? [doneColumn, '[[true]]']
        : [countColumn, `[[${update.updateCount}]]`]
    const shown = { columns: [what], rows: Buffer.from(rows) }
    return this.#finalAnswer({ ...this.#parts(baseUri, null), ...shown, ...update }, headers)
  }

  #finalAnswer(parts: ResponseParts, headers: SessionHeaders): Answer {
    const body = responseBytes(parts)
    this.#heldBytes = body.byteLength
    this.#isDelivered = true
    this.#options.onDelivered()
    return { body, headers }
  }
}

/** Opens a statement; nothing runs yet. */
export function openStatement(options: StatementOptions): ClientStatement {
  return new Statement(options)
}

const timeText = (ms: number): string =>
  `${new Date(ms).toISOString().replace('T', ' ').replace('Z', '')} UTC`
