// What statements over a small lake answer, by hand; and that going through tree and printer changes
// no answer: the same text run as it stands on a plain DuckDB over the same files gives the same rows.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openSnapshotDatabase } from '../../../query/snapshot-database.ts'
import { openStatementGuard } from '../../../query/statement-guard.ts'
import { northshire, publishParquet, queryBytes, queryLines } from '../../support/parquet-lake.ts'

let root: string
let remove: () => void
beforeAll(async () => {
  const lake = await publishParquet()
  root = lake.root
  remove = lake.remove
})
afterAll(() => remove())

test('tables answer by bare name, by namespace and by the name of the backend', async () => {
  const three = ['{"n":3}']
  for (const name of ['patients', 'core.patients', 'northshire.patients', 'CORE.Patients']) {
    expect(await queryLines(root, `SELECT count(*) AS n FROM ${name}`)).toEqual(three)
  }
  expect(await queryLines(root, 'FROM narrow.patients')).toEqual(['{"patient_id":1}'])
  expect(await queryLines(root, 'FROM empty')).toEqual([])
  const newest = await queryLines(root, 'SELECT count(*) AS n FROM clinical_events')
  expect(newest).toEqual(['{"n":4}'])
})

test('rows come back exactly: large ids, nulls, empty text, dates, signs of zero', async () => {
  expect(await queryLines(root, 'FROM patients ORDER BY patient_id DESC LIMIT 2')).toEqual([
    '{"patient_id":9007199254740993,"date_of_birth":"1950-01-01","sex":"female","date_of_death":null}',
    '{"patient_id":3,"date_of_birth":"2001-12-01","sex":"unknown","date_of_death":null}',
  ])
  const where = 'WHERE patient_id = 9007199254740993 OR patient_id = 3'
  expect(await queryLines(root, `FROM clinical_events ${where} ORDER BY 1`)).toEqual([
    '{"patient_id":3,"date":null,"snomedct_code":"","numeric_value":-0}',
    '{"patient_id":9007199254740993,"date":"0001-01-01","snomedct_code":"=1+1","numeric_value":1e+300}',
  ])
})

test('SHOW TABLES, DESCRIBE and SUMMARIZE speak of the tables of the lake', async () => {
  const shown = (await queryBytes(root, 'SHOW TABLES', 'csv')).toString()
  expect(shown).toBe(
    'table,bare_name,contract_version,rows\r\n' +
      'core.clinical_events,clinical_events,1.0.0,0\r\ncore.patients,patients,1.0.0,0\r\n' +
      'narrow.empty,empty,1.0.0,0\r\nnarrow.patients,,1.0.0,0\r\n',
  )
  const described = await queryLines(root, 'DESCRIBE patients')
  expect(described.map((line) => JSON.parse(line).column_name)).toEqual(
    northshire['core/patients']?.columns.map(([name]) => name),
  )
  const summary = await queryLines(
    root,
    "SUMMARIZE SELECT patient_id FROM patients WHERE sex = 'male'",
  )
  expect(JSON.parse(summary[0] ?? '')).toMatchObject({ min: '2', max: '2', count: 1 })
})

