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
  /** ehrQL's temporary tables that are older were forgotten by who made them. */
  readonly temporaryTableDaysMax: number
  readonly descriptions: readonly (readonly [name: string, text: string])[]
  /** Files whose bytes were those that were published, as verified-files.ts tells them apart. */
  readonly verified: readonly string[]
}

export interface StatementSession {
  readonly catalog: string | null
  readonly schema: string | null
  readonly properties: Readonly<Record<string, string>>
  readonly prepared: Readonly<Record<string, string>>
  /** False: the client reads times without their precision. */
  readonly preciseTimes: boolean
  readonly startedAt: string
  /** The program that asks, as it calls itself. */
  readonly source: string | null
}

/** A statement of the user's, as system.runtime.queries shows it. */
export interface QueryEntry {
  readonly id: string
  readonly state: string
  readonly source: string | null
  /** The start of its text. */
  readonly text: string
  readonly createdAt: string
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly error: { readonly name: string; readonly type: string } | null
}

export type ToWorker =
  | { readonly kind: 'open'; readonly options: WorkerOptions }
  | {
      readonly kind: 'execute'
      readonly statement: number
      readonly text: string
      readonly session: StatementSession
      /** The user's statements, where the text may ask for them. */
      readonly queries: readonly QueryEntry[]
    }
  /** The next page, please. */
  | { readonly kind: 'next'; readonly statement: number }
  | { readonly kind: 'cancel'; readonly statement: number }
  /** Files that another worker found to be what was published. */
  | { readonly kind: 'verified'; readonly files: readonly string[] }

export interface KilledQuery {
  readonly id: string
  readonly message: string
}

/** Session state that the client is to keep, as headers without their prefix. */
export type SessionHeaders = readonly (readonly [name: string, value: string])[]

/** What is known of a page beside its rows. */
export interface PageFacts {
  readonly rows: number
  /** No page follows. */
  readonly last: boolean
}

export type FromWorker =
  | { readonly kind: 'ready' }
  /** Files that this worker found to be what was published. */
  | { readonly kind: 'verified'; readonly files: readonly string[] }
  /** Body: that of the first page. */
  | {
      readonly kind: 'started'
      readonly statement: number
      /** null: the statement has no result. */
      readonly columns: readonly ResultColumn[] | null
      readonly updateType: string | null
      readonly updateCount: number | null
      readonly headers: SessionHeaders
      /** The first page; null where the statement has no result. */
      readonly page: PageFacts | null
      /** Id of a statement of the same user that this one ends, and why. */
      readonly kill?: KilledQuery
    }
  /** Body: `[row,row,…]`. */
  | ({ readonly kind: 'page'; readonly statement: number } & PageFacts)
  | {
      readonly kind: 'failed'
      readonly statement: number
      readonly errorName: TrinoErrorName
      readonly message: string
      readonly place: TextPlace | null
    }
