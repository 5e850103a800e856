// The values that writers of Parquet get wrong: written by hand here, one behaviour each.
import { afterAll, expect, test } from '@jest/globals'
import type { ParquetColumn } from '../../../contracts/stage.ts'
import { findZstd } from '../../../sinks/parquet/codecs.ts'
import { makeScratchFolder, writeTable } from '../../support/parquet-files.ts'
import { queryDuckdb, readWithDuckdb, readWithHyparquet } from '../../support/parquet-readers.ts'
import {
  type Cell,
  type Table,
  TextKeys,
  toArrow,
  toRecordBatch,
} from '../../support/parquet-tables.ts'

const scratch = makeScratchFolder()
afterAll(() => scratch.remove())

function oneColumn(
  type: ParquetColumn['type'],
  cells: readonly Cell[],
  options: { nullable?: boolean; keyed?: boolean } = {},
): Table {
  const columns = [{ name: 'value', type, nullable: options.nullable ?? true }]
  const keys = options.keyed === true ? new TextKeys() : null
  const batch = toRecordBatch(columns, [toArrow(type, cells, 5, keys)])
  return { columns, cells: [cells], rowGroups: [[batch]] }
}

async function write(table: Table, options = {}): Promise<string> {
  const path = scratch.next()
  await writeTable(path, table, options)
  return path
}

const metadataOf = (path: string) => queryDuckdb(`SELECT * FROM parquet_metadata('${path}')`)
const schemaOf = (path: string) => queryDuckdb(`SELECT * FROM parquet_schema('${path}')`)

test('physical and logical types are those of the design', async () => {
  const types = ['boolean', 'int32', 'int64', 'double', 'date', 'string', 'binary'] as const
  const columns = types.map((type, index) => ({ name: type, type, nullable: index % 2 === 0 }))
  const path = await write({ columns, cells: [], rowGroups: [] })
  const rows = (await schemaOf(path)).slice(1)
  const described = rows.map((row) => [
    row['name'],
    row['type'],
    row['repetition_type'],
    row['converted_type'],
  ])
  expect(described).toEqual([
    ['boolean', 'BOOLEAN', 'OPTIONAL', null],
    ['int32', 'INT32', 'REQUIRED', null],
    ['int64', 'INT64', 'OPTIONAL', null],
    ['double', 'DOUBLE', 'REQUIRED', null],
    ['date', 'INT32', 'OPTIONAL', 'DATE'],
    ['string', 'BYTE_ARRAY', 'REQUIRED', 'UTF8'],
    ['binary', 'BYTE_ARRAY', 'OPTIONAL', null],
  ])
  expect(rows.map((row) => String(row['logical_type'] ?? '')).slice(4, 6)).toEqual([
    'DateType()',
    'StringType()',
  ])
})

test('a file without rows has its columns and no row group', async () => {
  const path = await write({
    columns: [{ name: 'value', type: 'string', nullable: true }],
    cells: [[]],
    rowGroups: [],
  })
  expect(await queryDuckdb(`SELECT count(*) AS rows FROM '${path}'`)).toEqual([{ rows: 0n }])
  const [column] = await queryDuckdb(`DESCRIBE SELECT * FROM '${path}'`)
  expect([column?.['column_name'], column?.['column_type']]).toEqual(['value', 'VARCHAR'])
})

test('statistics are the ones DuckDB understands', async () => {
  const path = await write(
    oneColumn('int64', ['5', null, '-9007199254740993', '9223372036854775807']),
  )
  const [chunk] = await metadataOf(path)
  expect([
    chunk?.['stats_null_count'],
    chunk?.['stats_min_value'],
    chunk?.['stats_max_value'],
  ]).toEqual([1n, '-9007199254740993', '9223372036854775807'])
  const dates = await metadataOf(await write(oneColumn('date', ['-719162', '2932896', '0'])))
  expect([dates[0]?.['stats_min_value'], dates[0]?.['stats_max_value']]).toEqual([
    '0001-01-01',
    '9999-12-31',
  ])
})

