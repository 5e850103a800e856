// Column chunks of several pages: what only shows in tables larger than the generated ones.
import { afterAll, expect, test } from '@jest/globals'
import { checkLayout } from '../../support/parquet-checks.ts'
import { makeScratchFolder, writeTable } from '../../support/parquet-files.ts'
import { numberAt, readLayout } from '../../support/parquet-layout.ts'
import {
  readWithDuckdb,
  readWithHyparquet,
  readWithParquetjs,
  readWithParquetWasm,
} from '../../support/parquet-readers.ts'
import {
  type Cell,
  type ColumnPlan,
  makeTable,
  type Table,
  type TablePlan,
} from '../../support/parquet-tables.ts'

const scratch = makeScratchFolder()
afterAll(() => scratch.remove())

/** Equal cells, compared quickly: a difference of large arrays is of no use to a person anyway. */
function expectCells(read: Cell[][], table: Table): void {
  for (const [index, cells] of table.cells.entries()) {
    expect(read[index]?.length).toBe(cells.length)
    const wrong = cells.findIndex((cell, row) => read[index]?.[row] !== cell)
    expect([index, wrong]).toEqual([index, -1])
  }
}

function plan(columns: ColumnPlan[], rowGroups: number[][]): TablePlan {
  return { seed: 11, columns, rowGroups, bitOffset: 3, longTexts: false }
}

const events: ColumnPlan[] = [
  {
    column: { name: 'patient_id', type: 'int64', nullable: false },
    profile: 'runs',
    nullTenths: 0,
    keyed: false,
  },
  {
    column: { name: 'date_', type: 'date', nullable: true },
    profile: 'edge',
    nullTenths: 1,
    keyed: false,
  },
  {
    column: { name: 'code__', type: 'string', nullable: true },
    profile: 'few',
    nullTenths: 1,
    keyed: true,
  },
  {
    column: { name: 'value___', type: 'double', nullable: true },
    profile: 'distinct',
    nullTenths: 4,
    keyed: false,
  },
  {
    column: { name: 'done____', type: 'boolean', nullable: true },
    profile: 'edge',
    nullTenths: 4,
    keyed: false,
  },
]

test('row groups of several pages are read back by every reader', async () => {
  const table = makeTable(plan(events, [[65_536, 65_001, 1_010], [2], [9_000]]))
  const path = scratch.next()
  await writeTable(path, table)
  checkLayout(path, table)
  expectCells(await readWithDuckdb(path, table.columns), table)
  expectCells(await readWithHyparquet(path, table.columns), table)
  expectCells(await readWithParquetWasm(path, table.columns), table)
})

test('plain column chunks of several pages are read back by parquetjs-lite too', async () => {
  const table = makeTable(plan(events.slice(2, 4), [[65_536, 1_001]]))
  const path = scratch.next()
  await writeTable(path, table, { dictionary: 'off' })
  checkLayout(path, table)
  expectCells(await readWithParquetjs(path, table.columns), table)
  expectCells(await readWithDuckdb(path, table.columns), table)
})

test('pages of long texts end near one mebibyte, between two rows', async () => {
  const columns: ColumnPlan[] = [true, false].map((keyed) => ({
    column: { name: keyed ? 'keyed' : 'plain_', type: 'string', nullable: true },
    profile: 'edge',
    nullTenths: 4,
    keyed,
  }))
  const table = makeTable({ ...plan(columns, [[3_000, 5_000]]), longTexts: true })
  const path = scratch.next()
  await writeTable(path, table, { dictionary: 'off' })
  checkLayout(path, table)
  expectCells(await readWithDuckdb(path, table.columns), table)
  expectCells(await readWithParquetjs(path, table.columns), table)
  for (const { pages } of readLayout(path).rowGroups.flat()) {
    expect(pages.length).toBeGreaterThan(1)
    for (const { header } of pages) expect(numberAt(header, 2)).toBeLessThan(1_250_000)
  }
})
