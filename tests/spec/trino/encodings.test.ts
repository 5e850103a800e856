// Values as Trino's protocol writes them, by example.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openDuckDb } from '../../../lake/open-duckdb.ts'
import { jsonRowsSql } from '../../../query/protocol/encode-sql.ts'
import { resultColumn } from '../../../query/protocol/type-signature.ts'
import { parseStatement } from '../../../query/trino/parse-statement.ts'
import { resolveType, typeText } from '../../../query/trino/types.ts'

let database: Awaited<ReturnType<typeof openDuckDb>>
beforeAll(async () => {
  database = await openDuckDb({
    ...{ memoryBytes: 256 * 1024 * 1024, threads: 1, spillFolder: null, spillBytesMax: 0 },
  })
  await database.connection.run("SET TimeZone = 'UTC'")
})
afterAll(() => database.close())

function typeOf(text: string) {
  const { statement } = parseStatement(`CREATE TABLE t (a ${text})`)
  if (statement.kind !== 'create_table') throw new Error('not a table')
  const [column] = statement.columns
  if (column === undefined) throw new Error('no column')
  return resolveType(column.type, null)
}

test.each([
  ['boolean', 'true', 'true'],
  ['bigint', '9223372036854775807', '9223372036854775807'],
  ['bigint', 'NULL', 'null'],
  ['double', "CAST('NaN' AS DOUBLE)", '"NaN"'],
  ['double', "CAST('-Infinity' AS DOUBLE)", '"-Infinity"'],
  ['double', '0.1', '0.1'],
  ['double', '-0.0::DOUBLE', '-0.0'],
  ['double', '1e300', '1e+300'],
  ['real', '0.1::FLOAT', '0.1'],
  [
    'decimal(38,2)',
    '123456789012345678901234567890123456.70',
    '"123456789012345678901234567890123456.70"',
  ],
  ['varchar', `'a"b\\c' || chr(10) || chr(1) || 'é😀'`, '"a\\"b\\\\c\\n\\u0001é😀"'],
  ['varbinary', "unhex('00FF')", '"AP8="'],
  ['date', "DATE '2020-02-29'", '"2020-02-29"'],
  ['date', "DATE '0045-01-01 (BC)'", '"-0044-01-01"'],
  ['date', "DATE '0001-01-01 (BC)'", '"0000-01-01"'],
  ['date', "DATE '10000-01-01'", '"10000-01-01"'],
  ['timestamp(3)', "TIMESTAMP '2020-01-01 10:00:00.1239'", '"2020-01-01 10:00:00.123"'],
  ['timestamp(0)', "TIMESTAMP '2020-01-01 10:00:00'", '"2020-01-01 10:00:00"'],
  [
    'timestamp(6) with time zone',
    "TIMESTAMPTZ '2020-01-01 10:00:00+01'",
    '"2020-01-01 09:00:00.000000 UTC"',
  ],
  ['time(3)', "TIME '10:00:01.5'", '"10:00:01.500"'],
  [
    'uuid',
    "'12151fd2-7586-11e9-8f9e-2a86e4085a59'::UUID",
    '"12151fd2-7586-11e9-8f9e-2a86e4085a59"',
  ],
  ['array(varchar)', "['a', NULL]", '["a",null]'],
  ['array(array(bigint))', '[[1, 2], NULL, []]', '[[1,2],null,[]]'],
  ['map(varchar, bigint)', "MAP {'a': 1, 'b': NULL}", '{"a":1,"b":null}'],
  ['row(a bigint, b varchar)', "struct_pack(f1 := 1, f2 := 'x')", '[1,"x"]'],
])('%s %s is %s', async (text, value, json) => {
  const type = typeOf(text)
  const sql = jsonRowsSql(`SELECT ${value} AS k1`, [{ engineName: 'k1', type }])
  const reader = await database.connection.runAndReadAll(sql)
  expect(reader.getRowsJS()).toEqual([[`,[${json}]`]])
  expect(() => JSON.parse(`[${json}]`)).not.toThrow()
})

test('types are taken apart as clients read them', () => {
  expect(resultColumn('v', typeOf('decimal(10, 2)'))).toEqual({
    name: 'v',
    type: 'decimal(10,2)',
    typeSignature: {
      rawType: 'decimal',
      arguments: [
        { kind: 'LONG', value: 10 },
        { kind: 'LONG', value: 2 },
      ],
    },
  })
  expect(resultColumn('v', typeOf('varchar')).typeSignature.arguments).toEqual([
    { kind: 'LONG', value: 2147483647 },
  ])
  expect(resultColumn('v', typeOf('timestamp(6) with time zone'), false)).toEqual({
    name: 'v',
    type: 'timestamp with time zone',
    typeSignature: { rawType: 'timestamp with time zone', arguments: [] },
  })
  expect(resultColumn('v', typeOf('map(varchar(3), array(date))')).typeSignature).toEqual({
    rawType: 'map',
    arguments: [
      { kind: 'TYPE', value: { rawType: 'varchar', arguments: [{ kind: 'LONG', value: 3 }] } },
      {
        kind: 'TYPE',
        value: {
          rawType: 'array',
          arguments: [{ kind: 'TYPE', value: { rawType: 'date', arguments: [] } }],
        },
      },
    ],
  })
  expect(typeText(typeOf('row(a integer, b date)'))).toBe('row("a" integer, "b" date)')
})
