// Takes from a DuckDB whatever a query does not need: files other than those named, the network,
// extensions, and in the end the right to change settings back. Each setting is read back, for one
// that was silently not taken must stop the start. Defence in depth: the first lock is the guard.
import type { DuckDBConnection } from '@duckdb/node-api'
import { LandingError } from '../contracts/errors.ts'
import { quoteText } from '../lake/open-duckdb.ts'

const expected: readonly (readonly [name: string, value: string])[] = [
  ['allow_community_extensions', 'false'],
  ['allow_unsigned_extensions', 'false'],
  ['allow_persistent_secrets', 'false'],
  ['autoload_known_extensions', 'false'],
  ['autoinstall_known_extensions', 'false'],
  ['allowed_directories', '[]'],
  ['enable_external_access', 'false'],
  ['lock_configuration', 'true'],
]

/** Locks the instance of a connection; `paths` stay reachable, by their exact names. One way. */
export async function lockDuckDb(
  connection: DuckDBConnection,
  paths: readonly string[],
  spillFolder: string | null = null,
): Promise<void> {
  await connection.run(`SET allowed_paths = [${paths.map(quoteText).join(', ')}]`)
  await connection.run('SET enable_external_access = false')
  await connection.run('SET lock_configuration = true')
  const reader = await connection.runAndReadAll(
    'SELECT name, value FROM duckdb_settings() ORDER BY name',
  )
  const found = new Map(reader.getRowsJS().map(([name, value]) => [String(name), String(value)]))
  for (const [name, value] of expected) {
    // A spill folder becomes reachable by itself; without one nothing is.
    if (name === 'allowed_directories' && spillFolder !== null) continue
    if (found.get(name)?.toLowerCase() !== value) {
      throw new LandingError('internal_defect', `the query engine did not take ${name} = ${value}`)
    }
  }
}
