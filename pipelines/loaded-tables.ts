// The manifest entries of the tables a run has landed, and whether they differ from what is already
// published. Equal identities mean equal rows, so a load that changes nothing publishes nothing.
import { join } from 'node:path'
import type {
  ManifestColumn,
  ManifestDeviation,
  ManifestFile,
  SnapshotManifest,
} from '../contracts/snapshot-manifest.ts'
import type { ParquetOptions } from '../contracts/stage.ts'
import { patientIdColumn } from '../contracts/table-contract.ts'
import type { LoadedTable } from '../lake/assemble.ts'
import { digestFile } from '../lake/durable-files.ts'
import type { TablePlan } from '../transforms/table-plan.ts'
import type { CommittedBatch } from './land-table.ts'
import type { TableOutcome } from './load-outcome.ts'
import type { LandedTable } from './settle-tables.ts'

interface LoadedRun {
  readonly run: string
}

/** Entries and part files of every landed table; a table without rows gets one file of no rows. */
export async function loadedTables(
  { run }: LoadedRun,
  landed: readonly LandedTable[],
  outcomes: Readonly<Record<string, TableOutcome>>,
): Promise<Map<string, LoadedTable>> {
  const loaded = new Map<string, LoadedTable>()
  for (const table of landed) {
    const { contract, absentColumns, plan } = table.planned
    const outcome = outcomes[contract.id]
    if (outcome === undefined) throw new Error(`no outcome for ${contract.id}`)
    const parts = new Map<string, string>()
    const files: ManifestFile[] = []
    for (const batch of table.batches) addPart(contract.id, batch, files, parts)
    if (files.length === 0) files.push(await addEmptyPart(run, table, parts))
    loaded.set(contract.id, {
      parts,
      entry: {
        contract: contract.id,
        version: contract.version,
        contract_sha256: contract.digest,
        rows: outcome.accepted,
        run,
        columns: manifestColumns(plan, table),
        absent_columns: absentColumns,
        checks: outcome.checks,
        checks_not_run: outcome.checks_not_run,
        rejected: outcome.rejected,
        withheld: outcome.withheld,
        files,
      },
    })
  }
  return loaded
}

function addPart(
  table: string,
  batch: CommittedBatch,
  files: ManifestFile[],
  parts: Map<string, string>,
): void {
  const { partPath, result, identity } = batch
  if (partPath === null || result.part === null) return
  const path = `${table}/${partPath.slice(partPath.lastIndexOf('/') + 1)}`
  files.push({ path, ...result.part, identity })
  parts.set(path, partPath)
}

async function addEmptyPart(
  run: string,
  table: LandedTable,
  parts: Map<string, string>,
): Promise<ManifestFile> {
  const { openParquetWriter } = await import('../sinks/parquet/open-parquet-writer.ts')
  const { job, partFolder } = table.landing
  const name = `${run}.0000.parquet`
  const options: ParquetOptions = {
    columns: job.plan.parquetColumns,
    compression: job.compression,
    dictionary: job.dictionary,
    metadata: job.metadata,
  }
  const writer = openParquetWriter(join(partFolder, name), options)
  const part = await writer.commit()
  const path = `${job.table}/${name}`
  parts.set(path, join(partFolder, name))
  return { path, ...part, identity: null }
}

function manifestColumns(plan: TablePlan, table: LandedTable): ManifestColumn[] {
  const types = new Map(table.planned.contract.columns.map(({ name, type }) => [name, type]))
  return plan.parquetColumns.map(({ name, type, nullable }) => ({
    name,
    type: name === patientIdColumn ? patientIdColumn : (types.get(name) ?? type),
    parquet: type,
    nullable,
  }))
}

/**
 * True when every loaded table is in the manifest with the same contract, the same batches and the
 * same deviations, in every word that the manifest states of them.
 */
export function matchesSnapshot(
  loaded: ReadonlyMap<string, LoadedTable>,
  deviations: readonly ManifestDeviation[],
  manifest: SnapshotManifest,
): boolean {
  const before = manifest.deviations.filter(({ contract }) => loaded.has(contract))
  if (!sameDeviations(before, deviations)) return false
  return [...loaded].every(([name, { entry }]) => {
    const before = manifest.tables[name]
    return before !== undefined && essence(before) === essence(entry)
  })
}

function sameDeviations(
  before: readonly ManifestDeviation[],
  now: readonly ManifestDeviation[],
): boolean {
  const told = (entries: readonly ManifestDeviation[]) =>
    entries.map((entry) => JSON.stringify(Object.entries(entry).sort())).sort()
  return JSON.stringify(told(before)) === JSON.stringify(told(now))
}

/** True when every published file of the tables still is what its manifest states. */
export async function isIntact(
  folder: string,
  manifest: SnapshotManifest,
  tables: Iterable<string>,
): Promise<boolean> {
  for (const table of tables) {
    for (const { path, bytes, sha256 } of manifest.tables[table]?.files ?? []) {
      const found = await digestFile(join(folder, path)).catch(() => null)
      if (found?.bytes !== bytes || found.sha256 !== sha256) return false
    }
  }
  return true
}

/** What a reader of the table could tell apart: not the run, nor the names of files. */
function essence(entry: LoadedTable['entry']): string {
  const { contract, version, contract_sha256, rows, columns, absent_columns, files } = entry
  const identities = files.map(({ identity }) => identity)
  const { rejected, withheld } = entry
  // What is compared with the last snapshot differs when nothing does: there is one to compare with now.
  const notRun = entry.checks_not_run.filter(({ check }) => check !== 'row_count_change')
  return JSON.stringify([
    [contract, version, contract_sha256, rows, rejected, withheld],
    columns,
    absent_columns,
    notRun,
    identities,
  ])
}