const statements = [
  'SELECT sex, count(*) AS n, min(date_of_birth) FROM patients GROUP BY ALL ORDER BY ALL',
  'SELECT DISTINCT ON (patient_id) * FROM clinical_events ORDER BY patient_id, date DESC NULLS LAST',
  'WITH dead AS (SELECT * FROM patients WHERE date_of_death IS NOT NULL) SELECT e.* FROM dead JOIN clinical_events e USING (patient_id) ORDER BY ALL',
  'WITH patients AS (SELECT 1 AS one) SELECT * FROM patients',
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT * FROM n ORDER BY 1',
  'SELECT * EXCLUDE (sex) REPLACE (patient_id + 1 AS patient_id) FROM patients ORDER BY 1 OFFSET 1',
  'SELECT p.patient_id, row_number() OVER w AS r FROM patients p WINDOW w AS (ORDER BY date_of_birth) QUALIFY r < 3 ORDER BY 1',
  "SELECT patient_id FROM patients WHERE patient_id NOT IN (SELECT patient_id FROM clinical_events) OR EXISTS (SELECT 1 FROM clinical_events e WHERE e.patient_id = patients.patient_id AND date > DATE '2019-03-01') ORDER BY 1",
  "SELECT date_of_birth + INTERVAL 3 MONTH AS d, date_trunc('year', date_of_birth), extract(year FROM date_of_birth) FROM patients ORDER BY 1",
  "SELECT CASE sex WHEN 'male' THEN 1 ELSE -(-2) END - (3 - 4) AS x, NOT (1 = 2 OR 3 = 3) AND TRUE AS y FROM patients ORDER BY 1",
  'SELECT 2 ** 3 ** 2, 7 // 2 * 2, 7 % 4 - -1, 1 - (2 - 3), ~5, 1 << 3, -2 ** 2',
  "SELECT 170141183460469231731687303715884105727, 9007199254740993, 0.1::DECIMAL(20,10), 1e-7, 'it''s \"x\"'",
  "SELECT list_transform([1, 2, 3], x -> x * 2), [x + 1 FOR x IN [1, 2] IF x > 1], {'a': 1, 'b c': [2]}, MAP {'k': 1}",
  'SELECT unnest(range(3)) AS r ORDER BY r DESC',
  'SELECT * FROM generate_series(1, 10, 3) AS g(x) ORDER BY x',
  '(SELECT 1 AS a UNION SELECT 2) EXCEPT (SELECT 2) ORDER BY 1',
  'SELECT 1 AS a UNION ALL BY NAME SELECT 2 AS b ORDER BY ALL',
  "SELECT snomedct_code FROM clinical_events WHERE snomedct_code LIKE '%|\"%' ESCAPE '|' OR snomedct_code ~ '^9.*' ORDER BY 1",
  "SELECT sum(numeric_value) FILTER (WHERE numeric_value < 10), count(DISTINCT patient_id), string_agg(snomedct_code, ';' ORDER BY snomedct_code) FROM clinical_events",
  'SELECT GROUPING(sex) AS g, sex, count(*) FROM patients GROUP BY ROLLUP (sex) ORDER BY ALL',
  "VALUES (1, 'a'), (2, NULL)",
  'FROM patients SELECT max(patient_id)',
  'SELECT * FROM (PIVOT_ROWS) ORDER BY ALL'.replace(
    'PIVOT_ROWS',
    "SELECT patient_id, sex FROM patients) PIVOT (count(*) FOR sex IN ('male', 'female')",
  ),
  'SELECT a.patient_id, b.date FROM patients a ASOF LEFT JOIN clinical_events b ON a.patient_id = b.patient_id AND a.date_of_birth <= b.date ORDER BY ALL',
  'SELECT TRY_CAST(snomedct_code AS BIGINT) AS c FROM clinical_events ORDER BY ALL',
  'SELECT x.patient_id, y.n FROM patients x, LATERAL (SELECT count(*) AS n FROM clinical_events e WHERE e.patient_id = x.patient_id) y ORDER BY 1',
  "SELECT coalesce(date_of_death, DATE '9999-12-31') AS d, nullif(sex, 'male') FROM patients ORDER BY 1, 2 NULLS FIRST LIMIT 2",
  "SELECT COLUMNS('.*_id') FROM patients ORDER BY 1",
  "SELECT strftime(date_of_birth, '%d/%m/%Y') AS t FROM patients WHERE date_of_birth BETWEEN '1955-01-01' AND '2010-01-01' ORDER BY t",
]

test('tree and printer change no answer', async () => {
  const instance = await DuckDBInstance.create(':memory:')
  const plain = await instance.connect()
  for (const name of ['patients', 'clinical_events']) {
    const folder = join(root, 'current', 'core', name)
    expect(readdirSync(folder).length).toBeGreaterThan(0)
    await plain.run(`CREATE VIEW ${name} AS FROM read_parquet('${folder}/*.parquet')`)
  }
  const database = await openSnapshotDatabase(root, null)
  const guard = await openStatementGuard()
  for (const sql of statements) {
    const statement = await guard.guard(sql, database.tables)
    if (statement.kind !== 'select') throw new Error('a select was expected')
    await database.serve(statement.tables)
    const expected = (await plain.runAndReadAll(sql)).getRowsJson()
    const found = (await database.connection.runAndReadAll(statement.sql)).getRowsJson()
    expect({ sql, rows: found }).toEqual({ sql, rows: expected })
  }
  guard.close()
  database.close()
  plain.closeSync()
  instance.closeSync()
})
