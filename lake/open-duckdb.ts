// Opens an in-memory DuckDB with everything bounded and nothing fetched: memory, threads and spill
// folder are the caller's, extensions are neither installed nor loaded by themselves. The package is
// loaded only here and only when asked for: it costs a load of native code that most verbs avoid. By
// require: an import would have Node search each of its hundred files for names of exports first, which
// takes as long again as loading them.
import { createRequire } from 'node:module'
import type * as DuckDb from '@duckdb/node-api'
import { LandingError } from '../contracts/errors.ts'

type DuckDBConnection = DuckDb.DuckDBConnection
type DuckDBInstance = DuckDb.DuckDBInstance

const require = createRequire(import.meta.url)

export interface DuckDbOptions {
  readonly memoryBytes: number
  readonly threads: number
  /** Where it may spill, an existing folder; null: it may not, and fails when memory is short. */
  readonly spillFolder: string | null
  readonly spillBytesMax: number
}

export interface OpenDuckDb {
  readonly instance: DuckDBInstance
  readonly connection: DuckDBConnection
  /** Closes both; safe to call twice. */
  close(): void
}

/** A fresh in-memory DuckDB. Its faults are the caller's to map: they may quote values. */
export async function openDuckDb(options: DuckDbOptions): Promise<OpenDuckDb> {
  const { DuckDBInstance } = require('@duckdb/node-api') as typeof DuckDb
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.ceil(options.memoryBytes / 1024)}KiB`,
    threads: String(options.threads),
    temp_directory: options.spillFolder ?? '',
    max_temp_directory_size: `${Math.ceil(options.spillBytesMax / 1024)}KiB`,
    autoload_known_extensions: 'false',
    autoinstall_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_unsigned_extensions: 'false',
    allow_persistent_secrets: 'false',
  }).catch((error: unknown) => {
    throw new LandingError('out_of_resources', 'DuckDB could not be started', { cause: error })
  })
  let closed = false
  try {
    const connection = await instance.connect()
    return {
      instance,
      connection,
      close: () => {
        if (closed) return
        closed = true
        connection.closeSync()
        instance.closeSync()
      },
    }
  } catch (error) {
    instance.closeSync()
    throw error
  }
}

/** A name as a quoted SQL identifier. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Text as a SQL string literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
