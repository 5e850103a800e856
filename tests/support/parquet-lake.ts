// A published lake of small real tables, written by DuckDB: what queries are tested on.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { DuckDBInstance } from '@duckdb/node-api'
import type { ManifestColumn, ManifestTable } from '../../contracts/snapshot-manifest.ts'
import { assembleSnapshot, type LoadedTable } from '../../lake/assemble.ts'
import { digestFile } from '../../lake/durable-files.ts'
import { openOrCreateLake } from '../../lake/lake-layout.ts'
import { currentSnapshot } from '../../lake/manifest.ts'
import { quoteText } from '../../lake/open-duckdb.ts'
import { publishSnapshot } from '../../lake/publish.ts'
import { type QueryFormat, type QueryRequest, runQuery } from '../../query/run-query.ts'
import { scratchFolder, someInstant } from './lake-runs.ts'

export interface TestTable {
  readonly columns: readonly (readonly [name: string, sqlType: string])[]
  /** For each file the rows as SQL. */
  readonly files: readonly string[]
}

export const patientRows = `(VALUES
  (9007199254740993::BIGINT, DATE '1950-01-01', 'female', NULL::DATE),
  (2, DATE '1960-02-01', 'male', DATE '2020-05-05'),
  (3, DATE '2001-12-01', 'unknown', NULL))`

export const northshire: Readonly<Record<string, TestTable>> = {
  'core/patients': {
    columns: [
      ['patient_id', 'BIGINT'],
      ['date_of_birth', 'DATE'],
      ['sex', 'VARCHAR'],
      ['date_of_death', 'DATE'],
    ],
    files: [`${patientRows} LIMIT 2`, `${patientRows} OFFSET 2`],
  },
  'core/clinical_events': {
    columns: [
      ['patient_id', 'BIGINT'],
      ['date', 'DATE'],
      ['snomedct_code', 'VARCHAR'],
      ['numeric_value', 'DOUBLE'],
    ],
    files: [
      `(VALUES (2::BIGINT, DATE '2019-01-01', '999000011000001104', 1.5::DOUBLE),
        (2, DATE '2019-06-01', 'canary "quoted", text', NULL), (3, NULL, '', '-0.0'::DOUBLE),
        (9007199254740993, DATE '0001-01-01', '=1+1', 1e300))`,
    ],
  },
  'narrow/patients': {
    columns: [['patient_id', 'BIGINT']],
    files: ['(VALUES (1::BIGINT))'],
  },
  'narrow/empty': {
    columns: [['patient_id', 'BIGINT']],
    files: ['(VALUES (1::BIGINT)) LIMIT 0'],
  },
}

async function writeParquet(path: string, table: TestTable, rows: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  const names = table.columns.map(([name]) => `"${name}"`).join(', ')
  await connection.run(
    `COPY (SELECT * FROM (SELECT * FROM ${rows}) AS t(${names})) TO ${quoteText(path)} (FORMAT parquet)`,
  )
  connection.closeSync()
  instance.closeSync()
}

const parquetWords: Readonly<Record<string, string>> = {
  BIGINT: 'int64',
  INTEGER: 'int32',
  DATE: 'date',
  VARCHAR: 'string',
  DOUBLE: 'double',
  BOOLEAN: 'boolean',
}

async function stage(folder: string, name: string, table: TestTable): Promise<LoadedTable> {
  await mkdir(join(folder, name), { recursive: true })
  const parts = new Map<string, string>()
  const files: ManifestTable['files'][number][] = []
  for (const [index, rows] of table.files.entries()) {
    const part = join(folder, name, `${index}.parquet`)
    await writeParquet(part, table, rows)
    const path = `${name}/run.000${index + 1}.parquet`
    files.push({ path, rows: 0, identity: null, ...(await digestFile(part)) })
    parts.set(path, part)
  }
  const columns = table.columns.map(([column, sqlType]): ManifestColumn => {
    const parquet = parquetWords[sqlType] ?? sqlType
    return { name: column, type: sqlType, parquet, nullable: true }
  })
  const entry: ManifestTable = {
    contract: name,
    version: '1.0.0',
    contract_sha256: 'a'.repeat(64),
    rows: 0,
    run: 'run',
    columns,
    absent_columns: [],
    checks_not_run: [],
    rejected: 0,
    withheld: 0,
    files,
  }
  return { entry, parts }
}

/** Publishes the tables as the next snapshot of a lake; a new scratch lake without `root`. */
export async function publishParquet(
  tables: Readonly<Record<string, TestTable>> = northshire,
  root?: string,
): Promise<{ root: string; remove: () => void }> {
  const scratch = root === undefined ? scratchFolder() : { path: root, remove: () => {} }
  const lake = await openOrCreateLake(scratch.path)
  const loaded = new Map<string, LoadedTable>()
  for (const [name, table] of Object.entries(tables)) {
    loaded.set(name, await stage(lake.stagingRun('run'), name, table))
  }
  const manifest = await assembleSnapshot(lake, {
    run: 'run',
    backend: 'northshire',
    software: '0.0.0',
    publishedAt: someInstant,
    base: (await currentSnapshot(lake))?.manifest.snapshot ?? null,
    loaded,
    carried: [],
    deviations: [],
    optOuts: [],
    keyIds: [],
  })
  await publishSnapshot(lake, manifest)
  return { root: scratch.path, remove: scratch.remove }
}

/** Runs a statement and returns what it writes to a stream. */
export async function queryBytes(
  root: string,
  sql: string,
  format: QueryFormat,
  more: Partial<QueryRequest> = {},
): Promise<Buffer> {
  const pieces: Buffer[] = []
  const out = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      pieces.push(Buffer.from(chunk))
      done()
    },
  })
  await runQuery({ lake: root, snapshot: null, sql, format, out, ...more })
  return Buffer.concat(pieces)
}

/** Rows of a statement as the text of its NDJSON lines. */
export async function queryLines(
  root: string,
  sql: string,
  more: Partial<QueryRequest> = {},
): Promise<string[]> {
  const text = (await queryBytes(root, sql, 'json', more)).toString()
  return text === '' ? [] : text.trimEnd().split('\n')
}
