// The engine of one user: an instance of its own with the user's tables attached, locked before the
// first statement. It reads the files of snapshots and writes the user's file, and nothing else.
import type { DuckDBConnection } from '@duckdb/node-api'
import { limits } from '../../config/limits.ts'
import { LandingError } from '../../contracts/errors.ts'
import { openLake } from '../../lake/lake-layout.ts'
import { openDuckDb, quoteText } from '../../lake/open-duckdb.ts'
import { type LandingReader, openLandingReader } from '../catalogue/landing-facts.ts'
import { SnapshotHolds } from '../snapshot-holds.ts'
import type { WorkerOptions } from './messages.ts'
import { openScratch, type Scratch } from './scratch.ts'
import { openSnapshots, type Snapshots } from './snapshots.ts'
import { VerifiedFiles } from './verified-files.ts'

export interface Engine {
  readonly options: WorkerOptions
  readonly scratch: Scratch
  readonly snapshots: Snapshots
  /** Files that need not be digested. */
  readonly verified: VerifiedFiles
  /** Reads what became of loads. */
  readonly landing: LandingReader
  /** A connection for one statement; give it back, or close it where it failed or was interrupted. */
  connect(): Promise<DuckDBConnection>
  /** Takes a connection whose statement ended well: the next statement gets it. */
  giveBack(connection: DuckDBConnection): void
  close(): void
}

const lockedSettings: readonly (readonly [name: string, value: string])[] = [
  ['allow_community_extensions', 'false'],
  ['allow_unsigned_extensions', 'false'],
  ['allow_persistent_secrets', 'false'],
  ['autoload_known_extensions', 'false'],
  ['autoinstall_known_extensions', 'false'],
  ['enable_external_access', 'false'],
  ['lock_configuration', 'true'],
  ['TimeZone', 'UTC'],
]

/** Opens the engine; throws `internal_defect` where a setting was not taken. */
export async function openEngine(
  options: WorkerOptions,
  onVerified: (file: string) => void,
): Promise<Engine> {
  const lake = await openLake(options.lake)
  const database = await openDuckDb({
    memoryBytes: options.memoryBytes,
    threads: options.threads,
    spillFolder: options.spillFolder,
    spillBytesMax: options.spillBytesMax,
  })
  const { connection } = database
  try {
    const oldest = new Date(Date.now() - options.temporaryTableDaysMax * 24 * 3_600_000)
    const oldestDay = oldest.toISOString().slice(0, 10).replaceAll('-', '')
    const scratch = await openScratch(connection, options.scratchFile, options.user, oldestDay)
    await connection.run("SET GLOBAL TimeZone = 'UTC'")
    const folders = [lake.snapshots, lake.quarantine].map(quoteText).join(', ')
    await connection.run(`SET allowed_directories = [${folders}]`)
    await connection.run('SET enable_external_access = false')
    await connection.run('SET lock_configuration = true')
    await expectSettings(connection)
    const descriptions = new Map(options.descriptions)
    const holds = new SnapshotHolds(lake, { purpose: 'serve', server: process.ppid })
    const idle: DuckDBConnection[] = []
    const verified = new VerifiedFiles(limits.verifiedFilesMax, options.verified)
    return {
      options,
      scratch,
      verified,
      snapshots: openSnapshots(lake, descriptions, holds, verified, onVerified),
      landing: openLandingReader(lake),
      connect: async () => idle.pop() ?? (await database.instance.connect()),
      giveBack: (given) => {
        // Nothing stays in it: settings are locked, transactions over, and temporary tables not made.
        if (idle.length < limits.idleConnectionsMax) idle.push(given)
        else given.closeSync()
      },
      close: () => {
        holds.close()
        for (const one of idle.splice(0)) one.closeSync()
        database.close()
      },
    }
  } catch (error) {
    database.close()
    throw error
  }
}

async function expectSettings(connection: DuckDBConnection): Promise<void> {
  const reader = await connection.runAndReadAll('SELECT name, value FROM duckdb_settings()')
  const found = new Map(reader.getRowsJS().map(([name, value]) => [String(name), String(value)]))
  for (const [name, value] of lockedSettings) {
    if (found.get(name) === value) continue
    throw new LandingError('internal_defect', `the query engine did not take ${name} = ${value}`)
  }
}
