// The schema `landing`: what became of loads, for those who ask it in SQL. Runs, batches, refused rows
// (position, column and rule, never a value), snapshots, deviations and coverage; read from ledgers
// and manifests when a statement names the schema, and described without reading where it does not.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../../config/limits.ts'
import type { LedgerBatchLine, LedgerRunLine } from '../../contracts/ledger-entry.ts'
import type { SnapshotManifest } from '../../contracts/snapshot-manifest.ts'
import type { LakeLayout } from '../../lake/lake-layout.ts'
import { listRuns, readLedger } from '../../lake/ledger.ts'
import { listSnapshots, readManifest } from '../../lake/manifest.ts'
import { quoteText } from '../../lake/open-duckdb.ts'
import { prunedAt } from '../../lake/tombstone.ts'
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

type TableName = keyof typeof columns

export interface LandingFacts {
  readonly runs: readonly (readonly Cell[])[]
  readonly batches: readonly (readonly Cell[])[]
  readonly manifests: readonly SnapshotManifest[]
  /** When the files of snapshots were deleted, by number. */
  readonly pruned: ReadonlyMap<number, string>
  /** Quarantine files by run and table. */
  readonly quarantine: readonly {
    readonly run: string
    readonly table: string
    readonly files: readonly string[]
  }[]
}

const runCells = (run: string, lines: readonly LedgerRunLine[]): Cell[] => {
  const last = lines.at(-1)
  const tables = lines.flatMap((line) => (line.tables === undefined ? [] : [line.tables])).at(-1)
  const snapshot = lines.flatMap((line) => line.snapshot ?? []).at(-1)
  return [
    ...[run, last?.state ?? null, lines[0]?.instant ?? null, last?.instant ?? null],
    ...[snapshot ?? null, last?.error?.code ?? null, tables?.join(', ') ?? null],
  ]
}

const batchCells = (
  { table, batch, file, result, ...line }: LedgerBatchLine,
  run: string,
): Cell[] => [
  ...[run, table, batch, file, result.rowsIn, result.accepted, result.rejected, result.withheld],
  line.reused_from ?? null,
]

function quarantineOf(lake: LakeLayout, run: string, table: string): string[] {
  const folder = lake.quarantineTable(run, table)
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter((name) => name.endsWith('.parquet'))
  return files.sort().map((name) => join(folder, name))
}

/** Reads the newest runs and snapshots of a lake, a bounded number of each. */
export async function readLanding(lake: LakeLayout): Promise<LandingFacts> {
  const runs: Cell[][] = []
  const batches: Cell[][] = []
  const quarantine: LandingFacts['quarantine'][number][] = []
  for (const run of (await listRuns(lake)).slice(-limits.landingRunsMax)) {
    const lines = (await readLedger(lake, run).catch(() => null))?.lines ?? []
    const own = lines.filter((line): line is LedgerRunLine => line.event === 'run')
    if (own.length > 0) runs.push(runCells(run, own))
    // A batch that was landed again has a later line: that is the one that counts.
    const last = new Map<string, LedgerBatchLine>()
    for (const line of lines) if (line.event === 'batch') last.set(line.batch, line)
    for (const line of last.values()) batches.push(batchCells(line, run))
    for (const table of new Set([...last.values()].map((line) => line.table))) {
      const files = quarantineOf(lake, run, table)
      if (files.length > 0) quarantine.push({ run, table, files })
    }
  }
  const manifests: SnapshotManifest[] = []
  const pruned = new Map<number, string>()
  for (const snapshot of (await listSnapshots(lake)).slice(-limits.landingSnapshotsMax)) {
    const read = await readManifest(lake, snapshot).catch(() => null)
    if (read !== null) manifests.push(read.manifest)
    const instant = await prunedAt(lake, snapshot).catch(() => null)
    if (instant !== null) pruned.set(snapshot, instant)
  }
  return { runs, batches, manifests, pruned, quarantine }
}

const snapshotRows = ({ manifests, pruned }: LandingFacts): Cell[][] =>
  manifests.flatMap((manifest) =>
    Object.entries(manifest.tables).map(([table, entry]): Cell[] => [
      ...[manifest.snapshot, entry.run, manifest.published_at, manifest.backend],
      ...[manifest.software, table, entry.version, entry.rows, entry.rejected],
      pruned.get(manifest.snapshot) ?? null,
    ]),
  )

const deviationRows = ({ manifests }: LandingFacts): Cell[][] =>
  manifests.flatMap(({ snapshot, deviations }) =>
    deviations.map((entry): Cell[] => [
      ...[snapshot, entry.id, entry.contract, entry.column, entry.rule, entry.kind],
      ...[entry.ceiling, entry.observed, entry.of, entry.public_wording, entry.expires],
    ]),
  )

const coverageRows = ({ manifests }: LandingFacts): Cell[][] =>
  manifests.flatMap(({ snapshot, tables }) =>
    Object.entries(tables).flatMap(([table, { checks = [] }]) =>
      checks.flatMap(({ columns: [column = ''], observed, outcome }): Cell[][] => {
        if (observed?.kind !== 'months') return []
        const { first, last, missing_count: missing } = observed
        return [[snapshot, table, column, first, last, missing, outcome]]
      }),
    ),
  )

/** Refused rows straight from quarantine, without the records that were refused. */
function rejectsTable({ quarantine }: LandingFacts): CatalogueTable {
  const empty = rowsTable(landingSchema, 'rejects', columns.rejects, [])
  if (quarantine.length === 0) return empty
  const parts = quarantine.map(({ run, table, files }) => {
    const list = files.map(quoteText).join(', ')
    return (
      `SELECT ${quoteText(run)} AS run, ${quoteText(table)} AS table_name, batch, file, ` +
      `"row" AS row_of_batch, byte_offset, "column" AS column_name, rule, rules ` +
      `FROM read_parquet([${list}], hive_partitioning = false)`
    )
  })
  return { ...empty, sql: `(${parts.join(' UNION ALL ')})` }
}

/** The tables of the schema; without facts they are there and empty. */
export function landingTables(facts: LandingFacts | null): CatalogueTable[] {
  const table = (name: TableName, rows: readonly (readonly Cell[])[]): CatalogueTable =>
    rowsTable(landingSchema, name, columns[name], rows)
  if (facts === null) return Object.keys(columns).map((name) => table(name as TableName, []))
  return [
    table('runs', facts.runs),
    table('batches', facts.batches),
    rejectsTable(facts),
    table('snapshots', snapshotRows(facts)),
    table('deviations', deviationRows(facts)),
    table('coverage', coverageRows(facts)),
  ]
}
