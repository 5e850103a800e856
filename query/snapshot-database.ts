// A published snapshot as a locked, in-memory database: a schema for each contract namespace and one
// named after the backend, in which every table has its bare name (ehrQL looks tables up so). The
// tables are views over exactly the files of the manifest; a file is served only after its bytes
// were found to have the checksum of the manifest, because bit rot in Parquet is silent.
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { limits } from '../config/limits.ts'
import { LandingError } from '../contracts/errors.ts'
import type { ManifestTable, SnapshotManifest } from '../contracts/snapshot-manifest.ts'
import { digestFile, fileBytes } from '../lake/durable-files.ts'
import { type LakeLayout, openLake } from '../lake/lake-layout.ts'
import { readManifest } from '../lake/manifest.ts'
import { openDuckDb, quoteIdentifier, quoteText } from '../lake/open-duckdb.ts'
import type { Reader } from '../lake/readers.ts'
import type { KnownTables } from './check-statement.ts'
import { lockDuckDb } from './lock-duckdb.ts'
import { SnapshotHolds } from './snapshot-holds.ts'

export interface DatabaseOptions {
  readonly memoryBytes?: number
  readonly threads?: number
  /** An existing folder in the data zone; without one, a statement that needs to spill fails. */
  readonly spillFolder?: string | null
  /** The one other file the engine may write, for an export; an absolute path. */
  readonly exportPath?: string | null
  /** What the snapshot is read for, told to whoever prunes; `query` where nothing is said. */
  readonly purpose?: Reader['purpose']
}

export interface SnapshotDatabase {
  readonly manifest: SnapshotManifest
  readonly connection: DuckDBConnection
  /** What a statement may name; the values are tables of the manifest. */
  readonly tables: KnownTables
  /**
   * Makes tables ready to be read: checks the bytes of their files (`snapshot_damaged` where one
   * differs) and only then lets the engine look at them. Each table once.
   */
  serve(tables: Iterable<string>): Promise<void>
  close(): void
}

/**
 * Opens a snapshot of the lake at `root` (null: the newest): `lake_missing`, `unknown_name`,
 * `snapshot_pruned`, `lake_damaged`. Holds a DuckDB, and the snapshot against `prune`: `close()` it.
 */
export async function openSnapshotDatabase(
  root: string,
  snapshot: number | null,
  options: DatabaseOptions = {},
): Promise<SnapshotDatabase> {
  const lake = await openLake(root)
  const holds = new SnapshotHolds(lake, { purpose: options.purpose ?? 'query', server: null })
  try {
    return await openHeld(lake, snapshot, options, holds)
  } catch (error) {
    holds.close()
    throw error
  }
}

async function openHeld(
  lake: LakeLayout,
  snapshot: number | null,
  options: DatabaseOptions,
  holds: SnapshotHolds,
): Promise<SnapshotDatabase> {
  const number = await holds.hold(holds, snapshot)
  if (number === null) {
    throw new LandingError('lake_missing', `${lake.root}: nothing was published here yet`)
  }
  const { manifest } = await readManifest(lake, number)
  const folder = lake.snapshot(manifest.snapshot)
  const spillFolder = options.spillFolder ?? null
  const duckdb = await openDuckDb({
    memoryBytes: options.memoryBytes ?? limits.queryMemoryBytes,
    threads: options.threads ?? 2,
    spillFolder,
    spillBytesMax: limits.querySpillBytesMax,
  })
  try {
    await createSchemas(duckdb.connection, manifest)
    const files = Object.values(manifest.tables).flatMap((table) => table.files)
    const paths = files.map((file) => join(folder, file.path))
    if (options.exportPath != null) paths.push(options.exportPath)
    await lockDuckDb(duckdb.connection, paths, spillFolder)
  } catch (error) {
    duckdb.close()
    throw error
  }
  const served = new Set<string>()
  return {
    manifest,
    connection: duckdb.connection,
    tables: knownTables(manifest),
    serve: async (tables) => {
      for (const table of tables) {
        if (served.has(table)) continue
        await verifyTable(lake, manifest, table)
        await createViews(duckdb.connection, folder, manifest, table)
        served.add(table)
      }
    },
    close: () => {
      duckdb.close()
      holds.close()
    },
  }
}

