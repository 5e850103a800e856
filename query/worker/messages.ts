// What gateway and worker say to each other. The worker has the engine and the files; the gateway has
// the clients. Texts of statements and rows of results are the only values in it.
import type { ResultColumn } from '../protocol/type-signature.ts'
import type { TextPlace, TrinoErrorName } from '../trino/trino-error.ts'

export interface WorkerOptions {
  readonly user: string
  readonly lake: string
  readonly backend: string
  readonly catalog: string
  /** File of the user's own tables. */
  readonly scratchFile: string
  readonly spillFolder: string
  readonly memoryBytes: number
  readonly spillBytesMax: number
  readonly threads: number
  readonly descriptions: readonly (readonly [name: string, text: string])[]
}

export interface StatementSession {
  readonly catalog: string | null
  readonly schema: string | null
  readonly properties: Readonly<Record<string, string>>
  readonly prepared: Readonly<Record<string, string>>
  /** False: the client reads times without their precision. */
  readonly preciseTimes: boolean
  readonly startedAt: string
}

export type ToWorker =
  | { readonly kind: 'open'; readonly options: WorkerOptions }
  | {
      readonly kind: 'execute'
      readonly statement: number
      readonly text: string
      readonly session: StatementSession
    }
  /** The next page, please. */
  | { readonly kind: 'next'; readonly statement: number }
  | { readonly kind: 'cancel'; readonly statement: number }

/** Session state that the client is to keep, as headers without their prefix. */
export type SessionHeaders = readonly (readonly [name: string, value: string])[]

export type FromWorker =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'started'
      readonly statement: number
      /** null: the statement has no result. */
      readonly columns: readonly ResultColumn[] | null
      readonly updateType: string | null
      readonly updateCount: number | null
      readonly headers: SessionHeaders
    }
  /** Body: `[row,row,…]`. */
  | {
      readonly kind: 'page'
      readonly statement: number
      readonly rows: number
      readonly last: boolean
    }
  | {
      readonly kind: 'failed'
      readonly statement: number
      readonly errorName: TrinoErrorName
      readonly message: string
      readonly place: TextPlace | null
    }
