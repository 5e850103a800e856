// All statements of the gateway: bounded in number and bytes, forgotten some time after their end,
// and ended when their client has not asked for so long that it is gone.
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { TrinoError } from '../trino/trino-error.ts'
import type { StatementSession } from '../worker/messages.ts'
import { type ClientStatement, openStatement } from './statement.ts'
import type { WorkerPool } from './worker-pool.ts'

export interface RegistryLimits {
  /** Statements that are not over, and bytes of their texts. */
  readonly statementsMax: number
  readonly textBytesMax: number
  /** Statements that are over, and bytes of their last answers: the oldest are forgotten first. */
  readonly deliveredMax: number
  readonly deliveredBytesMax: number
  /** A client that has not asked for so long is gone. */
  readonly silenceMsMax: number
  /** How long the last answer of a statement can be asked for again. */
  readonly keptMs: number
  readonly waitMs: number
}

export interface StatementRegistry {
  /** Takes a statement. Throws QUERY_QUEUE_FULL where there are too many. */
  add(user: string, text: string, session: StatementSession): ClientStatement
  /** The statement of an id and its slug; null where there is none. */
  find(id: string, slug: string): ClientStatement | null
  /** Ends all statements. */
  close(): void
}

/** `20261122_180000_00001_abcde`, as Trino names queries. */
function queryId(now: Date, count: number, suffix: string): string {
  const [day = '', time = ''] = now.toISOString().split('T')
  const clock = time.slice(0, 8).replaceAll(':', '')
  return `${day.replaceAll('-', '')}_${clock}_${String(count % 100_000).padStart(5, '0')}_${suffix}`
}

const isEqual = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))

/** A registry that sweeps itself until it is closed. */
export function openRegistry(
  pool: WorkerPool,
  limits: RegistryLimits,
  now: () => Date,
): StatementRegistry {
  /** Those that are not over, and those whose last answer was made, oldest first. */
  const open = new Map<string, ClientStatement>()
  const delivered = new Map<string, ClientStatement>()
  const suffix = randomBytes(3).toString('hex').slice(0, 5)
  let deliveredBytes = 0
  let count = 0
  const nowMs = (): number => now().getTime()

  function forget(statement: ClientStatement): void {
    if (delivered.delete(statement.id)) deliveredBytes -= statement.heldBytes
  }

  function deliver(statement: ClientStatement): void {
    open.delete(statement.id)
    delivered.set(statement.id, statement)
    deliveredBytes += statement.heldBytes
    for (const oldest of delivered.values()) {
      const isTooMuch =
        delivered.size > limits.deliveredMax || deliveredBytes > limits.deliveredBytesMax
      if (!isTooMuch || oldest === statement) return
      forget(oldest)
    }
  }

  /** Forgets what is over, and ends what nobody asks for. */
  function sweep(): void {
    for (const statement of delivered.values()) {
      if (nowMs() - statement.touchedMs > limits.keptMs) forget(statement)
    }
    for (const statement of open.values()) {
      const silentMs = nowMs() - statement.touchedMs
      if (silentMs <= limits.silenceMsMax) continue
      const message = 'the client has not asked for the result any more'
      statement.fail({ errorName: 'ABANDONED_QUERY', message, place: null })
      if (silentMs > limits.silenceMsMax + limits.keptMs) open.delete(statement.id)
    }
  }

  function refuseTooMany(text: string): void {
    let bytes = text.length
    for (const statement of open.values()) bytes += statement.heldBytes
    if (open.size < limits.statementsMax && bytes <= limits.textBytesMax) return
    throw new TrinoError('QUERY_QUEUE_FULL', 'Too many queued queries: try again later')
  }

  const everyMs = Math.max(50, Math.min(5_000, limits.keptMs, limits.silenceMsMax) / 2)
  const timer = setInterval(sweep, everyMs)
  timer.unref()

  const find = (id: string): ClientStatement | undefined => open.get(id) ?? delivered.get(id)
  const ofUser = (user: string): ClientStatement[] =>
    [...delivered.values(), ...open.values()].filter((statement) => statement.user === user)

  return {
    add: (user, text, session) => {
      refuseTooMany(text)
      const statement: ClientStatement = openStatement({
        ...{ user, text, session, pool, nowMs, waitMs: limits.waitMs },
        id: queryId(now(), ++count, suffix),
        slug: `x${randomBytes(16).toString('hex')}`,
        queries: () => ofUser(user).map((one) => one.entry()),
        onDelivered: () => deliver(statement),
        onKill: ({ id, message }) => {
          const killed = open.get(id)
          if (killed?.user !== user) return
          const why =
            message === '' ? 'Query killed by its user' : `Query killed. Message: ${message}`
          killed.fail({ errorName: 'ADMINISTRATIVELY_KILLED', message: why, place: null })
        },
      })
      open.set(statement.id, statement)
      return statement
    },
    find: (id, slug) => {
      const statement = find(id)
      return statement !== undefined && isEqual(statement.slug, slug) ? statement : null
    },
    close: () => {
      clearInterval(timer)
      const message = 'Server is shutting down'
      for (const statement of open.values()) {
        statement.fail({ errorName: 'SERVER_SHUTTING_DOWN', message, place: null })
      }
    },
  }
}
