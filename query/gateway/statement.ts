// One statement of a client, from its POST to its last page. It runs when its first page is asked
// for, so that a POST sent twice runs once; an answer asked for twice is the same answer.
import type { ResultColumn } from '../protocol/type-signature.ts'
import type { SessionHeaders, StatementSession } from '../worker/messages.ts'
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
  readonly text: string
  readonly state: StatementState
  readonly createdMs: number
  /** When the client last asked. */
  readonly touchedMs: number
  readonly rowCount: number
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
}

interface Page {
  readonly rows: number
  readonly last: boolean
  readonly json: Uint8Array
}

/** Opens a statement; nothing runs yet. */
export function openStatement(options: StatementOptions): ClientStatement {
  const { id, slug, user, text, session, pool, nowMs, waitMs } = options
  const createdMs = nowMs()
  let touchedMs = createdMs
  let startedMs = createdMs
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
  let last: { token: number; answer: Promise<Answer> } | null = null
  let wake = (): void => undefined

  const changed = (): void => wake()

  const begin = (): void => {
    if (work !== null || state !== 'QUEUED') return
    state = 'RUNNING'
    startedMs = nowMs()
    work = pool.submit(user, text, session, {
      onStarted: (message) => {
        isStarted = true
        columns = message.columns
        updateType = message.updateType
        updateCount = message.updateCount
        headers = message.headers
        if (columns === null && failure === null) state = 'FINISHED'
        changed()
      },
      onPage: ({ rows, last: isLast }, json) => {
        page = { rows, last: isLast, json }
        changed()
      },
      onFailed: (error) => {
        failure ??= error
        state = 'FAILED'
        page = null
        changed()
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
      queuedMs: startedMs - createdMs,
      elapsedMs: nowMs() - createdMs,
      rowCount,
    }
  }

  async function makeAnswer(token: number, baseUri: string): Promise<Answer> {
    begin()
    await settle()
    if (failure !== null) {
      return { body: responseBytes({ ...parts(baseUri, null), error: failure }), headers: [] }
    }
    const current = page
    if (current !== null) {
      page = null
      rowCount += current.rows
      if (current.last) state = 'FINISHED'
      else work?.next()
      const next = current.last ? null : token + 1
      const rows = current.rows === 0 ? null : current.json
      return { body: responseBytes({ ...parts(baseUri, next), columns, rows }), headers }
    }
    if (isStarted && columns === null) {
      return { body: responseBytes({ ...parts(baseUri, null), updateType, updateCount }), headers }
    }
    return { body: responseBytes({ ...parts(baseUri, token + 1), columns }), headers: [] }
  }

  return {
    ...{ id, slug, user, text, createdMs },
    get state() {
      return state
    },
    get touchedMs() {
      return touchedMs
    },
    get rowCount() {
      return rowCount
    },
    first: (baseUri) => ({ body: responseBytes(parts(baseUri, 1)), headers: [] }),
    answer: (token, baseUri) => {
      touchedMs = nowMs()
      if (last !== null && token === last.token) return last.answer
      const expected = (last?.token ?? 0) + 1
      if (token !== expected) return null
      last = { token, answer: makeAnswer(token, baseUri) }
      return last.answer
    },
    fail: (error) => {
      if (state === 'FINISHED' || state === 'FAILED') return
      failure = error
      state = 'FAILED'
      page = null
      work?.cancel()
      changed()
    },
  }
}