/** Namespace and bare name of `core/patients`. */
export function splitTableName(table: string): readonly [namespace: string, name: string] {
  const slash = table.indexOf('/')
  return [table.slice(0, slash), table.slice(slash + 1)]
}

/**
 * For each bare name the table it stands for: of several namespaces the one with most columns; a
 * namespace that bears the name of the backend is its schema, and goes first.
 */
export function bareNames(manifest: SnapshotManifest): Map<string, string> {
  const names = new Map<string, string>()
  const width = (table: string) =>
    splitTableName(table)[0] === manifest.backend
      ? Number.POSITIVE_INFINITY
      : (manifest.tables[table]?.columns.length ?? 0)
  for (const table of Object.keys(manifest.tables).sort()) {
    const [, name] = splitTableName(table)
    const other = names.get(name)
    if (other === undefined || width(table) > width(other)) names.set(name, table)
  }
  return names
}

function knownTables(manifest: SnapshotManifest): KnownTables {
  const known = new Map<string, string>()
  for (const [name, table] of bareNames(manifest)) {
    known.set(name, table)
    known.set(`${manifest.backend.toLowerCase()}.${name}`, table)
  }
  for (const table of Object.keys(manifest.tables)) {
    known.set(splitTableName(table).join('.'), table)
  }
  return known
}

async function createSchemas(
  connection: DuckDBConnection,
  manifest: SnapshotManifest,
): Promise<void> {
  const namespaces = Object.keys(manifest.tables).map((table) => splitTableName(table)[0])
  for (const schema of new Set([manifest.backend, ...namespaces])) {
    await connection.run(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`)
  }
  await connection.run(`SET search_path = ${quoteText(quoteIdentifier(manifest.backend))}`)
}

async function createViews(
  connection: DuckDBConnection,
  folder: string,
  manifest: SnapshotManifest,
  table: string,
): Promise<void> {
  const entry = manifest.tables[table]
  if (entry === undefined) throw new Error('only tables of the manifest are served')
  const [namespace, name] = splitTableName(table)
  const view = `${quoteIdentifier(namespace)}.${quoteIdentifier(name)}`
  try {
    await connection.run(`CREATE VIEW ${view} AS ${readFiles(folder, entry)}`)
  } catch (error) {
    // The bytes are those that were published, so it is not the disk: the message may quote them.
    const where = `snapshot ${manifest.snapshot}, ${table}`
    throw new LandingError('lake_damaged', `${where}: the engine cannot read the files`, {
      cause: error,
    })
  }
  if (bareNames(manifest).get(name) !== table || namespace === manifest.backend) return
  const bare = `${quoteIdentifier(manifest.backend)}.${quoteIdentifier(name)}`
  await connection.run(`CREATE VIEW ${bare} AS SELECT * FROM ${view}`)
}

function readFiles(folder: string, table: ManifestTable): string {
  const columns = table.columns.map((column) => quoteIdentifier(column.name)).join(', ')
  const paths = table.files.map((file) => quoteText(join(folder, file.path))).join(', ')
  return `SELECT ${columns} FROM read_parquet([${paths}], hive_partitioning = false)`
}

async function verifyTable(
  lake: LakeLayout,
  manifest: SnapshotManifest,
  table: string,
): Promise<void> {
  for (const file of manifest.tables[table]?.files ?? []) {
    const path = join(lake.snapshot(manifest.snapshot), file.path)
    const whole = (await fileBytes(path)) === file.bytes
    if (!whole || (await digestFile(path)).sha256 !== file.sha256) {
      throw damaged(manifest.snapshot, file.path)
    }
  }
}

function damaged(snapshot: number, path: string): LandingError {
  return new LandingError(
    'snapshot_damaged',
    `snapshot ${snapshot}, ${path}: not the bytes that were published`,
  )
}
