// Between the client's text and the engine: the text is parsed into a tree by DuckDB's own grammar on an
// empty instance that has no files, tables or settings to reach, the tree is checked, and what runs
// is printed from the tree. The printed text is parsed and checked once more, so that a slip of the
// printer cannot bring in what the check has not seen.
import type { DuckDBConnection } from '@duckdb/node-api'
import { limits } from '../config/limits.ts'
import { type OpenDuckDb, openDuckDb } from '../lake/open-duckdb.ts'
import { checkStatement, isShowTables, type KnownTables } from './check-statement.ts'
import { lockDuckDb } from './lock-duckdb.ts'
import { refused } from './query-errors.ts'

export type GuardedStatement =
  | { readonly kind: 'show_tables' }
  | {
      readonly kind: 'select'
      /** What may run: printed from the checked tree. */
      readonly sql: string
      /** The tables it reads, as `KnownTables` names them. */
      readonly tables: ReadonlySet<string>
    }

/** The guard instance. Holds a DuckDB: `close()` it. */
export interface StatementGuard {
  /** Refuses (`query_refused`) whatever is not one allowed statement over `tables`. */
  guard(text: string, tables: KnownTables): Promise<GuardedStatement>
  close(): void
}

const guardMemoryBytes = 512 * 1024 * 1024

/** Starts a guard. */
export async function openStatementGuard(): Promise<StatementGuard> {
  const duckdb: OpenDuckDb = await openDuckDb({
    memoryBytes: guardMemoryBytes,
    threads: 1,
    spillFolder: null,
    spillBytesMax: 0,
  })
  try {
    await lockDuckDb(duckdb.connection, [])
  } catch (error) {
    duckdb.close()
    throw error
  }
  return {
    guard: (text, tables) => guard(duckdb.connection, text, tables),
    close: () => duckdb.close(),
  }
}

async function guard(
  connection: DuckDBConnection,
  text: string,
  tables: KnownTables,
): Promise<GuardedStatement> {
  // First of all: the engine cuts text at a NUL, and would run what is before it.
  if (text.includes('\0')) throw refused('the statement holds a NUL character')
  if (Buffer.byteLength(text) > limits.queryTextBytesMax) {
    throw refused(`the statement is longer than ${limits.queryTextBytesMax} bytes`)
  }
  const serialized = await parse(connection, text)
  const tree: unknown = JSON.parse(serialized)
  if (isShowTables(tree)) return { kind: 'show_tables' }
  checkStatement(tree, tables)
  const sql = await textOf(connection, 'SELECT json_deserialize_sql($1::VARCHAR)', serialized)
  const used = checkStatement(JSON.parse(await parse(connection, sql)), tables)
  return { kind: 'select', sql, tables: used }
}

async function parse(connection: DuckDBConnection, text: string): Promise<string> {
  const serialized = await textOf(connection, 'SELECT json_serialize_sql($1::VARCHAR)', text)
  if (!serialized.startsWith('{"error":true')) return serialized
  const { error_type: type, error_message: message } = JSON.parse(serialized) as {
    error_type?: string
    error_message?: string
  }
  // A message of the grammar quotes the word it stumbled over, which the client wrote.
  if (type === 'parser') throw refused(`it cannot be parsed (${String(message).slice(0, 200)})`)
  throw refused('it is a statement of another kind')
}

async function textOf(connection: DuckDBConnection, sql: string, argument: string) {
  let text: unknown
  try {
    const prepared = await connection.prepare(sql)
    prepared.bindVarchar(1, argument)
    text = (await prepared.runAndReadAll()).getRowsJS()[0]?.[0]
    prepared.destroySync()
  } catch {}
  if (typeof text !== 'string') throw refused('it cannot be parsed')
  return text
}
