// Tables of a snapshot as a folder of Arrow files that ehrQL's local-file engine reads: one file for
// each table, by its bare name; whole tables, or all rows of a sample of patients. Record batches are
// streamed from the engine to the file, so a table may be larger than memory.
import { join } from 'node:path'
import { LandingError } from '../contracts/errors.ts'
import { nearestWord } from '../contracts/nearest-word.ts'
import type { SnapshotManifest } from '../contracts/snapshot-manifest.ts'
import { patientIdColumn } from '../contracts/table-contract.ts'
import { quoteIdentifier, quoteText } from '../lake/open-duckdb.ts'
import { openExportFolder } from './export-folder.ts'
import { formatArrow } from './format-arrow.ts'
import { queryError } from './query-errors.ts'
import { fileOutput } from './query-output.ts'
import { streamQuery } from './query-result.ts'
import {
  bareNames,
  openSnapshotDatabase,
  type SnapshotDatabase,
  splitTableName,
} from './snapshot-database.ts'

export interface PatientSample {
  /** Patients at most; all of them where there are fewer. */
  readonly patients: number
  /** Another seed, another sample; the same seed over the same patients, the same one. */
  readonly seed: number
}

export interface ExportRequest {
  /** Root folder of the lake. */
  readonly lake: string
  /** null: the newest snapshot. */
  readonly snapshot: number | null
  /** Absolute path of a folder that is empty, absent, or an earlier export. */
  readonly out: string
  /** Tables by id (`core/patients`) or bare name; empty: every bare name. */
  readonly tables: readonly string[]
  /** null: whole tables. */
  readonly sample: PatientSample | null
}

export interface ExportedTable {
  /** Name of the file without `.arrow`: the name by which ehrQL asks for the table. */
  readonly name: string
  /** `namespace/table`. */
  readonly table: string
  readonly rows: number
}

export interface ExportOutcome {
  readonly snapshot: number
  readonly tables: readonly ExportedTable[]
  /** Patients of the sample; null for whole tables. */
  readonly patients: number | null
  /** False where patient_id is text, which ehrQL's local-file engine does not take. */
  readonly hasWholeIdentifiers: boolean
}

/** File name and table for each table asked for, sorted by file name. */
function chosenTables(
  manifest: SnapshotManifest,
  wanted: readonly string[],
): (readonly [name: string, table: string])[] {
  const bare = bareNames(manifest)
  if (wanted.length === 0) return [...bare].sort(([left], [right]) => (left < right ? -1 : 1))
  const chosen = new Map<string, string>()
  for (const word of wanted) {
    const table = manifest.tables[word] === undefined ? bare.get(word) : word
    if (table === undefined) {
      const known = [...Object.keys(manifest.tables), ...bare.keys()]
      const nearest = nearestWord(word, known)
      const hint = nearest === null ? '' : `; did you mean "${nearest}"?`
      const what = `snapshot ${manifest.snapshot} has no table "${word}"${hint}`
      throw new LandingError('unknown_name', what, {
        remedy: 'List its tables with `safelanding snapshots show`.',
      })
    }
    const [, name] = splitTableName(table)
    const other = chosen.get(name) ?? table
    if (other !== table) {
      const what = `${other} and ${table} would both be ${name}.arrow`
      throw new LandingError('usage', what, { remedy: 'Export them to folders of their own.' })
    }
    chosen.set(name, table)
  }
  return [...chosen].sort(([left], [right]) => (left < right ? -1 : 1))
}

const viewOf = (table: string): string => splitTableName(table).map(quoteIdentifier).join('.')

const sampleTable = 'temp.sampled_patients'

/**
 * Draws the sample into a table of the engine's memory: those patients whose digest with the seed is
 * smallest, so that neither the order of files nor the version of the engine changes who is drawn.
 * From the patients table where there is one, else from all tables exported.
 */
async function drawSample(
  { connection, manifest, serve }: SnapshotDatabase,
  tables: readonly string[],
  { patients, seed }: PatientSample,
): Promise<number> {
  const known = bareNames(manifest).get('patients')
  const from = known === undefined ? tables : [known]
  await serve(from)
  const everyone = from.map((table) => `SELECT ${patientIdColumn} FROM ${viewOf(table)}`)
  const digest = `sha256(${quoteText(`${seed}:`)} || ${patientIdColumn}::VARCHAR)`
  try {
    await connection.run(
      `CREATE TEMP TABLE sampled_patients AS SELECT ${patientIdColumn} FROM ` +
        `(${everyone.join(' UNION ')}) ORDER BY ${digest}, ${patientIdColumn} LIMIT ${patients}`,
    )
    const reader = await connection.runAndReadAll(`SELECT count(*) FROM ${sampleTable}`)
    return Number(reader.getRowsJS()[0]?.[0])
  } catch (error) {
    throw queryError(error)
  }
}

async function exportTable(
  { connection, manifest, serve }: SnapshotDatabase,
  table: string,
  path: string,
  isSampled: boolean,
): Promise<number> {
  await serve([table])
  const columns = manifest.tables[table]?.columns.map(({ name }) => quoteIdentifier(name)) ?? []
  const some = ` WHERE ${patientIdColumn} IN (SELECT ${patientIdColumn} FROM ${sampleTable})`
  const sql = `SELECT ${columns.join(', ')} FROM ${viewOf(table)}${isSampled ? some : ''}`
  const output = await fileOutput(path)
  try {
    const rows = await formatArrow(await streamQuery(connection, sql), output.write)
    await output.finish()
    return rows
  } catch (error) {
    await output.abandon()
    throw error
  }
}

/**
 * Exports tables. Errors: those of `openSnapshotDatabase`, `snapshot_damaged`, `unknown_name` (table),
 * `usage` (a folder of somebody else's), and of the storage. Files are for their owner alone.
 */
export async function exportArrow(request: ExportRequest): Promise<ExportOutcome> {
  // One thread: rows come in the order of the files, so that an export is the same each time.
  const database = await openSnapshotDatabase(request.lake, request.snapshot, {
    ...{ threads: 1, purpose: 'export' },
  })
  try {
    const { manifest } = database
    const chosen = chosenTables(manifest, request.tables)
    const ids = chosen.map(([, table]) => table)
    const folder = await openExportFolder(request.out, request.lake)
    const patients =
      request.sample === null ? null : await drawSample(database, ids, request.sample)
    await folder.begin(chosen.map(([name]) => `${name}.arrow`))
    const tables: ExportedTable[] = []
    for (const [name, table] of chosen) {
      const path = join(folder.path, `${name}.arrow`)
      tables.push({
        name,
        table,
        rows: await exportTable(database, table, path, patients !== null),
      })
    }
    const { snapshot, backend } = manifest
    const sample = request.sample === null ? null : { ...request.sample, drawn: patients }
    await folder.finish({ backend, snapshot, sample, tables })
    const hasWholeIdentifiers = ids.every(
      (table) =>
        manifest.tables[table]?.columns.find(({ name }) => name === patientIdColumn)?.parquet !==
        'string',
    )
    return { snapshot, tables, patients, hasWholeIdentifiers }
  } finally {
    database.close()
  }
}
