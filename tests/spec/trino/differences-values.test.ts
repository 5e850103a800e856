// Values of every type as Trino's documentation and source have them: literals, casts, arithmetic of
// decimals, times of day, intervals, arrays, maps and rows. What a row shows is the protocol's JSON.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openDuckDb } from '../../../lake/open-duckdb.ts'
import { jsonRowsSql } from '../../../query/protocol/encode-sql.ts'
import { typeText } from '../../../query/trino/types.ts'
import { engineError } from '../../../query/worker/engine-errors.ts'
import { compileTrino, doubleType, integerType, varcharType } from '../../support/trino-sql.ts'

const tables = { n: { k: integerType, f: doubleType }, s: { k: integerType, c: varcharType } }

let database: Awaited<ReturnType<typeof openDuckDb>>
beforeAll(async () => {
  database = await openDuckDb({
    ...{ memoryBytes: 256 * 1024 * 1024, threads: 1, spillFolder: null, spillBytesMax: 0 },
  })
  const prepare = [
    "SET TimeZone = 'UTC'",
    'CREATE TABLE n (k INTEGER, f DOUBLE)',
    "INSERT INTO n VALUES (1, 2.5), (2, 'NaN'), (3, NULL)",
    'CREATE TABLE s (k INTEGER, c VARCHAR)',
    "INSERT INTO s VALUES (1, ' 5'), (2, NULL), (3, '5')",
  ]
  for (const sql of prepare) await database.connection.run(sql)
})
afterAll(() => database.close())

