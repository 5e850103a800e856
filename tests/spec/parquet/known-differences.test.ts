// The faults of parquetjs-lite that docs/known-differences.md lists. Each test fails the day its entry
// stops being true, and the entry goes.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { makeScratchFolder, writeTable } from '../../support/parquet-files.ts'
import { queryDuckdb, readWithDuckdb, readWithParquetjs } from '../../support/parquet-readers.ts'
import { type Table, toArrow, toRecordBatch } from '../../support/parquet-tables.ts'
import { repositoryRoot } from '../../support/paths.ts'

const scratch = makeScratchFolder()
afterAll(() => scratch.remove())

/** Runs of twenty rows, 300 distinct values: RLE runs of indices from 0 to 299. */
function runs(): Table {
  const columns = [{ name: 'value', type: 'int64', nullable: false }] as const
  const cells = Array.from({ length: 6000 }, (_, row) => String(Math.floor(row / 20)))
  const batch = toRecordBatch(columns, [toArrow('int64', cells, 0, null)])
  return { columns, cells: [cells], rowGroups: [[batch]] }
}

const register = readFileSync(join(repositoryRoot, 'docs', 'known-differences.md'), 'utf8')

/** The heading of an entry, which must exist. */
function registered(id: string): string {
  const heading = register.split('\n').find((line) => line.startsWith(`## ${id}: `))
  if (heading === undefined) throw new Error(`docs/known-differences.md has no entry ${id}`)
  return heading.slice(3)
}

test(registered('parquetjs-lite-1'), async () => {
  const columns = [{ name: 'value', type: 'string', nullable: false }] as const
  const cells = Array.from({ length: 600 }, (_, row) => `text ${(row * row) % 7}`)
  const batch = toRecordBatch(columns, [toArrow('string', cells, 0, null)])
  const table: Table = { columns, cells: [cells], rowGroups: [[batch]] }
  const path = scratch.next()
  await writeTable(path, table)
  expect(await readWithDuckdb(path, table.columns)).toEqual(table.cells)
  await expect(readWithParquetjs(path, table.columns)).rejects.toBe(
    'invalid encoding: RLE_DICTIONARY',
  )
})

test(registered('parquetjs-lite-3'), async () => {
  const table = runs()
  const path = scratch.next()
  await writeTable(path, table)
  expect(await readWithDuckdb(path, table.columns)).toEqual(table.cells)
  await expect(readWithParquetjs(path, table.columns)).rejects.toBe(
    'invalid encoding: DELTA_BINARY_PACKED',
  )
})

test(registered('parquetjs-lite-2'), async () => {
  const table = runs()
  const path = scratch.next()
  await queryDuckdb(
    `COPY (SELECT (range // 20)::BIGINT AS value FROM range(6000)) TO '${path}'
     (FORMAT parquet, PARQUET_VERSION V1)`,
  )
  expect(await readWithDuckdb(path, table.columns)).toEqual(table.cells)
  const [read] = await readWithParquetjs(path, table.columns)
  const [cells] = table.cells
  expect(read?.slice(0, 256 * 20)).toEqual(cells?.slice(0, 256 * 20))
  expect(read?.slice(256 * 20)).not.toEqual(cells?.slice(256 * 20))
})
