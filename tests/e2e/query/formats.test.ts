// Each format, read back by a reader that shares no code with its writer.
import {
  chmodSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Table as ArrowTable, tableFromIPC, tableToIPC } from 'apache-arrow'
import fc from 'fast-check'
import { parquetReadObjects } from 'hyparquet'
import { quoteText } from '../../../lake/open-duckdb.ts'
import { runQuery } from '../../../query/run-query.ts'
import { publishParquet, queryBytes, queryLines } from '../../support/parquet-lake.ts'

let root: string
let remove: () => void
beforeAll(async () => {
  const lake = await publishParquet()
  root = lake.root
  remove = lake.remove
})
afterAll(() => remove())

const everyType = `SELECT patient_id, date_of_birth, date_of_death, sex, patient_id = 2 AS flag,
  CASE WHEN patient_id <> 3 THEN 1.5::DOUBLE * patient_id END AS number,
  sum(patient_id) OVER () AS total, 12.50::DECIMAL(9,2) * patient_id AS price,
  TIMESTAMP '2020-01-01 01:02:03.5' AS instant, [patient_id, NULL] AS list,
  patient_id::SMALLINT AS small FROM patients WHERE patient_id < 10 ORDER BY patient_id`

async function readRows(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const rows = (await connection.runAndReadAll(sql)).getRowsJson()
  connection.closeSync()
  instance.closeSync()
  return rows
}

test('csv: header, nulls apart from empty text, quotes, formulas as they are', async () => {
  const sql =
    'SELECT snomedct_code AS "a ""code""", numeric_value, date FROM clinical_events ORDER BY snomedct_code'
  const text = (await queryBytes(root, sql, 'csv')).toString()
  expect(text).toBe(
    '"a ""code""",numeric_value,date\r\n' +
      '"",-0,\r\n' +
      '999000011000001104,1.5,2019-01-01\r\n' +
      '=1+1,1e+300,0001-01-01\r\n' +
      '"canary ""quoted"", text",,2019-06-01\r\n',
  )
  const path = join(root, 'out.csv')
  await runQuery({ lake: root, snapshot: null, sql, format: 'csv', out: path })
  expect(readFileSync(path, 'utf8')).toBe(text)
  const rows = await readRows(
    `FROM read_csv('${path}', all_varchar = true, allow_quoted_nulls = false)`,
  )
  expect(rows).toEqual([
    ['', '-0', null],
    ['999000011000001104', '1.5', '2019-01-01'],
    ['=1+1', '1e+300', '0001-01-01'],
    ['canary "quoted", text', null, '2019-06-01'],
  ])
  expect((await queryBytes(root, 'SELECT NULL AS n FROM range(2)', 'csv')).toString()).toBe(
    'n\r\n""\r\n""\r\n',
  )
})

test('any text goes through csv and json and comes back', async () => {
  const seed = Number(process.env['GENERATIVE_SEED'] ?? 20261122)
  const numRuns = Number(process.env['GENERATIVE_EXAMPLES'] ?? 10)
  const unit = fc.constantFrom('', 'a', '"', ',', '\r', '\n', '\\', "'", '=', 'é', '😀', ' ', '\t')
  const cell = fc.option(fc.array(unit, { maxLength: 6 }).map((parts) => parts.join('')))
  const rows = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 })
  const literal = (text: string | null) => (text === null ? 'NULL::VARCHAR' : quoteText(text))
  const property = fc.asyncProperty(rows, async (table) => {
    const values = table.map((row, index) => `(${index}, ${row.map(literal).join(', ')})`)
    const sql = `SELECT * FROM (VALUES ${values.join(', ')}) AS t(i, a, b) ORDER BY i`
    const expected = table.map(([a, b], index) => [String(index), a, b])
    const parsed = (await queryLines(root, sql)).map((line) => JSON.parse(line))
    expect(parsed.map(({ i, a, b }) => [String(i), a, b])).toEqual(expected)
    const path = join(root, 'any.csv')
    await runQuery({ lake: root, snapshot: null, sql, format: 'csv', out: path })
    const options = 'all_varchar = true, allow_quoted_nulls = false, auto_detect = false'
    const dialect = `header = true, quote = '"', escape = '"', new_line = '\\r\\n'`
    const columns = "columns = {i: 'VARCHAR', a: 'VARCHAR', b: 'VARCHAR'}"
    const read = `FROM read_csv('${path}', ${options}, ${dialect}, ${columns}, nullstr = '')`
    expect(await readRows(read)).toEqual(expected)
  })
  await fc.assert(property, { seed, numRuns })
})

