// All statements of the gateway: bounded in number and bytes, forgotten some time after their end,
// and ended when their client has not asked for so long that it is gone.
import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { TrinoError } from '../trino/trino-error.ts'
import type { KilledQuery, StatementSession } from '../worker/messages.ts'
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
  /** When a client that was turned away may come again. */
  readonly retryAfterSeconds: number
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

class Registry implements StatementRegistry {
  readonly #pool: WorkerPool
  readonly #limits: RegistryLimits
  readonly #now: () => Date
  /** Those that are not over, and those whose last answer was made, oldest first. */
  readonly #open = new Map<string, ClientStatement>()
  readonly #delivered = new Map<string, ClientStatement>()
  readonly #suffix = randomBytes(3).toString('hex').slice(0, 5)
  readonly #timer: NodeJS.Timeout
  #deliveredBytes = 0
  #count = 0

  constructor(pool: WorkerPool, limits: RegistryLimits, now: () => Date) {
    this.#pool = pool
    this.#limits = limits
    this.#now = now
    const everyMs = Math.max(50, Math.min(5_000, limits.keptMs, limits.silenceMsMax) / 2)
    this.#timer = setInterval(() => this.#sweep(), everyMs)
    this.#timer.unref()
  }

  add(user: string, text: string, session: StatementSession): ClientStatement {
    this.#refuseTooMany(user, text)
    const statement: ClientStatement = openStatement({
      ...{ user, text, session, pool: this.#pool, waitMs: this.#limits.waitMs },
      nowMs: () => this.#nowMs(),
      id: queryId(this.#now(), ++this.#count, this.#suffix),
      // 122 bits of the system's randomness, of which Node keeps some ready.
      slug: `x${randomUUID().replaceAll('-', '')}`,
      queries: () => this.#ofUser(user).map((one) => one.entry()),
      onDelivered: () => this.#deliver(statement),
      onKill: (query) => this.#kill(user, query),
    })
    this.#open.set(statement.id, statement)
    return statement
  }

  find(id: string, slug: string): ClientStatement | null {
    const statement = this.#open.get(id) ?? this.#delivered.get(id)
    return statement !== undefined && isEqual(statement.slug, slug) ? statement : null
  }

  close(): void {
    clearInterval(this.#timer)
    const message = 'Server is shutting down'
    for (const statement of this.#open.values()) {
      statement.fail({ errorName: 'SERVER_SHUTTING_DOWN', message, place: null })
    }
  }

  #nowMs(): number {
    return this.#now().getTime()
  }

  #ofUser(user: string): ClientStatement[] {
    const all = [...this.#delivered.values(), ...this.#open.values()]
    return all.filter((statement) => statement.user === user)
  }

  #refuseTooMany(user: string, text: string): void {
    let bytes = text.length
    for (const statement of this.#open.values()) bytes += statement.heldBytes
    const { statementsMax, textBytesMax } = this.#limits
    const hasRoom = this.#open.size < statementsMax && bytes <= textBytesMax
    if (hasRoom && !this.#pool.isFull(user)) return
    throw new TrinoError('QUERY_QUEUE_FULL', 'Too many queued queries: try again later')
  }

  /** Ends a statement at the wish of a user, where it is the user's. */
  #kill(user: string, { id, message }: KilledQuery): void {
    const killed = this.#open.get(id)
    if (killed?.user !== user) return
    const why = message === '' ? 'Query killed by its user' : `Query killed. Message: ${message}`
    killed.fail({ errorName: 'ADMINISTRATIVELY_KILLED', message: why, place: null })
  }

  #deliver(statement: ClientStatement): void {
    const { deliveredMax, deliveredBytesMax } = this.#limits
    this.#open.delete(statement.id)
    this.#delivered.set(statement.id, statement)
    this.#deliveredBytes += statement.heldBytes
    for (const oldest of this.#delivered.values()) {
      const isTooMuch =
        this.#delivered.size > deliveredMax || this.#deliveredBytes > deliveredBytesMax
      if (!isTooMuch || oldest === statement) return
      this.#forget(oldest)
    }
  }

  #forget(statement: ClientStatement): void {
    if (this.#delivered.delete(statement.id)) this.#deliveredBytes -= statement.heldBytes
  }

  /** Forgets what is over, and ends what nobody asks for. */
  #sweep(): void {
    const { keptMs, silenceMsMax } = this.#limits
    const nowMs = this.#nowMs()
    for (const statement of this.#delivered.values()) {
      if (nowMs - statement.touchedMs > keptMs) this.#forget(statement)
    }
    for (const statement of this.#open.values()) {
      const silentMs = nowMs - statement.touchedMs
      if (silentMs <= silenceMsMax) continue
      const message = 'the client has not asked for the result any more'
      statement.fail({ errorName: 'ABANDONED_QUERY', message, place: null })
      if (silentMs > silenceMsMax + keptMs) this.#open.delete(statement.id)
    }
  }
}

/** A registry that sweeps itself until it is closed. */
export function openRegistry(
  pool: WorkerPool,
  limits: RegistryLimits,
  now: () => Date,
): StatementRegistry {
  return new Registry(pool, limits, now)
}
