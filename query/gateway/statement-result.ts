// What the pool has told of a statement so far, and the wait of its client for more of it. A page is
// taken once; after a failure nothing else is told.
import type { ResultColumn } from '../protocol/type-signature.ts'
import type { SessionHeaders } from '../worker/messages.ts'
import type { StatementListener } from './pooled-statement.ts'
import type { StatementError } from './responses.ts'

export interface Page {
  readonly rows: number
  readonly last: boolean
  readonly json: Uint8Array
}

type Started = Parameters<StatementListener['onStarted']>[0]

export class StatementResult {
  #started: Started | null = null
  #page: Page | null = null
  #failure: StatementError | null = null
  #wake = (): void => undefined

  get columns(): readonly ResultColumn[] | null {
    return this.#started?.columns ?? null
  }

  /** It was done without a result. */
  get isCommand(): boolean {
    return this.#started !== null && this.#started.columns === null
  }

  get headers(): SessionHeaders {
    return this.#started?.headers ?? []
  }

  get update(): { readonly updateType: string | null; readonly updateCount: number | null } {
    const { updateType = null, updateCount = null } = this.#started ?? {}
    return { updateType, updateCount }
  }

  get failure(): StatementError | null {
    return this.#failure
  }

  start(message: Started): void {
    this.#started = message
    this.#wake()
  }

  add(page: Page): void {
    if (this.#failure === null) this.#page = page
    this.#wake()
  }

  fail(error: StatementError): void {
    this.#failure ??= error
    this.#page = null
    this.#wake()
  }

  /** The page that is there, once. */
  take(): Page | null {
    const page = this.#page
    this.#page = null
    return page
  }

  /** Waits until there is something to tell, or for a while. One waits at a time. */
  async settle(waitMs: number, nowMs: () => number): Promise<void> {
    const deadline = nowMs() + waitMs
    while (this.#failure === null && this.#page === null && !this.isCommand) {
      const left = deadline - nowMs()
      if (left <= 0) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
}