test('json: an object a line, numbers with all their digits', async () => {
  const lines = await queryLines(root, everyType)
  expect(lines[0]).toBe(
    '{"patient_id":2,"date_of_birth":"1960-02-01","date_of_death":"2020-05-05","sex":"male",' +
      '"flag":true,"number":3,"total":5,"price":25.00,"instant":"2020-01-01 01:02:03.5",' +
      '"list":[2,null],"small":2}',
  )
  const odd = "SELECT 'nan'::DOUBLE AS a, '-inf'::DOUBLE AS b, {'k': 'v'} AS c, MAP {1: 'x'} AS d"
  expect(await queryLines(root, odd)).toEqual([
    '{"a":"NaN","b":"-Infinity","c":{"k":"v"},"d":[{"key":1,"value":"x"}]}',
  ])
  const path = join(root, 'out.ndjson')
  const sql = 'FROM patients ORDER BY patient_id'
  await runQuery({ lake: root, snapshot: null, sql, format: 'json', out: path })
  expect(await readRows(`SELECT max(patient_id)::VARCHAR FROM read_ndjson('${path}')`)).toEqual([
    ['9007199254740993'],
  ])
})

// The record batches of an IPC file, behind the schema, are an IPC stream: arrow-rs reads that and writes
// Parquet, which DuckDB reads.
async function throughArrowRust(bytes: Buffer, path: string): Promise<void> {
  const { Table, writeParquet } = await import('parquet-wasm/node')
  const empty = tableToIPC(new ArrowTable(tableFromIPC(bytes).schema), 'stream')
  const stream = Buffer.concat([empty.subarray(0, -8), bytes.subarray(8)])
  writeFileSync(path, writeParquet(Table.fromIPCStream(stream)))
}

test('arrow: a file of plain types that arrow-rs reads too', async () => {
  const bytes = await queryBytes(root, everyType, 'arrow')
  const table = tableFromIPC(bytes)
  expect(table.schema.fields.map((field) => String(field.type))).toEqual([
    'Int64',
    'Date32<DAY>',
    'Date32<DAY>',
    'Utf8',
    'Bool',
    'Float64',
    'Decimal[38e0]',
    'Decimal[28e+2]',
    'Timestamp<MICROSECOND>',
    'Utf8',
    'Int64',
  ])
  const path = join(root, 'arrow.parquet')
  await throughArrowRust(bytes, path)
  const casts = 'total::VARCHAR, price::VARCHAR, instant::VARCHAR, list, small'
  const rows = await readRows(
    `SELECT patient_id, date_of_birth, date_of_death, sex, flag, number, ${casts} FROM '${path}'`,
  )
  expect(rows).toEqual([
    [
      '2',
      '1960-02-01',
      '2020-05-05',
      'male',
      true,
      3,
      '5',
      '25.00',
      '2020-01-01 01:02:03.5',
      '[2,null]',
      '2',
    ],
    [
      '3',
      '2001-12-01',
      null,
      'unknown',
      false,
      null,
      '5',
      '37.50',
      '2020-01-01 01:02:03.5',
      '[3,null]',
      '3',
    ],
  ])
})

test('arrow: many batches, negative numbers of 128 bits, no rows at all', async () => {
  const sql = `SELECT range AS n, CASE WHEN range % 3 > 0 THEN 'é' || range END AS t,
    (-range * 10000000000)::HUGEINT * 10000000000 AS h FROM range(150000)`
  const bytes = await queryBytes(root, sql, 'arrow')
  const table = tableFromIPC(bytes)
  expect(table.numRows).toBe(150_000)
  expect(table.batches.length).toBe(3)
  const path = join(root, 'many.parquet')
  await throughArrowRust(bytes, path)
  const wrong = `SELECT count(*) FROM (SELECT *, row_number() OVER () - 1 AS i FROM '${path}')
    WHERE n <> i OR t IS DISTINCT FROM (CASE WHEN i % 3 > 0 THEN 'é' || i END)
    OR h <> (-i * 10000000000)::HUGEINT * 10000000000`
  expect(await readRows(wrong)).toEqual([['0']])
  expect(tableFromIPC(await queryBytes(root, 'FROM empty', 'arrow')).numRows).toBe(0)
})

test('parquet: a file that another reader reads; without a file it is wrong usage', async () => {
  const path = join(root, 'out.parquet')
  const request = { lake: root, snapshot: null, format: 'parquet' as const, out: path }
  const outcome = await runQuery({ ...request, sql: 'FROM patients ORDER BY patient_id DESC' })
  expect(outcome).toEqual({ snapshot: 1, rows: 3, complete: true })
  const bytes = readFileSync(path)
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  const rows = await parquetReadObjects({ file })
  expect(rows.map((row) => [row['patient_id'], row['sex']])).toEqual([
    [9007199254740993n, 'female'],
    [3n, 'unknown'],
    [2n, 'male'],
  ])
  expect((await runQuery({ ...request, sql: 'DESCRIBE patients' })).rows).toBe(4)
  const failed = runQuery({ ...request, sql: 'SELECT sex::DATE FROM patients' })
  await expect(failed).rejects.toMatchObject({ errorName: 'query_failed' })
  expect(readdirSync(root).filter((name) => name.includes('.part'))).toEqual([])
  await expect(queryBytes(root, 'SELECT 1', 'parquet')).rejects.toMatchObject({ exit: 2 })
})

