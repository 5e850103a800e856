// What running a statement gives: a result of pages, or what it did; and the session state that the
// client is to keep.

import type { DuckDBConnection } from '@duckdb/node-api'
import type { ResultColumn } from '../protocol/type-signature.ts'
import type { Engine } from './engine.ts'
import type {
  KilledQuery,
  PageFacts,
  QueryEntry,
  SessionHeaders,
  StatementSession,
} from './messages.ts'
import type { Names } from './name-resolution.ts'

export interface Page extends PageFacts {
  /** `[row,row,…]` */
  readonly json: Uint8Array
}

export interface Execution {
  readonly columns: readonly ResultColumn[] | null
  readonly updateType: string | null
  readonly updateCount: number | null
  readonly headers: SessionHeaders
  /** Pages as they are asked for, at least one, the last of them marked. */
  readonly pages: AsyncIterator<Page> | null
  /** The statement of the user's that this one ends. */
  readonly kill?: KilledQuery
}

export interface StatementContext {
  readonly engine: Engine
  readonly connection: DuckDBConnection
  readonly session: StatementSession
  readonly queries: readonly QueryEntry[]
  readonly names: Names
}

/** A statement without a result. */
export function done(
  updateType: string,
  headers: SessionHeaders = [],
  updateCount: number | null = null,
): Execution {
  return { columns: null, updateType, updateCount, headers, pages: null }
}
