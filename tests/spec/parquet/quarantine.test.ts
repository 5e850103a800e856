// What a quarantine file holds for each refused row.
import { statSync } from 'node:fs'
import { afterAll, expect, test } from '@jest/globals'
import { limits } from '../../../config/limits.ts'
import { ruleDefinitions } from '../../../contracts/rules.ts'
import type { FieldBatch, RejectedRows } from '../../../contracts/stage.ts'
import { openQuarantineWriter } from '../../../sinks/quarantine.ts'
import { makeScratchFolder } from '../../support/parquet-files.ts'
import { queryDuckdb } from '../../support/parquet-readers.ts'

const scratch = makeScratchFolder()
afterAll(() => scratch.remove())

const origin = {
  run: '20261122T020000Z-7f3a',
  table: 'core/patients',
  batch: 'core/patients:0007',
  file: 'extracts/patients.csv',
  columnNames: ['patient_id', 'date_of_birth', 'sex'],
}

/** A field batch of these records, one line end between them. */
function fieldBatch(records: readonly Buffer[], firstRow: number, byteOffset: number): FieldBatch {
  const starts: number[] = []
  const ends: number[] = []
  let at = 0
  for (const record of records) {
    starts.push(at)
    ends.push(at + record.length)
    at += record.length + 1
  }
  return {
    bytes: Buffer.concat(records.flatMap((record) => [record, Buffer.from('\n')])),
    rowCount: records.length,
    fieldCount: 0,
    capacity: records.length,
    starts: new Int32Array(),
    ends: new Int32Array(),
    recordStarts: Int32Array.from(starts),
    recordEnds: Int32Array.from(ends),
    structure: new Uint8Array(records.length),
    structureCount: 0,
    firstRow,
    byteOffset,
  }
}

type RuleName = keyof typeof ruleDefinitions
const bit = (rule: RuleName): number => 1 << ruleDefinitions[rule].number

/** Rejects as [row, column index, failing rules]; arrays are longer than their count, as in reuse. */
function rejectedRows(rejects: readonly [number, number, RuleName[]][]): RejectedRows {
  const spare: [number, number, RuleName[]] = [99, 2, ['unique']]
  const all = [...rejects, spare]
  return {
    count: rejects.length,
    rows: Int32Array.from(all, ([row]) => row),
    columns: Int16Array.from(all, ([, column]) => column),
    rules: Uint8Array.from(all, ([, , rules]) => ruleDefinitions[rules[0] ?? 'type'].number),
    masks: Int32Array.from(all, ([, , rules]) => rules.reduce((mask, rule) => mask | bit(rule), 0)),
  }
}

test('a refused row keeps its place, its rules and its raw bytes', async () => {
  const path = scratch.next()
  const writer = openQuarantineWriter(path, origin)
  const records = [
    Buffer.from('1,x,f'),
    Buffer.from('2,é,"'),
    Buffer.of(0xff, 0, 0x2c),
    Buffer.of(),
  ]
  writer.add(
    rejectedRows([
      [0, 1, ['type', 'date_after']],
      [2, -1, ['too_few_fields']],
    ]),
    fieldBatch(records, 0, 40),
  )
  writer.add(rejectedRows([]), fieldBatch(records, 4, 60))
  writer.add(
    rejectedRows([
      [1, 2, ['categorical']],
      [3, 0, ['not_null', 'unique']],
    ]),
    fieldBatch(records, 5_000_000_000, 6_000_000_000),
  )
  const part = await writer.commit()
  expect(part.rows).toBe(4)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const rows = await queryDuckdb(`SELECT * REPLACE (hex(raw_record) AS raw_record) FROM '${path}'`)
  const common = { batch: 'core/patients:0007', file: 'extracts/patients.csv' }
  const hex = (index: number): string =>
    (records[index] ?? Buffer.of()).toString('hex').toUpperCase()
  expect(rows).toEqual([
    {
      ...common,
      row: 1n,
      byte_offset: 40n,
      column: 'date_of_birth',
      rule: 'type',
      rules: 'type,date_after',
      raw_record: hex(0),
    },
    {
      ...common,
      row: 3n,
      byte_offset: 53n,
      column: null,
      rule: 'too_few_fields',
      rules: 'too_few_fields',
      raw_record: hex(2),
    },
    {
      ...common,
      row: 5_000_000_002n,
      byte_offset: 6_000_000_006n,
      column: 'sex',
      rule: 'categorical',
      rules: 'categorical',
      raw_record: hex(1),
    },
    {
      ...common,
      row: 5_000_000_004n,
      byte_offset: 6_000_000_017n,
      column: 'patient_id',
      rule: 'not_null',
      rules: 'not_null,unique',
      raw_record: '',
    },
  ])
  const types = await queryDuckdb(`DESCRIBE SELECT * FROM '${path}'`)
  expect(types.map((row) => row['column_type'])).toEqual([
    'VARCHAR',
    'VARCHAR',
    'BIGINT',
    'BIGINT',
    'VARCHAR',
    'VARCHAR',
    'VARCHAR',
    'BLOB',
  ])
})

test('a record over the limit is cut, and the cut is counted', async () => {
  const path = scratch.next()
  const writer = openQuarantineWriter(path, origin)
  const long = Buffer.alloc(limits.quarantineRecordBytesMax + 1, 'y')
  const exact = long.subarray(1)
  writer.add(
    rejectedRows([
      [0, -1, ['record_too_long']],
      [1, -1, ['record_too_long']],
    ]),
    fieldBatch([long, exact], 0, 0),
  )
  expect(writer.cutRecords).toBe(1)
  await writer.commit()
  const lengths = await queryDuckdb(`SELECT octet_length(raw_record) AS bytes FROM '${path}'`)
  expect(lengths.map((row) => Number(row['bytes']))).toEqual([exact.length, exact.length])
})

test('memory is bounded: many refused bytes end row groups', async () => {
  const path = scratch.next()
  const writer = openQuarantineWriter(path, origin)
  const records = Array.from({ length: 4 }, (_, row) => Buffer.alloc(900_000, row + 65))
  const rejects = rejectedRows([0, 1, 2, 3].map((row) => [row, 0, ['type']]))
  for (let part = 0; part < 10; part++) writer.add(rejects, fieldBatch(records, part * 4, 0))
  await writer.commit()
  const groups = await queryDuckdb(`SELECT DISTINCT row_group_id FROM parquet_metadata('${path}')`)
  expect(groups.length).toBeGreaterThan(1)
  const [counts] = await queryDuckdb(
    `SELECT count(*) AS rows, count(DISTINCT raw_record) AS records FROM '${path}'`,
  )
  expect(counts).toEqual({ rows: 40n, records: 4n })
})