test('table: numbers to the right, nulls named, control characters shown, one page', async () => {
  const sql = `SELECT * FROM (VALUES (1, 'a', NULL), (-20, 'b' || chr(27) || chr(10), 2.5)) t(n, word, x)`
  expect((await queryBytes(root, sql, 'table')).toString()).toBe(
    '  n  word              x\n' +
      '---  -------------  ----\n' +
      '  1  a              NULL\n' +
      '-20  b\\u001b\\u000a   2.5\n' +
      '(2 rows)\n',
  )
  const colored = (await queryBytes(root, sql, 'table', { color: true })).toString()
  expect(colored).toContain('\u001b[2mNULL\u001b[22m')
  const long = (await queryBytes(root, 'SELECT * FROM range(20000)', 'table')).toString()
  expect(long.split('\n').length).toBe(10_000 + 2 + 1 + 1)
  expect(long).toContain('(the first 10000 rows of more: --format csv')
  expect((await queryBytes(root, 'FROM empty', 'table')).toString()).toContain('(0 rows)')
})

test('a flipped bit is refused before it is read, and does not concern other tables', async () => {
  const lake = await publishParquet()
  try {
    const folder = join(lake.root, 'snapshots', '000001', 'core', 'clinical_events')
    const path = join(folder, readdirSync(folder)[0] ?? '')
    const bytes = readFileSync(path)
    bytes[40] = (bytes[40] ?? 0) ^ 1
    chmodSync(path, 0o640)
    writeFileSync(path, bytes)
    const damaged = queryLines(lake.root, 'FROM clinical_events')
    await expect(damaged).rejects.toMatchObject({ errorName: 'snapshot_damaged', exit: 11 })
    rmSync(path)
    const lost = queryLines(lake.root, 'FROM clinical_events')
    await expect(lost).rejects.toMatchObject({ errorName: 'snapshot_damaged' })
    expect(await queryLines(lake.root, 'SELECT count(*) AS n FROM patients')).toEqual(['{"n":3}'])
  } finally {
    lake.remove()
  }
})

test('snapshots are asked for by number, from a lake with any name, also through a link', async () => {
  const odd = join(root, `it's [odd] *? "lake"`)
  mkdirSync(odd)
  await publishParquet(
    { 'core/patients': { columns: [['patient_id', 'BIGINT']], files: ['(VALUES (1))'] } },
    odd,
  )
  await publishParquet(
    { 'core/patients': { columns: [['patient_id', 'BIGINT']], files: ['(VALUES (2))'] } },
    odd,
  )
  const link = join(root, 'link')
  symlinkSync(odd, link)
  for (const lake of [odd, link]) {
    expect(await queryLines(lake, 'FROM patients')).toEqual(['{"patient_id":2}'])
    const first = await queryBytes(lake, 'FROM patients', 'json', { snapshot: 1 })
    expect(first.toString()).toBe('{"patient_id":1}\n')
  }
  const missing = queryBytes(odd, 'FROM patients', 'json', { snapshot: 3 })
  await expect(missing).rejects.toMatchObject({ errorName: 'unknown_name', exit: 2 })
  const nowhere = queryLines(join(root, 'nowhere'), 'SELECT 1')
  await expect(nowhere).rejects.toMatchObject({ errorName: 'lake_missing', exit: 4 })
  expect(existsSync(join(root, 'nowhere'))).toBe(false)
})

test('a folder that is not there is wrong usage', async () => {
  const out = join(root, 'nowhere', 'x.csv')
  const asked = runQuery({ lake: root, snapshot: null, sql: 'SELECT 1', format: 'csv', out })
  await expect(asked).rejects.toMatchObject({ errorName: 'usage', exit: 2 })
})

test('a full disk behind standard output passes, and is no defect', async () => {
  const full = createWriteStream('/dev/full')
  full.on('error', () => {})
  const asked = runQuery({ lake: root, snapshot: null, sql: 'SELECT 1', format: 'csv', out: full })
  if (existsSync('/dev/full')) {
    await expect(asked).rejects.toMatchObject({ errorName: 'disk_full', exit: 3 })
  } else await asked.catch(() => {})
})
