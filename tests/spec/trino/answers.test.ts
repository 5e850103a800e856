// Trino SQL by example: expression, type and value as Trino's documentation has them.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { dateType, doubleType, integerType, varcharType } from '../../../query/trino/types.ts'
import { openTrino } from '../../support/trino-sql.ts'

let trino: Awaited<ReturnType<typeof openTrino>>
beforeAll(async () => {
  trino = await openTrino(
    [
      'CREATE TABLE p (patient_id INTEGER, i1 INTEGER, b1 BOOLEAN, c1 VARCHAR, d1 DATE, f1 DOUBLE)',
      "INSERT INTO p VALUES (1, 10, true, 'a', DATE '2020-01-31', 1.5), (2, NULL, false, 'b', NULL, NULL), (3, -7, NULL, NULL, DATE '2000-02-29', -2.5)",
      'CREATE TABLE e (patient_id INTEGER, i1 INTEGER, d1 DATE)',
      "INSERT INTO e VALUES (1, 1, DATE '2020-01-01'), (1, 2, DATE '2020-02-01'), (1, NULL, DATE '2020-03-01'), (3, 5, DATE '2021-01-01')",
    ],
    {
      p: {
        patient_id: integerType,
        i1: integerType,
        b1: { kind: 'boolean' },
        c1: varcharType,
        d1: dateType,
        f1: doubleType,
      },
      e: { patient_id: integerType, i1: integerType, d1: dateType },
    },
  )
})
afterAll(() => trino.close())

test.each([
  ['1', 'integer', 1],
  ['5000000000', 'bigint', '5000000000'],
  ['-9223372036854775808', 'bigint', '-9223372036854775808'],
  ['1.50', 'decimal(3,2)', '1.50'],
  ['1e0', 'double', 1],
  ["'abc'", 'varchar(3)', 'abc'],
  ["DOUBLE '1.5'", 'double', 1.5],
  ["REAL '1.5'", 'real', 1.5],
  ["BIGINT '5'", 'bigint', '5'],
  ["DATE '2020-02-29'", 'date', '2020-02-29'],
  ["DECIMAL '0.00012'", 'decimal(5,5)', '0.00012'],
  ["X'41'", 'varbinary', 'A'],
  ['7 / 2', 'integer', 3],
  ['-7 / 2', 'integer', -3],
  ['-7 % 3', 'integer', -1],
  ['7 / 2e0', 'double', 3.5],
  ["1 + BIGINT '2'", 'bigint', '3'],
  ['1.5 + 1', 'decimal(12,1)', '2.5'],
  ['1.5 * 2.25', 'decimal(5,3)', '3.375'],
  ['CAST(2.5e0 AS INTEGER)', 'integer', 3],
  ['CAST(-2.5e0 AS INTEGER)', 'integer', -3],
  ["CAST('12' AS INTEGER)", 'integer', 12],
  ["TRY_CAST('1.5' AS INTEGER)", 'integer', null],
  ["CAST('abcdef' AS varchar(3))", 'varchar(3)', 'abc'],
  ["CAST(DATE '2020-01-02' AS varchar)", 'varchar', '2020-01-02'],
  ['greatest(1, NULL)', 'integer', null],
  ['least(3, 2, 5)', 'integer', 2],
  ["date_add('month', 1, DATE '2020-01-31')", 'date', '2020-02-29'],
  ["date_add('day', 1 - 2, DATE '2020-01-01')", 'date', '2019-12-31'],
  ["date_trunc('month', DATE '2020-01-31')", 'date', '2020-01-01'],
  ["date_diff('month', DATE '2020-01-31', DATE '2020-03-30')", 'bigint', '1'],
  ["date_diff('year', DATE '2000-12-31', DATE '2001-01-01')", 'bigint', '0'],
  ["DATE '2020-01-31' + INTERVAL '1' MONTH", 'date', '2020-02-29'],
  ["year(DATE '2020-05-06') * 100 + month(DATE '2020-05-06')", 'bigint', '202005'],
  ["day_of_week(DATE '2026-11-22')", 'bigint', '7'],
  ["EXTRACT(YEAR FROM DATE '2020-05-06')", 'bigint', '2020'],
  ["CAST(date_parse('20200131', '%Y%m%d') AS date)", 'date', '2020-01-31'],
  ["from_base('ff', 16)", 'bigint', '255'],
  ['nan() = nan()', 'boolean', false],
  ['nan() <> nan()', 'boolean', true],
  ['infinity() > 1', 'boolean', true],
  ["'a' || 'b' || 'c'", 'varchar', 'abc'],
  ["'M06' LIKE '%/%%' ESCAPE '/'", 'boolean', false],
  ["substr('abcdef', -2)", 'varchar(6)', 'ef'],
  ["substring('abcdef' FROM 2 FOR 3)", 'varchar(6)', 'bcd'],
  ["trim(BOTH 'x' FROM 'xaxx')", 'varchar(4)', 'a'],
  ["coalesce(NULL, 'b')", 'varchar(1)', 'b'],
  ["CASE 2 WHEN 1 THEN 'a' WHEN 2 THEN 'bb' END", 'varchar(2)', 'bb'],
  ['if(1 > 2, 5)', 'integer', null],
  ['nullif(1, 1)', 'integer', null],
  ['1 IN (2, NULL)', 'boolean', null],
  ['3 BETWEEN 1 AND 5', 'boolean', true],
  ['1 IS DISTINCT FROM NULL', 'boolean', true],
  ['(SELECT max(i1) FROM p)', 'integer', 10],
  ['typeof(1.5)', 'varchar', 'decimal(2,1)'],
  ['current_date', 'date', '2026-11-22'],
])('%s is a %s: %j', async (sql, type, value) => {
  const { types, rows } = await trino.ask(`SELECT ${sql}`)
  expect([types, rows]).toEqual([[type], [[value]]])
})

