// Reads the quarantine of a run: counts by rule, positions of refused rows, and the raw records for
// whoever may see them. Rows are counted within their batch on disk and made absolute here, by adding
// up the batches before theirs in the same file.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../config/limits.ts'
import type { LedgerBatchLine } from '../contracts/ledger-entry.ts'
import { removeTree } from '../lake/durable-files.ts'
import { isTableName, type LakeLayout } from '../lake/lake-layout.ts'
import { readLedger } from '../lake/ledger.ts'
import { openDuckDb, quoteText } from '../lake/open-duckdb.ts'

export interface RefusedRecord {
  readonly table: string
  readonly batch: string
  readonly file: string
  /** Row of the file from 1, header and blank lines not counted. */
  readonly row: number
  readonly byteOffset: number
  readonly column: string | null
  readonly rule: string
  readonly rules: string
  readonly rawRecord: Uint8Array
}

export interface QuarantineFilter {
  readonly table?: string | undefined
  readonly rule?: string | undefined
  readonly column?: string | undefined
  readonly batch?: string | undefined
  readonly limit: number
}

/** Tables of a run that have quarantined rows, with their files. */
export function quarantineFiles(lake: LakeLayout, run: string): Map<string, string[]> {
  const root = join(lake.quarantine, run)
  const files = new Map<string, string[]>()
  if (!existsSync(root)) return files
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
  for (const path of paths.filter((name) => name.endsWith('.parquet')).sort()) {
    const table = path.slice(0, path.lastIndexOf('/'))
    if (!isTableName(table)) continue
    files.set(table, [...(files.get(table) ?? []), join(root, path)])
  }
  return files
}

/** Refused records in the order of the extract, at most `limit`. */
export async function readRefusedRecords(
  lake: LakeLayout,
  run: string,
  filter: QuarantineFilter,
): Promise<RefusedRecord[]> {
  const firstRows = await firstRowsOfBatches(lake, run)
  const records: RefusedRecord[] = []
  const database = await openDuckDb({
    memoryBytes: limits.tableCheckMemoryBytes,
    threads: 1,
    spillFolder: null,
    spillBytesMax: 0,
  })
  try {
    for (const [table, files] of committedFiles(lake, run, firstRows)) {
      if (filter.table !== undefined && filter.table !== table) continue
      const reader = await database.connection.runAndReadAll(
        `SELECT batch, file, "row", byte_offset, "column", rule, rules, raw_record
         FROM read_parquet([${files.map(quoteText).join(', ')}])
         WHERE ${conditions(filter)} ORDER BY batch, "row" LIMIT ${filter.limit - records.length}`,
      )
      for (const row of reader.getRows()) records.push(refusedRecord(table, row, firstRows))
      if (records.length >= filter.limit) break
    }
    return records
  } finally {
    database.close()
  }
}

function conditions(filter: QuarantineFilter): string {
  const wanted = ['true']
  if (filter.rule !== undefined) wanted.push(`rule = ${quoteText(filter.rule)}`)
  if (filter.batch !== undefined) wanted.push(`batch = ${quoteText(filter.batch)}`)
  if (filter.column === 'record') wanted.push('"column" IS NULL')
  else if (filter.column !== undefined) wanted.push(`"column" = ${quoteText(filter.column)}`)
  return wanted.join(' AND ')
}

interface BatchPlace {
  readonly firstRow: number
  /** The quarantine file that the ledger vouches for; null for none. */
  readonly path: string | null
}

/** Only what the ledger names: a killed worker may have left a file that no line vouches for. */
function committedFiles(
  lake: LakeLayout,
  run: string,
  places: ReadonlyMap<string, BatchPlace>,
): Map<string, string[]> {
  const committed = new Set([...places.values()].map(({ path }) => path))
  const files = new Map<string, string[]>()
  for (const [table, paths] of quarantineFiles(lake, run)) {
    const kept = paths.filter((path) => committed.has(path))
    if (kept.length > 0) files.set(table, kept)
  }
  return files
}

/**
 * Removes quarantine files that the ledger of a run does not name, such as those of first passes that
 * a second one replaced: whoever reads the folder with another tool sees each refused row once.
 */
export async function removeSuperseded(lake: LakeLayout, run: string): Promise<void> {
  const named = committedFiles(lake, run, await firstRowsOfBatches(lake, run))
  for (const [table, paths] of quarantineFiles(lake, run)) {
    const kept = new Set(named.get(table))
    for (const path of paths.filter((one) => !kept.has(one))) await removeTree(path)
  }
}

async function firstRowsOfBatches(lake: LakeLayout, run: string): Promise<Map<string, BatchPlace>> {
  const ledger = await readLedger(lake, run)
  const places = new Map<string, BatchPlace>()
  const nextRow = new Map<string, number>()
  const batches = [...(ledger?.batches.values() ?? [])].sort(byBatch)
  for (const { table, batch, file, result, quarantine } of batches) {
    const key = `${table} ${file}`
    const firstRow = nextRow.get(key) ?? 0
    nextRow.set(key, firstRow + result.rowsIn)
    const path = quarantine === null ? null : join(lake.quarantineTable(run, table), quarantine)
    places.set(batch, { firstRow, path })
  }
  return places
}

function byBatch(left: LedgerBatchLine, right: LedgerBatchLine): number {
  if (left.table !== right.table) return left.table < right.table ? -1 : 1
  return batchNumber(left.batch) - batchNumber(right.batch)
}

const batchNumber = (batch: string): number => Number(batch.slice(batch.lastIndexOf(':') + 1))

function refusedRecord(
  table: string,
  row: readonly unknown[],
  places: ReadonlyMap<string, BatchPlace>,
): RefusedRecord {
  const [batch, file, rowInBatch, byteOffset, column, rule, rules, raw] = row
  const firstRow = places.get(String(batch))?.firstRow ?? 0
  return {
    table,
    batch: String(batch),
    file: String(file),
    row: firstRow + Number(rowInBatch),
    byteOffset: Number(byteOffset),
    column: column === null ? null : String(column),
    rule: String(rule),
    rules: String(rules),
    rawRecord: (raw as { bytes: Uint8Array }).bytes,
  }
}