test('NaN is in the values and not in the statistics', async () => {
  const nan = '7ff8000000000000'
  const one = '3ff0000000000000'
  const path = await write(oneColumn('double', [nan, one, null]))
  expect(await readWithHyparquet(path, oneColumn('double', []).columns)).toEqual([[nan, one, null]])
  const [chunk] = await metadataOf(path)
  expect([chunk?.['stats_min_value'], chunk?.['stats_max_value']]).toEqual(['1.0', '1.0'])
  const [none] = await metadataOf(await write(oneColumn('double', [nan, nan])))
  expect([none?.['stats_min_value'], none?.['stats_max_value']]).toEqual([null, null])
})

test('a column of nulls alone is one RLE run of levels and no dictionary', async () => {
  for (const type of ['string', 'int64', 'boolean'] as const) {
    const table = oneColumn(
      type,
      Array.from({ length: 1000 }, () => null),
      {
        keyed: type === 'string',
      },
    )
    const path = await write(table)
    expect(await readWithDuckdb(path, table.columns)).toEqual(table.cells)
    const [chunk] = await metadataOf(path)
    expect([chunk?.['stats_null_count'], chunk?.['dictionary_page_offset']]).toEqual([1000n, null])
    expect(Number(chunk?.['total_uncompressed_size'])).toBeLessThan(40)
  }
})

test('repeated values become a dictionary, different ones stay plain, and off is off', async () => {
  const repeated = Array.from({ length: 4000 }, (_, row) => `a code of some length ${row % 9}`)
  const different = Array.from({ length: 4000 }, (_, row) => `${row * 7919}`)
  const encodingsOf = async (cells: Cell[], options = {}, keyed = true) => {
    const [chunk] = await metadataOf(await write(oneColumn('string', cells, { keyed }), options))
    return String(chunk?.['encodings'])
  }
  for (const keyed of [true, false]) {
    expect(await encodingsOf(repeated, {}, keyed)).toContain('RLE_DICTIONARY')
    expect(await encodingsOf(different, {}, keyed)).not.toContain('DICTIONARY')
    expect(await encodingsOf(repeated, { dictionary: 'off' }, keyed)).not.toContain('DICTIONARY')
  }
})

test('long runs of a dictionary column take a few bytes', async () => {
  const cells = Array.from({ length: 100_000 }, (_, row) => String(Math.floor(row / 25_000)))
  const table = oneColumn('int64', cells)
  const path = await write(table, { compression: 'uncompressed' })
  const [chunk] = await metadataOf(path)
  expect(Number(chunk?.['total_compressed_size'])).toBeLessThan(150)
  expect(await readWithDuckdb(path, table.columns)).toEqual(table.cells)
})

test('the file says who wrote it and carries its metadata', async () => {
  const metadata = { 'safelanding.contract': 'core/patients', 'safelanding.run': 'ünïcode' }
  const path = await write(oneColumn('int32', ['1']), { metadata })
  const [file] = await queryDuckdb(`SELECT * FROM parquet_file_metadata('${path}')`)
  expect(String(file?.['created_by'])).toMatch(/^safelanding version \d+\.\d+\.\d+$/)
  const pairs = await queryDuckdb(
    `SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata('${path}')`,
  )
  expect(Object.fromEntries(pairs.map(({ key, value }) => [key, value]))).toEqual(metadata)
})

const zstdTest = findZstd() === null ? test.skip : test

zstdTest('zstd is read back by DuckDB', async () => {
  const table = oneColumn(
    'string',
    Array.from({ length: 500 }, (_, row) => `text ${row % 50}`),
  )
  const path = await write(table, { compression: 'zstd' })
  expect(await readWithDuckdb(path, table.columns)).toEqual(table.cells)
  expect((await metadataOf(path))[0]?.['compression']).toBe('ZSTD')
})