test.each([
  ['SELECT 1/0', 'DIVISION_BY_ZERO'],
  ['SELECT 1 % (1 - 1)', 'DIVISION_BY_ZERO'],
  ["SELECT CAST('1.5' AS INTEGER)", 'INVALID_CAST_ARGUMENT'],
])('%s fails with %s', async (sql, name) => {
  await expect(trino.ask(sql)).rejects.toThrow(`trino:${name}`)
})

test.each([
  ['SELECT nothing FROM p', 'COLUMN_NOT_FOUND'],
  ['SELECT patient_id FROM p, e', 'AMBIGUOUS_NAME'],
  ['SELECT 1 FROM nothing', 'TABLE_NOT_FOUND'],
  ["SELECT read_csv('x')", 'FUNCTION_NOT_FOUND'],
  ["SELECT 1 + 'a'", 'TYPE_MISMATCH'],
  ["SELECT 1 = 'a'", 'TYPE_MISMATCH'],
  ['SELECT 1 FROM p WHERE i1', 'TYPE_MISMATCH'],
  ['SELECT sum(sum(i1)) FROM p', 'EXPRESSION_NOT_SCALAR'],
  ['SELECT 1; SELECT 2', 'SYNTAX_ERROR'],
  ["SELECT * FROM 'file.csv'", 'SYNTAX_ERROR'],
  ["SELECT * FROM read_csv('x')", 'NOT_SUPPORTED'],
  ['UPDATE p SET i1 = 1', 'NOT_SUPPORTED'],
])('%s is refused as %s', async (sql, errorName) => {
  await expect(trino.ask(sql)).rejects.toMatchObject({ errorName })
})

test.each([
  [
    'SELECT anon_1.patient_id, anon_1.i1 FROM (SELECT e.patient_id AS patient_id, e.i1 AS i1, row_number() OVER (PARTITION BY e.patient_id ORDER BY e.i1 NULLS FIRST) AS anon_2 FROM e) AS anon_1 WHERE anon_1.anon_2 = 1 ORDER BY 1',
    [
      [1, null],
      [3, 5],
    ],
  ],
  [
    'SELECT p.patient_id FROM p WHERE p.patient_id IN (SELECT e.patient_id FROM e WHERE e.patient_id = p.patient_id AND e.i1 > 1) ORDER BY patient_id',
    [[1], [3]],
  ],
  [
    'SELECT p.patient_id, count(e.d1) AS n, sum(e.i1) FROM p LEFT OUTER JOIN e ON e.patient_id = p.patient_id GROUP BY p.patient_id ORDER BY n DESC, p.patient_id',
    [
      [1, '3', '3'],
      [3, '1', '5'],
      [2, '0', null],
    ],
  ],
  [
    'SELECT i1, grouping(patient_id, i1) AS g, count(*) FROM e GROUP BY GROUPING SETS ((patient_id), (patient_id, i1), ()) HAVING count(*) > 1 ORDER BY 2, 3',
    [
      [null, 1, '3'],
      [null, 3, '4'],
    ],
  ],
  [
    'SELECT patient_id FROM p UNION SELECT patient_id FROM e ORDER BY patient_id DESC LIMIT 2',
    [[3], [2]],
  ],
  ['SELECT DISTINCT patient_id AS x FROM e ORDER BY x', [[1], [3]]],
  [
    'WITH a AS (SELECT i1 * 2 AS d FROM p), b (z) AS (SELECT d + 1 FROM a) SELECT z FROM b ORDER BY z',
    [[-13], [21], [null]],
  ],
  [
    "SELECT date_diff('day', lag(e.d1) OVER (PARTITION BY e.patient_id ORDER BY e.d1), e.d1) AS g FROM e ORDER BY g",
    [['29'], ['31'], [null], [null]],
  ],
  [
    "SELECT * FROM (VALUES (1, 'a'), (2, NULL)) AS t(x, y) ORDER BY x",
    [
      [1, 'a'],
      [2, null],
    ],
  ],
  ['SELECT x FROM UNNEST(ARRAY[3, 1]) AS t(x) ORDER BY 1', [[1], [3]]],
  ['SELECT count(*) FROM p JOIN e USING (patient_id)', [['4']]],
  [
    'SELECT CASE WHEN (p.b1) THEN true WHEN (NOT p.b1) THEN false END FROM p ORDER BY patient_id',
    [[true], [false], [null]],
  ],
  [
    'SELECT CAST(CASE WHEN (f1 > 0) THEN FLOOR(f1) ELSE CEILING(f1) END AS INTEGER) FROM p ORDER BY patient_id',
    [[1], [null], [-2]],
  ],
])('%s', async (sql, rows) => {
  expect((await trino.ask(sql)).rows).toEqual(rows)
})
