// The schema `landing`: what became of loads, for those who ask it in SQL. Runs, batches, refused rows
// (position, column and rule, never a value), snapshots, deviations and coverage. It is described
// without reading anything; what a query names is read by landing-facts.ts.
import { limits } from '../../config/limits.ts'
import type { SnapshotManifest } from '../../contracts/snapshot-manifest.ts'
import { quoteText } from '../../lake/open-duckdb.ts'
import { bigintType, type TrinoType, varcharType } from '../trino/types.ts'
import type { CatalogueTable } from './lake-tables.ts'
import { type Cell, rowsTable } from './rows-table.ts'

export const landingSchema = 'landing'

const text = varcharType
const number = bigintType

const columns = {
  runs: {
    ...{ run: text, state: text, opened_at: text, ended_at: text, snapshot: number },
    ...{ error_code: text, tables: text },
  },
  batches: {
    ...{ run: text, table_name: text, batch: text, file: text, rows_in: number },
    ...{ accepted: number, rejected: number, withheld: number, reused_from: text },
  },
  rejects: {
    ...{ run: text, table_name: text, batch: text, file: text, row_of_batch: number },
    ...{ byte_offset: number, column_name: text, rule: text, rules: text },
  },
  snapshots: {
    ...{ snapshot: number, run: text, published_at: text, backend: text, software: text },
    ...{ table_name: text, contract_version: text, row_count: number, rejected: number },
    pruned_at: text,
  },
  deviations: {
    ...{ snapshot: number, id: text, table_name: text, column_name: text, rule: text, kind: text },
    ...{ ceiling: text, observed: number, row_count: number, public_wording: text, expires: text },
  },
  coverage: {
    ...{ snapshot: number, table_name: text, column_name: text, first_month: text },
    ...{ last_month: text, missing_months: number, outcome: text },
  },
} as const satisfies Record<string, Readonly<Record<string, TrinoType>>>

export type LandingTableName = keyof typeof columns

/** What the ledger of a run tells. */
export interface RunFacts {
  readonly run: readonly Cell[] | null
  readonly batches: readonly (readonly Cell[])[]
  /** Quarantine files by table. */
  readonly quarantine: readonly { readonly table: string; readonly files: readonly string[] }[]
}

/** What the manifest of a snapshot tells. */
export interface SnapshotFacts {
  readonly snapshots: readonly (readonly Cell[])[]
  readonly deviations: readonly (readonly Cell[])[]
  readonly coverage: readonly (readonly Cell[])[]
}

/**
 * The rows of a manifest in the tables that tell of snapshots; `prunedAt`: when its files were deleted.
 */
export function snapshotFacts(manifest: SnapshotManifest, prunedAt: string | null): SnapshotFacts {
  const { snapshot, tables } = manifest
  return {
    snapshots: Object.entries(tables).map(([table, entry]): Cell[] => [
      ...[snapshot, entry.run, manifest.published_at, manifest.backend],
      ...[manifest.software, table, entry.version, entry.rows, entry.rejected],
      prunedAt,
    ]),
    deviations: manifest.deviations.map((entry): Cell[] => [
      ...[snapshot, entry.id, entry.contract, entry.column, entry.rule, entry.kind],
      ...[entry.ceiling, entry.observed, entry.of, entry.public_wording, entry.expires],
    ]),
    coverage: Object.entries(tables).flatMap(([table, { checks = [] }]) =>
      checks.flatMap(({ columns: [column = ''], observed, outcome }): Cell[][] => {
        if (observed?.kind !== 'months') return []
        const { first, last, missing_count: missing } = observed
        return [[snapshot, table, column, first, last, missing, outcome]]
      }),
    ),
  }
}

const { landingRunsMax, landingSnapshotsMax } = limits
const ofRuns = `Of the newest ${landingRunsMax.toLocaleString('en')} runs.`
const ofSnapshots = `Of the newest ${landingSnapshotsMax.toLocaleString('en')} snapshots.`

const comments: Readonly<Record<LandingTableName, string>> = {
  runs: `A row for each run. ${ofRuns}`,
  batches: `A row for each batch of a run. ${ofRuns}`,
  rejects: `A row for each refused row: where it was and which rule refused it. ${ofRuns}`,
  snapshots: `A row for each table of a snapshot. ${ofSnapshots}`,
  deviations: `A row for each deviation in force when a table was landed. ${ofSnapshots}`,
  coverage: `A row for each check of the months that a table covers. ${ofSnapshots}`,
}

const named = (name: LandingTableName, rows: readonly (readonly Cell[])[]): CatalogueTable => ({
  ...rowsTable(landingSchema, name, columns[name], rows),
  comment: comments[name],
})

/** Refused rows straight from quarantine, without the records that were refused. */
function rejectsTable(runs: readonly RunFacts[]): CatalogueTable {
  const empty = named('rejects', [])
  const parts = runs.flatMap(({ run, quarantine }) =>
    quarantine.map(({ table, files }) => {
      const list = files.map(quoteText).join(', ')
      return (
        `SELECT ${quoteText(String(run?.[0] ?? ''))} AS run, ${quoteText(table)} AS table_name, ` +
        `batch, file, "row" AS row_of_batch, byte_offset, "column" AS column_name, rule, rules ` +
        `FROM read_parquet([${list}], hive_partitioning = false)`
      )
    }),
  )
  return parts.length === 0 ? empty : { ...empty, sql: `(${parts.join(' UNION ALL ')})` }
}

/** A table of what ledgers tell. */
export function tableOfRuns(
  name: 'runs' | 'batches' | 'rejects',
  runs: readonly RunFacts[],
): CatalogueTable {
  if (name === 'rejects') return rejectsTable(runs)
  const rows = runs.flatMap(({ run, batches }) => {
    if (name === 'batches') return batches
    return run === null ? [] : [run]
  })
  return named(name, rows)
}

/** A table of what manifests tell. */
export function tableOfSnapshots(
  name: keyof SnapshotFacts,
  snapshots: readonly SnapshotFacts[],
): CatalogueTable {
  return named(
    name,
    snapshots.flatMap((facts) => facts[name]),
  )
}

/** The tables of the schema as they are described: there, and empty. */
export const landingTables: readonly CatalogueTable[] = (
  Object.keys(columns) as LandingTableName[]
).map((name) => named(name, []))
