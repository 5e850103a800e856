// All statements of the gateway: bounded in number, forgotten some time after their end, and ended
// when their client has not asked for so long that it is gone.
import { randomBytes } from 'node:crypto'
import { TrinoError } from '../trino/trino-error.ts'
import type { StatementSession } from '../worker/messages.ts'
import { type ClientStatement, openStatement } from './statement.ts'
import type { WorkerPool } from './worker-pool.ts'

export interface RegistryLimits {
  readonly statementsMax: number
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
  findById(id: string): ClientStatement | null
  ofUser(user: string): readonly ClientStatement[]
  close(): void
}

/** `20261122_180000_00001_abcde`, as Trino names queries. */
function queryId(now: Date, count: number, suffix: string): string {
  const [day = '', time = ''] = now.toISOString().split('T')
  const clock = time.slice(0, 8).replaceAll(':', '')
  return `${day.replaceAll('-', '')}_${clock}_${String(count % 100_000).padStart(5, '0')}_${suffix}`
}

/** A registry that sweeps itself until it is closed. */
export function openRegistry(
  pool: WorkerPool,
  limits: RegistryLimits,
  now: () => Date,
): StatementRegistry {
  const statements = new Map<string, ClientStatement>()
  const suffix = randomBytes(3).toString('hex').slice(0, 5)
  let count = 0
  const nowMs = (): number => now().getTime()

  const sweep = (): void => {
    for (const [id, statement] of statements) {
      const silentMs = nowMs() - statement.touchedMs
      const isOver = statement.state === 'FINISHED' || statement.state === 'FAILED'
      if (!isOver && silentMs > limits.silenceMsMax) {
        const message = 'the client has not asked for the result any more'
        statement.fail({ errorName: 'ABANDONED_QUERY', message, place: null })
      }
      if (isOver && silentMs > limits.keptMs) statements.delete(id)
    }
  }
  const timer = setInterval(sweep, Math.min(5_000, limits.keptMs))
  timer.unref()

  return {
    add: (user, text, session) => {
      if (statements.size >= limits.statementsMax) {
        sweep()
        if (statements.size >= limits.statementsMax) {
          throw new TrinoError('QUERY_QUEUE_FULL', 'Too many queued queries: try again later')
        }
      }
      const statement = openStatement({
        ...{ user, text, session, pool, nowMs, waitMs: limits.waitMs },
        id: queryId(now(), ++count, suffix),
        slug: `x${randomBytes(16).toString('hex')}`,
      })
      statements.set(statement.id, statement)
      return statement
    },
    find: (id, slug) => {
      const statement = statements.get(id)
      return statement?.slug === slug ? statement : null
    },
    findById: (id) => statements.get(id) ?? null,
    ofUser: (user) => [...statements.values()].filter((statement) => statement.user === user),
    close: () => clearInterval(timer),
  }
}
