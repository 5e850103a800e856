// system.runtime.queries: the statements of the user who asks, and of nobody else.
import { varcharType } from '../trino/types.ts'
import type { QueryEntry } from '../worker/messages.ts'
import type { CatalogueTable } from './lake-tables.ts'
import { rowsTable } from './rows-table.ts'

const text = varcharType
const instant = { kind: 'timestamp', precision: 3, withTimeZone: true } as const

/** The table of a user's statements. */
export function runtimeQueries(user: string, queries: readonly QueryEntry[]): CatalogueTable {
  return rowsTable(
    'runtime',
    'queries',
    {
      ...{ query_id: text, state: text, user: text, source: text, query: text },
      ...{ created: instant, started: instant, end: instant, error_type: text, error_code: text },
    },
    queries.map(({ id, state, source, text: query, createdAt, startedAt, endedAt, error }) => [
      ...[id, state, user, source, query, createdAt, startedAt, endedAt],
      ...[error?.type ?? null, error?.name ?? null],
    ]),
  )
}
