// `query --dialect trino`: the same tables in Trino's words, in process.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { northshire, publishParquet, queryLines } from '../../support/parquet-lake.ts'

let root: string
let remove: () => void
beforeAll(async () => {
  const lake = await publishParquet(northshire)
  root = lake.root
  remove = lake.remove
})
afterAll(() => remove())

const lines = (sql: string) => queryLines(root, sql, { dialect: 'trino' })

test('tables by bare name, namespace, backend and catalog', async () => {
  for (const name of ['patients', 'core.patients', 'northshire.patients', 'lake.core."Patients"']) {
    expect(await lines(`SELECT count(*) AS n FROM ${name}`)).toEqual(['{"n":3}'])
  }
})

test('Trino functions, types and names of columns', async () => {
  const sql = `SELECT date_add('month', 1, DATE '2020-01-31') AS "End", 7 / 2, 1e0 FROM empty
    UNION ALL SELECT DATE '2020-01-01', 1, 2e0`
  expect(await lines(sql)).toEqual(['{"End":"2020-01-01","_col1":1,"_col2":2}'])
  expect(await lines("SELECT date_add('month', 1, DATE '2020-01-31'), 7 / 2")).toEqual([
    '{"_col0":"2020-02-29","_col1":3}',
  ])
})

test.each([
  ["SELECT read_csv('x')", 'query_refused', /FUNCTION_NOT_FOUND/],
  ['DROP TABLE patients', 'query_refused', /one query/],
  ['SELECT nothing FROM patients', 'query_failed', /line 1, column 8: Column 'nothing'/],
  ['SELECT 1 FROM elsewhere.patients', 'query_failed', /does not exist/],
  ['SELECT 1/0', 'query_failed', /Division by zero \(DIVISION_BY_ZERO\)/],
  ['SELECT CAST(sex AS integer) FROM patients', 'query_failed', /^Cannot cast value to integer/],
])('%s is %s', async (sql, errorName, message) => {
  await expect(lines(sql)).rejects.toMatchObject({
    errorName,
    message: expect.stringMatching(message),
  })
})
