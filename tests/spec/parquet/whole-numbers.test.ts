// Whole numbers as differences: what readers could get wrong about blocks, wrapping and empty pages.
import { afterAll, expect, test } from '@jest/globals'
import type { ParquetColumn } from '../../../contracts/stage.ts'
import { checkLayout } from '../../support/parquet-checks.ts'
import { makeScratchFolder, writeTable } from '../../support/parquet-files.ts'
import { numberAt, readLayout, structAt } from '../../support/parquet-layout.ts'
import {
  type ReadCells,
  readWithDuckdb,
  readWithHyparquet,
  readWithParquetWasm,
} from '../../support/parquet-readers.ts'
import {
  type Cell,
  seeded,
  type Table,
  toArrow,
  toRecordBatch,
} from '../../support/parquet-tables.ts'

const scratch = makeScratchFolder()
afterAll(() => scratch.remove())

const readers: readonly ReadCells[] = [readWithDuckdb, readWithHyparquet, readWithParquetWasm]
const columns: readonly ParquetColumn[] = [
  { name: 'id', type: 'int64', nullable: false },
  { name: 'id_or_null', type: 'int64', nullable: true },
  { name: 'count', type: 'int32', nullable: true },
  { name: 'day', type: 'date', nullable: true },
]

/** Rising numbers, which differences suit best, with `odd` values now and then. */
function cellsOf(column: ParquetColumn, rowCount: number, odd: readonly string[]): Cell[] {
  const random = seeded(rowCount + column.name.length)
  let value = -40
  return Array.from({ length: rowCount }, (_, row) => {
    value += random() % 9
    if (column.nullable && random() % 4 === 0) return null
    return odd.length > 0 && row % 97 === 13 ? (odd[row % odd.length] ?? null) : String(value)
  })
}

const oddValues: Readonly<Record<string, readonly string[]>> = {
  int64: ['9223372036854775807', '-9223372036854775808', '4294967296', '-4294967297', '0'],
  int32: ['2147483647', '-2147483648', '65536', '-1'],
  date: ['-719162', '2932896', '0'],
}

function tableOf(cells: Cell[][]): Table {
  const children = columns.map(({ type }, index) => toArrow(type, cells[index] ?? [], 3, null))
  return { columns, cells, rowGroups: [[toRecordBatch(columns, children)]] }
}

/** Writes and reads; returns the encoding numbers of the columns' data pages. */
async function check(table: Table): Promise<number[][]> {
  const path = scratch.next()
  await writeTable(path, table)
  checkLayout(path, table)
  for (const read of readers) {
    const cells = await read(path, table.columns)
    for (const [index, expected] of table.cells.entries()) {
      const wrong = expected.findIndex((cell, row) => cells[index]?.[row] !== cell)
      expect([index, wrong, cells[index]?.length]).toEqual([index, -1, expected.length])
    }
  }
  return readLayout(path).rowGroups.flatMap((chunks) =>
    chunks.map(({ pages }) =>
      pages.map(({ header }) => (header.has(5) ? numberAt(structAt(header, 5), 2) : -1)),
    ),
  )
}

test.each([40, 127, 128, 129, 130, 256, 257, 258, 385])(
  'blocks end anywhere: %d rows',
  async (rows) => {
    const encodings = await check(tableOf(columns.map((column) => cellsOf(column, rows, []))))
    expect(encodings).toEqual([[5], [5], [5], [5]])
  },
)

test('extremes among them wrap around', async () => {
  const cells = columns.map((column) => cellsOf(column, 5000, oddValues[column.type] ?? []))
  const encodings = await check(tableOf(cells))
  expect(encodings).toEqual([[5], [5], [5], [5]])
})

test('a page of nulls alone has no differences, the pages after it have', async () => {
  const rows = 131_072
  const column = { name: 'id', type: 'int64', nullable: true } as const
  const cells = [...Array<Cell>(rows).fill(null), ...cellsOf(column, 1000, [])]
  const batch = toRecordBatch([column], [toArrow('int64', cells, 3, null)])
  const table: Table = { columns: [column], cells: [cells], rowGroups: [[batch]] }
  expect(await check(table)).toEqual([[5, 5]])
})

test('a single value, and one value again and again', async () => {
  await check(tableOf(columns.map(({ type }) => [oddValues[type]?.[1] ?? '0'])))
  await check(tableOf(columns.map(({ type }) => Array(1000).fill(oddValues[type]?.[0] ?? '0'))))
})
