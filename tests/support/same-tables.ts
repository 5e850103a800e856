// Whether two snapshots hold the same tables: the same columns, and every value of every row as often,
// in any order, as DuckDB reads them.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect } from '@jest/globals'

let instance: Promise<DuckDBInstance> | null = null

/** Rows of a statement over files, as JSON values. */
export async function readRows(sql: string): Promise<unknown[][]> {
  instance ??= DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await (await instance).connect()
  try {
    return (await connection.runAndReadAll(sql)).getRowsJson()
  } finally {
    connection.closeSync()
  }
}

/** `namespace/table` of every table below the folder of a snapshot, sorted. */
export function tablesIn(snapshot: string): string[] {
  const names: string[] = []
  for (const entry of readdirSync(snapshot, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    for (const table of readdirSync(join(snapshot, entry.name))) {
      names.push(`${entry.name}/${table}`)
    }
  }
  return names.sort()
}

const filesOf = (snapshot: string, table: string): string =>
  `read_parquet('${join(snapshot, table)}/*.parquet')`

/** Fails unless both folders hold the same tables, value for value. */
export async function expectSameTables(found: string, expected: string): Promise<void> {
  expect(existsSync(join(found, 'manifest.json'))).toBe(true)
  expect(tablesIn(found)).toEqual(tablesIn(expected))
  for (const table of tablesIn(expected)) {
    const [left, right] = [filesOf(found, table), filesOf(expected, table)]
    const describe = (files: string) =>
      readRows(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${files})`)
    expect(await describe(left)).toEqual(await describe(right))
    const differences = await readRows(`SELECT
      (SELECT count(*) FROM ${left}) - (SELECT count(*) FROM ${right}),
      (SELECT count(*) FROM (FROM ${left} EXCEPT ALL FROM ${right})),
      (SELECT count(*) FROM (FROM ${right} EXCEPT ALL FROM ${left}))`)
    expect([table, differences]).toEqual([table, [['0', '0', '0']]])
  }
}
