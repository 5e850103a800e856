// The tables of a snapshot as a client sees them: a schema for each contract namespace, and one named
// after the backend in which every table has its bare name, the widest contract of a name.
import { join } from 'node:path'
import type { ManifestColumn, SnapshotManifest } from '../../contracts/snapshot-manifest.ts'
import { quoteIdentifier, quoteText } from '../../lake/open-duckdb.ts'
import { bareNames, splitTableName } from '../snapshot-database.ts'
import type { TableColumn } from '../trino/compile/compiler.ts'
import {
  bigintType,
  booleanType,
  dateType,
  doubleType,
  type TrinoType,
  varbinaryType,
  varcharType,
} from '../trino/types.ts'

export interface CatalogueTable {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly columns: readonly (TableColumn & { readonly comment: string | null })[]
  /** What stands in FROM for it. */
  readonly sql: string
  /** Table of the manifest whose files are read; null: none of the lake's. */
  readonly source: string | null
}

/** Words of the contracts for tables (`core/patients`) and columns (`core/patients.sex`). */
export type Descriptions = ReadonlyMap<string, string>

const types: Readonly<Record<string, TrinoType>> = {
  boolean: booleanType,
  int32: { kind: 'integer' },
  int64: bigintType,
  double: doubleType,
  date: dateType,
  string: varcharType,
  binary: varbinaryType,
}

/** The type of a landed column. */
export function columnType({ parquet }: ManifestColumn): TrinoType {
  const type = types[parquet]
  if (type === undefined) throw new Error(`a column landed as ${parquet}`)
  return type
}

/** All tables of a snapshot whose folder is `folder`, by schema, then by name. */
export function lakeTables(
  manifest: SnapshotManifest,
  folder: string,
  descriptions: Descriptions,
): CatalogueTable[] {
  const tables: CatalogueTable[] = []
  const bare = bareNames(manifest)
  for (const [id, entry] of Object.entries(manifest.tables)) {
    const [namespace, name] = splitTableName(id)
    const columns = entry.columns.map((column) => ({
      name: column.name,
      type: columnType(column),
      engineName: column.name,
      // What lands was read from text that has no NaN.
      mayBeNaN: false,
      comment: descriptions.get(`${id}.${column.name}`) ?? null,
    }))
    const names = entry.columns.map((column) => quoteIdentifier(column.name)).join(', ')
    const paths = entry.files.map((file) => quoteText(join(folder, file.path))).join(', ')
    const sql = `(SELECT ${names} FROM read_parquet([${paths}], hive_partitioning = false))`
    const table = { name, comment: descriptions.get(id) ?? null, columns, sql, source: id }
    tables.push({ ...table, schema: namespace })
    if (bare.get(name) === id && namespace !== manifest.backend) {
      tables.push({ ...table, schema: manifest.backend })
    }
  }
  return tables.sort((a, b) => compare(a.schema, b.schema) || compare(a.name, b.name))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Schemas of a snapshot: the backend's and one for each namespace. */
export function lakeSchemas(manifest: SnapshotManifest): string[] {
  const namespaces = Object.keys(manifest.tables).map((table) => splitTableName(table)[0])
  return [...new Set([manifest.backend, ...namespaces])].sort()
}