/** `type json` of a query's only row, or the name of the error. */
async function answer(sql: string): Promise<string> {
  try {
    const query = compileTrino(
      /^(SELECT|WITH|VALUES|\(SELECT)/.test(sql) ? sql : `SELECT ${sql}`,
      tables,
    )
    const reader = await database.connection.runAndReadAll(jsonRowsSql(query.sql, query.columns))
    // Rows come with the comma that parts them from the one before.
    const rows = reader.getRowsJS().map(([row]) => String(row).slice(1))
    return `${query.columns.map(({ type }) => typeText(type)).join(', ')} ${rows.join(' ')}`
  } catch (error) {
    return engineError(error).errorName
  }
}

const shown: Readonly<Record<string, readonly (readonly [sql: string, wanted: string])[]>> = {
  'literals and texts of decimals': [
    ['.5', 'decimal(1,1) ["0.5"]'],
    ['-0.05', 'decimal(2,2) ["-0.05"]'],
    ['CAST(-0.05 AS varchar)', 'varchar ["-0.05"]'],
    ['CAST(true AS decimal(3,1))', 'decimal(3,1) ["1.0"]'],
  ],
  'arithmetic of decimals': [
    ['1.0 / 3', 'decimal(2,1) ["0.3"]'],
    ['1 / 3.0', 'decimal(12,1) ["0.3"]'],
    ['10.00 / 4', 'decimal(4,2) ["2.50"]'],
    ['-7.5 / 2', 'decimal(2,1) ["-3.8"]'],
    ['0.5 / -3', 'decimal(1,1) ["-0.2"]'],
    ['-0.05 / 0.1', 'decimal(3,2) ["-0.50"]'],
    ['1.005 / 0.001', 'decimal(7,3) ["1005.000"]'],
    ['CAST(NULL AS decimal(5,2)) / 2.0', 'decimal(6,2) [null]'],
    ['7.5 % 2', 'decimal(2,1) ["1.5"]'],
    ['-7.5 % 2', 'decimal(2,1) ["-1.5"]'],
    ['mod(5.5, 3)', 'decimal(2,1) ["2.5"]'],
    ['1.5 / 0', 'DIVISION_BY_ZERO'],
    ['1.5 % 0', 'DIVISION_BY_ZERO'],
    [
      "DECIMAL '12345678901234567890123456789012345678' + 1",
      'decimal(38,0) ["12345678901234567890123456789012345679"]',
    ],
    ["DECIMAL '99999999999999999999999999999999999999' + 1", 'NUMERIC_VALUE_OUT_OF_RANGE'],
    ["DECIMAL '99999999999999999999999999999999999999' * 10", 'NUMERIC_VALUE_OUT_OF_RANGE'],
    ['(SELECT sum(x) + 1 FROM (VALUES 1.5, 2.25) AS t(x))', 'decimal(38,2) ["4.75"]'],
    ['(SELECT sum(x) / 2 FROM (VALUES 1.5, 2.25) AS t(x))', 'NOT_SUPPORTED'],
    ['(SELECT avg(x) FROM (VALUES 1.5, 2.25) AS t(x))', 'NOT_SUPPORTED'],
  ],
  rounding: [
    ['round(1.5)', 'decimal(2,0) ["2"]'],
    ['round(9.9)', 'decimal(2,0) ["10"]'],
    ['round(1.455, 2)', 'decimal(5,3) ["1.460"]'],
    ['round(-1.45, 1)', 'decimal(4,2) ["-1.50"]'],
    ['round(12.5, 5)', 'decimal(4,1) ["12.5"]'],
    ['round(12.5, -1)', 'NOT_SUPPORTED'],
    ['round(-125, -1)', 'integer [-130]'],
    ["round(BIGINT '9223372036854775804', -1)", 'bigint [9223372036854775800]'],
    ['round(2147483647, -1)', 'NUMERIC_VALUE_OUT_OF_RANGE'],
    ["round(TINYINT '125', -1)", 'NUMERIC_VALUE_OUT_OF_RANGE'],
    ['round(2.675e0, 2)', 'double [2.68]'],
    ['round(1.005e0, 2)', 'double [1.0]'],
    ['round(12345.678e0, -2)', 'double [12300.0]'],
    ['SELECT round(25, k) FROM n', 'NOT_SUPPORTED'],
    ['truncate(1.99)', 'decimal(1,0) ["1"]'],
    ['truncate(-123)', 'decimal(10,0) ["-123"]'],
    ["truncate(REAL '1.9')", 'real [1.0]'],
    ['sign(-2.5)', 'decimal(1,0) ["-1"]'],
    ['sign(-0e0)', 'double [-0.0]'],
  ],
  'functions of doubles': [
    ['cbrt(27)', 'double [3.0]'],
    ['cbrt(-8)', 'double [-2.0]'],
    ['power(-1, infinity())', 'double ["NaN"]'],
    ['power(1, nan())', 'double ["NaN"]'],
    ['power(nan(), 0)', 'double [1.0]'],
    ['power(NULL, nan())', 'double [null]'],
    ['cos(infinity())', 'double ["NaN"]'],
  ],
  'texts as numbers': [
    ["TRY_CAST(' 5 ' AS double)", 'double [5.0]'],
    ["TRY_CAST('5d' AS double)", 'double [5.0]'],
    ["TRY_CAST('+NaN' AS double)", 'double ["NaN"]'],
    ["TRY_CAST('-Infinity ' AS real)", 'real ["-Infinity"]'],
    ["TRY_CAST('1e39' AS real)", 'real ["Infinity"]'],
    ["TRY_CAST('x' AS double)", 'double [null]'],
    ["TRY_CAST('0x1p3' AS double)", 'NOT_SUPPORTED'],
    ["CAST(' 5' AS integer)", 'INVALID_CAST_ARGUMENT'],
    // Versions of Trino are apart: null for one, 5 for another.
    ['SELECT TRY_CAST(c AS integer) FROM s', 'NOT_SUPPORTED'],
    ["TRY_CAST('5x' AS integer)", 'integer [null]'],
    ["TRY_CAST('1e3' AS decimal(5,0))", 'NOT_SUPPORTED'],
    ['CAST(1e39 AS real)', 'real ["Infinity"]'],
    ["CAST(REAL '0.1' AS varchar)", 'varchar ["1.0E-1"]'],
    ["CAST(REAL '1e10' AS varchar)", 'varchar ["1.0E10"]'],
    ['CAST(3000000000 AS integer)', 'NUMERIC_VALUE_OUT_OF_RANGE'],
    ['CAST(300 AS tinyint)', 'NUMERIC_VALUE_OUT_OF_RANGE'],
  ],
  'dates and timestamps': [
    ["DATE '1-01-01'", 'date ["0001-01-01"]'],
    ["DATE '-0044-03-15'", 'date ["-0044-03-15"]'],
    ["DATE '0000-02-29'", 'date ["0000-02-29"]'],
    ["DATE '-0001-02-29'", 'INVALID_LITERAL'],
    ["TIMESTAMP '1-01-01 00:00:00'", 'INVALID_LITERAL'],
    ["TIMESTAMP '2020-01-02 00:00:00 UTC+01:00'", 'NOT_SUPPORTED'],
    ["TIMESTAMP '2020-01-02 00:00:00 America/New_York'", 'NOT_SUPPORTED'],
  ],
  'texts as dates and timestamps': [
    ["CAST('20-1-1' AS date)", 'date ["0020-01-01"]'],
    ["TRY_CAST('+2020-1-1' AS date)", 'date ["2020-01-01"]'],
    ["CAST(CAST('-0044-03-15' AS date) AS varchar)", 'varchar ["-0044-03-15"]'],
    ["TRY_CAST('2020-01-01 10:00:00' AS date)", 'date [null]'],
    ["CAST('2020-01-01T10:00:00' AS timestamp)", 'INVALID_CAST_ARGUMENT'],
    ["TRY_CAST('2020-01-01 24:00:00' AS timestamp)", 'timestamp(3) [null]'],
    ["TIMESTAMP '2020-01-01T10:00:00'", 'INVALID_LITERAL'],
    ["CAST('2020-01-01 10:00:00.1239' AS timestamp)", 'timestamp(3) ["2020-01-01 10:00:00.124"]'],
    [
      "CAST('2020-01-01 10:00:00.1239' AS timestamp) = TIMESTAMP '2020-01-01 10:00:00.124'",
      'boolean [true]',
    ],
    [
      "CAST('2020-01-01 10:00:00.123456789' AS timestamp(6))",
      'timestamp(6) ["2020-01-01 10:00:00.123457"]',
    ],
    ["CAST('2020-01-01 ' AS timestamp)", 'timestamp(3) ["2020-01-01 00:00:00.000"]'],
    ["CAST('2020-01-01 10:00:00 UTC' AS timestamp)", 'INVALID_CAST_ARGUMENT'],
    [
      "CAST('2020-01-01 10:00:00Z' AS timestamp with time zone)",
      'timestamp(3) with time zone ["2020-01-01 10:00:00.000 UTC"]',
    ],
    ["TRY_CAST('2020-01-01 10:00:00 Europe/London' AS timestamp with time zone)", 'NOT_SUPPORTED'],
    [
      "CAST(TIMESTAMP '2020-01-01 10:00:00.6 UTC' AS timestamp(0))",
      'timestamp(0) ["2020-01-01 10:00:01"]',
    ],
    [
      "CAST(TIMESTAMP '2020-01-01 10:00:00.6' AS timestamp(0) with time zone)",
      'timestamp(0) with time zone ["2020-01-01 10:00:01 UTC"]',
    ],
    [
      "CAST(TIMESTAMP '2020-01-01 10:00:00.6 UTC' AS varchar)",
      'varchar ["2020-01-01 10:00:00.6 UTC"]',
    ],
    ["CAST(TIMESTAMP '12020-01-01 10:00:00' AS varchar)", 'varchar ["+12020-01-01 10:00:00"]'],
    ["date_format(DATE '12020-01-01', '%Y')", 'NOT_SUPPORTED'],
    ['localtimestamp(0)', 'timestamp(0) ["2026-11-22 18:00:00"]'],
    ['current_timestamp(6)', 'timestamp(6) with time zone ["2026-11-22 18:00:00.000000 UTC"]'],
    ['current_timestamp(9)', 'NOT_SUPPORTED'],
  ],
  intervals: [
    ["DATE '2020-01-01' - DATE '2020-01-03'", 'interval day to second ["-2 00:00:00.000"]'],
    ["INTERVAL '-36' HOUR", 'interval day to second ["-1 12:00:00.000"]'],
    ["INTERVAL '14' MONTH", 'interval year to month ["1-2"]'],
    ["CAST(INTERVAL '90' SECOND AS varchar)", 'varchar ["0 00:01:30.000"]'],
    [
      "TIMESTAMP '2020-01-01 00:00:00' + INTERVAL '1' DAY",
      'timestamp(3) ["2020-01-02 00:00:00.000"]',
    ],
    [
      "TIMESTAMP '2020-01-31 00:00:00' + INTERVAL '1' MONTH",
      'timestamp(0) ["2020-02-29 00:00:00"]',
    ],
    [
      "TIMESTAMP '2020-01-01 00:00:00.12345' - INTERVAL '1' SECOND",
      'timestamp(5) ["2019-12-31 23:59:59.12345"]',
    ],
    ["TIMESTAMP '2020-01-01 00:00:00' - TIMESTAMP '2019-01-01 00:00:00'", 'NOT_SUPPORTED'],
    ["INTERVAL '1' DAY * 2", 'NOT_SUPPORTED'],
  ],
  'times of day': [
    ["TIME '10:00:00'", 'time(0) ["10:00:00"]'],
    ["TIME '1:2'", 'time(0) ["01:02:00"]'],
    ["TIME '10:00:00.123456'", 'time(6) ["10:00:00.123456"]'],
    ["TIME '24:00:00'", 'INVALID_LITERAL'],
    ["TIME '10:00:00.1234567'", 'NOT_SUPPORTED'],
    ["TIME '10:00:00+01:00'", 'NOT_SUPPORTED'],
    ["CAST('10:00:00' AS time with time zone)", 'NOT_SUPPORTED'],
    ['current_time', 'NOT_SUPPORTED'],
    ['localtime', 'time(3) ["18:00:00.000"]'],
    ['localtime(0)', 'time(0) ["18:00:00"]'],
    ["CAST('10:00:00.9999996' AS time(6))", 'time(6) ["10:00:01.000000"]'],
    ["CAST('23:59:59.9996' AS time)", 'time(3) ["00:00:00.000"]'],
    ["TRY_CAST('25:00:00' AS time)", 'time(3) [null]'],
    ["CAST(TIME '10:00:00.15' AS time(1))", 'time(1) ["10:00:00.2"]'],
    ["CAST(TIME '23:59:59.9' AS time(0))", 'time(0) ["00:00:00"]'],
    ["CAST(TIME '10:00:00.5' AS varchar)", 'varchar ["10:00:00.5"]'],
    ["CAST(TIME '10:00:00' AS timestamp)", 'timestamp(3) ["2026-11-22 10:00:00.000"]'],
    ["CAST(TIMESTAMP '2020-01-01 23:59:59.9' AS time(0))", 'time(0) ["00:00:00"]'],
    ["CAST(TIMESTAMP '2020-01-01 10:11:12.5 UTC' AS time(3))", 'time(3) ["10:11:12.500"]'],
    ["TIME '10:00:00' = TIME '10:00:00.000'", 'boolean [true]'],
    ["TIME '10:00:00' < TIME '10:00:00.5'", 'boolean [true]'],
    ["TIME '10:00:00' = TIMESTAMP '2020-01-01 10:00:00'", 'TYPE_MISMATCH'],
    ["TIME '23:30:00' + INTERVAL '45' MINUTE", 'time(3) ["00:15:00.000"]'],
    ["TIME '00:30:00' - INTERVAL '45' MINUTE", 'time(3) ["23:45:00.000"]'],
    ["TIME '23:30:00' + INTERVAL '1' MONTH", 'TYPE_MISMATCH'],
    ["hour(TIME '10:11:12.345')", 'bigint [10]'],
    ["millisecond(TIME '10:11:12.345')", 'bigint [345]'],
    ["EXTRACT(MINUTE FROM TIME '10:11:12')", 'bigint [11]'],
    [
      "(SELECT max(t) FROM (VALUES TIME '10:00:00', TIME '11:00:00.5') AS x(t))",
      'time(1) ["11:00:00.5"]',
    ],
  ],
  arrays: [
    ['ARRAY[]', 'array(unknown) [[]]'],
    ['ARRAY[NULL]', 'array(unknown) [[null]]'],
    ['ARRAY[1, 2.5, NULL]', 'array(decimal(11,1)) [["1.0","2.5",null]]'],
    ['ARRAY[0.5]', 'array(decimal(1,1)) [["0.5"]]'],
    ["CAST(ARRAY['1', NULL] AS array(integer))", 'array(integer) [[1,null]]'],
    [
      'CAST(ARRAY[ARRAY[1], NULL] AS array(array(varchar)))',
      'array(array(varchar)) [[["1"],null]]',
    ],
    ["CAST(ARRAY['x'] AS array(integer))", 'INVALID_CAST_ARGUMENT'],
    ["TRY_CAST(ARRAY['x'] AS array(integer))", 'NOT_SUPPORTED'],
    ["ARRAY[1, 'a']", 'TYPE_MISMATCH'],
    ['SELECT x FROM UNNEST(ARRAY[ROW(1, 2)]) AS t(x)', 'NOT_SUPPORTED'],
  ],
  maps: [
    ["MAP(ARRAY['a', 'b'], ARRAY[1, NULL])", 'map(varchar(1), integer) [{"a":1,"b":null}]'],
    ['MAP()', 'map(unknown, unknown) [{}]'],
    [
      "MAP(ARRAY[0.05], ARRAY[TIME '10:00:00'])",
      'map(decimal(2,2), time(0)) [{"0.05":"10:00:00"}]',
    ],
    ["MAP(ARRAY['a'], ARRAY[1])['a']", 'integer [1]'],
    ["MAP(ARRAY['a'], ARRAY[1])['b']", 'INVALID_FUNCTION_ARGUMENT'],
    ["element_at(MAP(ARRAY['a'], ARRAY[1]), 'b')", 'integer [null]'],
    ["map_keys(MAP(ARRAY['a'], ARRAY[1]))", 'array(varchar(1)) [["a"]]'],
    ["map_values(MAP(ARRAY['a'], ARRAY[nan()]))", 'array(double) [["NaN"]]'],
    [
      "CAST(MAP(ARRAY['1'], ARRAY['2']) AS map(integer, double))",
      'map(integer, double) [{"1":2.0}]',
    ],
    ["MAP(ARRAY['a'], ARRAY[1, 2])", 'INVALID_FUNCTION_ARGUMENT'],
    ["MAP(ARRAY['a', 'a'], ARRAY[1, 2])", 'INVALID_FUNCTION_ARGUMENT'],
    ['MAP(ARRAY[NULL], ARRAY[1])', 'INVALID_FUNCTION_ARGUMENT'],
    ['MAP(ARRAY[1e0], ARRAY[1])', 'NOT_SUPPORTED'],
    ["MAP(ARRAY['a'], ARRAY[1]) = MAP(ARRAY['a'], ARRAY[1])", 'NOT_SUPPORTED'],
  ],
  rows: [
    ["ROW(1, 'a', NULL)", 'row(integer, varchar(1), unknown) [[1,"a",null]]'],
    ['ROW(1, 2)[2]', 'integer [2]'],
    ['CAST(ROW(1) AS row("a""b" integer))', 'row("a""b" integer) [[1]]'],
    ['ARRAY[ROW(1), CAST(ROW(2) AS row(a bigint))]', 'array(row(bigint)) [[[1],[2]]]'],
    ['ROW(1, 2)[3]', 'INVALID_FUNCTION_ARGUMENT'],
    ["CAST(ROW(1, '2') AS row(a bigint, b integer))", 'row("a" bigint, "b" integer) [[1,2]]'],
    ['CAST(CAST(NULL AS row(a bigint)) AS row(b varchar))', 'row("b" varchar) [null]'],
    [
      "ROW(infinity(), X'41', ARRAY[ROW(DATE '2020-01-01')])",
      'row(double, varbinary, array(row(date))) [["Infinity","QQ==",[["2020-01-01"]]]]',
    ],
  ],
  texts: [
    ["levenshtein_distance('kitten', 'sitting')", 'bigint [3]'],
    ["levenshtein_distance('é', 'e')", 'NOT_SUPPORTED'],
    ["SELECT levenshtein_distance(c, '5') FROM s ORDER BY k", 'bigint [1] [null] [0]'],
    ["levenshtein_distance(rpad('', 1001, 'a'), '')", 'NOT_SUPPORTED'],
    ["from_hex('4')", 'INVALID_FUNCTION_ARGUMENT'],
    ["lpad('abc', -1, 'x')", 'INVALID_FUNCTION_ARGUMENT'],
    ["lpad('ab', 2, '')", 'INVALID_FUNCTION_ARGUMENT'],
    ["regexp_extract('abc', '(b)', 2)", 'INVALID_FUNCTION_ARGUMENT'],
    ["regexp_like('a{b', 'a{b')", 'NOT_SUPPORTED'],
    ["substr('abc', 2, 9223372036854775807)", 'varchar(3) ["bc"]'],
    ["typeof(upper('abc')) || typeof('a' || 'b')", 'varchar ["varchar(3)varchar"]'],
  ],
  queries: [
    ['SELECT 1 LIMIT 1', 'integer [1]'],
    ['SELECT 1 OFFSET 1', 'integer '],
    ['SELECT 1 limit', 'integer [1]'],
    ['(SELECT 1 LIMIT 1) UNION ALL (SELECT 2 LIMIT 1) ORDER BY 1 DESC', 'integer [2] [1]'],
    ['SELECT lag(k, 1, 0.5) OVER (ORDER BY k) FROM n', 'decimal(11,1) ["0.5"] ["1.0"] ["2.0"]'],
  ],
}

for (const [about, rows] of Object.entries(shown)) {
  test.each(rows)(`${about}: %s is %s`, async (sql, wanted) => {
    expect(await answer(sql)).toBe(wanted)
  })
}
