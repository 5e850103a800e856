// One statement of a client, from its POST to its last page. It runs when its first page is asked
// for, so that a POST sent twice runs once; an answer asked for twice is the same answer.
import { type ResultColumn, resultColumn } from '../protocol/type-signature.ts'
import { trinoErrors } from '../trino/trino-error.ts'
import { bigintType, booleanType } from '../trino/types.ts'
import type {
  KilledQuery,
  QueryEntry,
  SessionHeaders,
  StatementSession,
} from '../worker/messages.ts'
import {
  type ResponseParts,
  responseBytes,
  type StatementError,
  type StatementState,
} from './responses.ts'
import type { PooledStatement, WorkerPool } from './worker-pool.ts'

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
  /** The answer of a token; null where the token is not to be had any more, or not yet. */
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

interface Page {
  readonly rows: number
  readonly last: boolean
  readonly json: Uint8Array
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

/** Opens a statement; nothing runs yet. */
export function openStatement(options: StatementOptions): ClientStatement {
  const { id, slug, user, session, pool, nowMs, waitMs, onKill } = options
  const createdMs = nowMs()
  const textStart = options.text.slice(0, keptCharacters)
  let text: string | null = options.text
  let heldBytes = options.text.length
  let touchedMs = createdMs
  let startedMs: number | null = null
  let endedMs: number | null = null
  let state: StatementState = 'QUEUED'
  let work: PooledStatement | null = null
  let columns: readonly ResultColumn[] | null = null
  let updateType: string | null = null
  let updateCount: number | null = null
  let headers: SessionHeaders = []
  let failure: StatementError | null = null
  let page: Page | null = null
  let isStarted = false
  let rowCount = 0
  let last: LastAnswer | null = null
  let wake = (): void => undefined

  const become = (next: 'FINISHED' | 'FAILED'): void => {
    state = next
    endedMs ??= nowMs()
  }

  const begin = (): void => {
    if (text === null || state !== 'QUEUED') return
    state = 'RUNNING'
    startedMs = nowMs()
    const isAsking = [text, ...Object.values(session.prepared)].some((one) =>
      asksForQueries.test(one),
    )
    const queries = isAsking ? options.queries : () => []
    const request = { text, session, queries }
    text = null
    heldBytes = 0
    work = pool.submit(user, request, {
      onStarted: (message) => {
        isStarted = true
        columns = message.columns
        updateType = message.updateType
        updateCount = message.updateCount
        headers = message.headers
        if (columns === null && failure === null) become('FINISHED')
        if (message.kill !== undefined) onKill(message.kill)
        wake()
      },
      onPage: ({ rows, last: isLast }, json) => {
        if (failure === null) page = { rows, last: isLast, json }
        wake()
      },
      onFailed: (error) => {
        failure ??= error
        become('FAILED')
        page = null
        wake()
      },
    })
  }

  const isReady = (): boolean =>
    failure !== null || page !== null || (isStarted && columns === null)

  /** Waits until there is something to tell, or for a while. */
  async function settle(): Promise<void> {
    const deadline = nowMs() + waitMs
    while (!isReady()) {
      const left = deadline - nowMs()
      if (left <= 0) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  function parts(baseUri: string, nextToken: number | null): ResponseParts {
    const step = state === 'QUEUED' ? 'queued' : 'executing'
    return {
      id,
      state,
      infoUri: `${baseUri}/ui/query.html?${id}`,
      nextUri:
        nextToken === null ? null : `${baseUri}/v1/statement/${step}/${id}/${slug}/${nextToken}`,
      ...{ columns: null, rows: null, updateType: null, updateCount: null, error: null },
      queuedMs: (startedMs ?? nowMs()) - createdMs,
      elapsedMs: (endedMs ?? nowMs()) - createdMs,
      rowCount,
    }
  }

  function finalAnswer(parts: ResponseParts, sent: SessionHeaders): Answer {
    const body = responseBytes(parts)
    heldBytes = body.byteLength
    options.onDelivered()
    return { body, headers: sent }
  }

  async function makeAnswer(token: number, baseUri: string): Promise<Answer> {
    begin()
    await settle()
    if (failure !== null) return finalAnswer({ ...parts(baseUri, null), error: failure }, [])
    const current = page
    if (current !== null) {
      page = null
      rowCount += current.rows
      const rows = current.rows === 0 ? null : current.json
      if (current.last) {
        become('FINISHED')
        return finalAnswer({ ...parts(baseUri, null), columns, rows }, headers)
      }
      work?.next()
      return { body: responseBytes({ ...parts(baseUri, token + 1), columns, rows }), headers }
    }
    if (isStarted && columns === null) {
      // As Trino does: JDBC takes no statement that has no columns.
      const [what, rows] =
        updateCount === null ? [doneColumn, '[[true]]'] : [countColumn, `[[${updateCount}]]`]
      const shown = { columns: [what], rows: Buffer.from(rows) }
      return finalAnswer({ ...parts(baseUri, null), ...shown, updateType, updateCount }, headers)
    }
    return { body: responseBytes({ ...parts(baseUri, token + 1), columns }), headers: [] }
  }

  return {
    ...{ id, slug, user },
    get state() {
      return state
    },
    get touchedMs() {
      // Who waits for an answer is not silent.
      return last?.isMade === false ? nowMs() : touchedMs
    },
    get heldBytes() {
      return heldBytes
    },
    entry: () => ({
      ...{ id, state, source: session.source, text: textStart },
      createdAt: timeText(createdMs),
      startedAt: startedMs === null ? null : timeText(startedMs),
      endedAt: endedMs === null ? null : timeText(endedMs),
      error:
        failure === null
          ? null
          : { name: failure.errorName, type: trinoErrors[failure.errorName].type },
    }),
    touch: () => {
      touchedMs = nowMs()
    },
    first: (baseUri) => ({ body: responseBytes(parts(baseUri, 1)), headers: [] }),
    answer: (token, baseUri) => {
      touchedMs = nowMs()
      if (last !== null && token === last.token) return last.answer
      // The next one is to be had when the one before it was made.
      if (token !== (last?.token ?? 0) + 1 || last?.isMade === false) return null
      const made: LastAnswer = { token, answer: makeAnswer(token, baseUri), isMade: false }
      last = made
      made.answer.then(
        () => {
          made.isMade = true
          touchedMs = nowMs()
        },
        () => undefined,
      )
      return made.answer
    },
    fail: (error) => {
      if (state === 'FINISHED' || state === 'FAILED') return
      failure = error
      become('FAILED')
      page = null
      text = null
      work?.cancel()
      wake()
    },
  }
}

const timeText = (ms: number): string =>
  `${new Date(ms).toISOString().replace('T', ' ').replace('Z', '')} UTC`
