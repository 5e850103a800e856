// Independent readers of Parquet files, each giving the cells of every column as canonical text.
import { readFileSync } from 'node:fs'
import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api'
import { tableFromIPC } from 'apache-arrow'
import { parquetReadObjects } from 'hyparquet'
import * as parquetWasm from 'parquet-wasm/node'
import parquetjs from 'parquetjs-lite'
import type { ParquetColumn } from '../../contracts/stage.ts'
import { binaryCell, type Cell, doubleCell } from './parquet-tables.ts'

export type ReadCells = (path: string, columns: readonly ParquetColumn[]) => Promise<Cell[][]>

const dayMilliseconds = 86_400_000

/** Cells by column from rows of values, each turned to text by its column's type. */
function byColumn(
  columns: readonly ParquetColumn[],
  rows: readonly Record<string, unknown>[],
): Cell[][] {
  return columns.map(({ name, type }) => rows.map((row) => toCell(type, row[name] ?? null)))
}

function toCell(type: ParquetColumn['type'], value: unknown): Cell {
  if (value === null || value === undefined) return null
  if (type === 'double' && typeof value === 'number') return doubleCell(value)
  if (type === 'binary' && typeof value === 'object') return binaryCell(value as Uint8Array)
  if (type === 'date' && Object.prototype.toString.call(value) === '[object Date]') {
    return String((value as Date).getTime() / dayMilliseconds)
  }
  if (type === 'date' && typeof value === 'number') return String(value / dayMilliseconds)
  return String(value)
}

function duckdbValue(value: DuckDBValue): unknown {
  if (typeof value === 'object' && value && 'days' in value)
    return Number(value.days) * dayMilliseconds
  if (typeof value === 'object' && value && 'bytes' in value) return value.bytes
  return value
}

let duckdb: Promise<DuckDBInstance> | null = null

/** Rows of a statement, values as DuckDB's client gives them. */
export async function queryDuckdb(sql: string): Promise<Record<string, DuckDBValue>[]> {
  duckdb ??= DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await (await duckdb).connect()
  try {
    return await (await connection.run(sql)).getRowObjects()
  } finally {
    connection.closeSync()
  }
}

export const readWithDuckdb: ReadCells = async (path, columns) => {
  const rows = await queryDuckdb(`SELECT * FROM read_parquet('${path}')`)
  const values = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, duckdbValue(value)])),
  )
  return byColumn(columns, values)
}

/** A copy of the file's bytes in a buffer of its own. */
export function readBuffer(path: string): ArrayBuffer {
  return Uint8Array.from(readFileSync(path)).buffer
}

export const readWithHyparquet: ReadCells = async (path, columns) => {
  const rows = await parquetReadObjects({ file: readBuffer(path), utf8: false })
  return byColumn(columns, rows)
}

export const readWithParquetWasm: ReadCells = async (path, columns) => {
  const table = parquetWasm.readParquet(new Uint8Array(readBuffer(path)))
  const arrow = tableFromIPC(table.intoIPCStream())
  return columns.map(({ name, type }) => {
    const vector = arrow.getChild(name)
    return Array.from({ length: arrow.numRows }, (_, row) => toCell(type, vector?.get(row)))
  })
}

export const readWithParquetjs: ReadCells = async (path, columns) => {
  const reader = await parquetjs.ParquetReader.openFile(path)
  try {
    // Row by row it shifts an array, which takes seconds for a large row group.
    const cursor = reader.getCursor()
    const rows: Record<string, unknown>[] = []
    for (let group = await cursor.nextRowGroup(); group; group = await cursor.nextRowGroup()) {
      for (const row of group) rows.push(row)
    }
    return byColumn(columns, rows)
  } finally {
    await reader.close()
  }
}
