// One statement over a published snapshot, from its text to its result in a format: guard, check the
// files it reads, run, stream. In process, for the operator and researchers at the command line.

import { resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { LandingError } from '../contracts/errors.ts'
import { quoteText } from '../lake/open-duckdb.ts'
import { formatArrow } from './format-arrow.ts'
import { formatCsv } from './format-csv.ts'
import { formatJson } from './format-json.ts'
import { formatTable } from './format-table.ts'
import { queryError } from './query-errors.ts'
import { fileOutput, partialPath, type QueryOutput, streamOutput } from './query-output.ts'
import { streamQuery } from './query-result.ts'
import {
  bareNames,
  type DatabaseOptions,
  openSnapshotDatabase,
  type SnapshotDatabase,
} from './snapshot-database.ts'
import { openStatementGuard } from './statement-guard.ts'
import { trinoSql } from './trino-dialect.ts'

export const queryFormats = ['table', 'csv', 'json', 'arrow', 'parquet'] as const
export type QueryFormat = (typeof queryFormats)[number]

export const queryDialects = ['duckdb', 'trino'] as const
export type QueryDialect = (typeof queryDialects)[number]

export interface QueryRequest extends Omit<DatabaseOptions, 'exportPath'> {
  /** Root folder of the lake. */
  readonly lake: string
  /** null: the newest snapshot. */
  readonly snapshot: number | null
  readonly sql: string
  /** Of the statement; DuckDB's where nothing is said. */
  readonly dialect?: QueryDialect
  readonly format: QueryFormat
  /** Path of a file (replaced when the result is whole), or a stream such as standard output. */
  readonly out: string | Writable
  /** Colours in a printed table. */
  readonly color?: boolean
}

export interface QueryOutcome {
  readonly snapshot: number
  readonly rows: number
  /** False where a printed table shows only its first rows, or the reader went away. */
  readonly complete: boolean
}

/**
 * Runs one statement. Refusals: `query_refused` (not allowed), `query_failed` (names, values),
 * `snapshot_damaged`, `lake_missing`, `unknown_name` (snapshot), `usage` (Parquet without a file).
 */
export async function runQuery(request: QueryRequest): Promise<QueryOutcome> {
  const { format, out } = request
  if (format === 'parquet' && typeof out !== 'string') {
    throw new LandingError('usage', '--format parquet writes a file: name it with --out')
  }
  const path = typeof out === 'string' ? resolve(out) : null
  const database = await openSnapshotDatabase(request.lake, request.snapshot, {
    ...request,
    exportPath: format === 'parquet' && path !== null ? partialPath(path) : null,
  })
  try {
    const sql =
      request.dialect === 'trino'
        ? await trinoSql(database, request.sql, new Date())
        : await guardedSql(database, request.sql)
    const output = path === null ? streamOutput(out as Writable) : await fileOutput(path)
    try {
      const outcome = await writeResult(database, sql, request, output)
      await output.finish()
      return { snapshot: database.manifest.snapshot, ...outcome }
    } catch (error) {
      await output.abandon()
      throw error
    }
  } finally {
    database.close()
  }
}

/** What may run for the client's text; the files it reads are checked and served. */
async function guardedSql(database: SnapshotDatabase, text: string): Promise<string> {
  const guard = await openStatementGuard()
  try {
    const statement = await guard.guard(text, database.tables)
    if (statement.kind === 'show_tables') return listTables(database)
    await database.serve(statement.tables)
    return statement.sql
  } finally {
    guard.close()
  }
}

// From the manifest, not from the engine's catalogue: that has only the tables served so far.
function listTables({ manifest }: SnapshotDatabase): string {
  const bare = new Map([...bareNames(manifest)].map(([name, table]) => [table, name]))
  const rows = Object.entries(manifest.tables).map(([table, entry]) => {
    const name = bare.get(table)
    const short = name === undefined ? 'NULL' : quoteText(name)
    const full = quoteText(table.replace('/', '.'))
    return `(${full}, ${short}, ${quoteText(entry.version)}, ${entry.rows}::BIGINT)`
  })
  const columns = 'AS tables("table", bare_name, contract_version, "rows")'
  return `SELECT * FROM (VALUES ${rows.join(', ')}) ${columns} ORDER BY 1`
}

async function writeResult(
  database: SnapshotDatabase,
  sql: string,
  request: QueryRequest,
  output: QueryOutput,
): Promise<{ rows: number; complete: boolean }> {
  const { connection } = database
  if (request.format === 'parquet') {
    return { rows: await copyToParquet(database, sql, output), complete: true }
  }
  const result = await streamQuery(connection, sql)
  try {
    if (request.format === 'table') {
      return await formatTable(result, output.write, { color: request.color === true })
    }
    const format = { csv: formatCsv, json: formatJson, arrow: formatArrow }[request.format]
    return { rows: await format(result, output.write), complete: true }
  } catch (error) {
    // `query … | head`: the reader has what it wanted.
    if ((error as { code?: unknown }).code === 'EPIPE') return { rows: 0, complete: false }
    throw error
  }
}

async function copyToParquet(
  database: SnapshotDatabase,
  sql: string,
  output: QueryOutput,
): Promise<number> {
  const target = quoteText(output.path ?? '')
  // DESCRIBE and SUMMARIZE are only queries inside of one.
  const query = /^(DESCRIBE|SUMMARIZE)\b/.test(sql) ? `FROM (${sql})` : sql
  try {
    const reader = await database.connection.runAndReadAll(
      `COPY (${query}) TO ${target} (FORMAT parquet, USE_TMP_FILE false)`,
    )
    return Number(reader.getRowsJS()[0]?.[0] ?? 0)
  } catch (error) {
    throw queryError(error)
  }
}
