// What is counted of a published table for a proposed contract, on tables made by hand: patients
// that do not exist, copies that a project drops, values that would be taken away, other types.
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { loadContract } from '../../contracts/load-contract.ts'
import { type MeasuredTable, measureTable } from '../../query/impact/measure-table.ts'
import { tableConditions } from '../../query/impact/table-conditions.ts'

let instance: DuckDBInstance
let connection: DuckDBConnection
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:')
  connection = await instance.connect()
  await connection.run(`CREATE TABLE visits AS SELECT * FROM (VALUES
    (1::BIGINT, DATE '2020-01-01', 1.0::DOUBLE), (1, DATE '2020-01-01', 1.0),
    (1, DATE '2020-01-01', 2.5), (2, DATE '2020-02-01', NULL), (9, NULL, 3.0),
    (9, DATE '2020-02-02', 1e300)) AS rows(patient_id, day, score)`)
  await connection.run('CREATE TABLE patients AS SELECT unnest([1::BIGINT, 2]) AS patient_id')
})
afterAll(() => {
  connection.closeSync()
  instance.closeSync()
})

async function measure(rules: string, options: Partial<MeasuredTable> = {}) {
  const text = `contract: own/visits\nversion: 1.0.0\n${rules}\n`
  const contract = loadContract(text, 'v', { bytesMax: 10_000, id: null })
  const column = (name: string, type: string) => ({ name, type, parquet: 'x', nullable: true })
  const conditions = tableConditions(contract, {
    columns: [column('patient_id', 'patient_id'), column('day', 'date'), column('score', 'float')],
    ...{ before: null, today: null },
  })
  const query = async (sql: string) =>
    (await connection.runAndReadAll(sql)).getRowsJS() as unknown[][]
  return await measureTable(query, conditions, {
    ...{ table: 'visits', patients: 'patients', rowsBefore: null, keepsIdentical: false },
    ...options,
  })
}

const rule = (column: string | null, name: string, rows: number, severity = 'reject') => ({
  ...{ column, rule: name, severity, rows },
})
const columns = 'rows: many_per_patient\ncolumns: {day: {type: date}, score: {type: float}}'

test('rows of patients who do not exist', async () => {
  expect(await measure(`${columns}\nchecks: [patient_exists]`)).toEqual({
    ...{ rules: [rule('patient_id', 'patient_exists', 2)], checks: [], rejected: 2 },
  })
})

test('a key: every row of it; of copies that are dropped, what is left of them', async () => {
  const key = `${columns}\nchecks: [{unique: [patient_id, day]}]`
  expect(await measure(key)).toMatchObject({ rules: [rule(null, 'unique', 3)], rejected: 3 })
  const kept = await measure(key, { keepsIdentical: true })
  expect(kept).toMatchObject({ rules: [rule(null, 'unique', 2)], rejected: 2 })
  const whole = `${columns}\nchecks: [{unique: [patient_id, day, score]}]`
  expect(await measure(whole, { keepsIdentical: true })).toMatchObject({ rules: [], rejected: 0 })
})

test('keys are asked of the rows that the constraints leave', async () => {
  const text = `rows: many_per_patient
columns: {day: {type: date}, score: {type: float, constraints: [{closed_range: {minimum: 2, maximum: 3, step: 0.5}}]}}
checks: [{unique: [patient_id, day]}]`
  expect(await measure(text)).toEqual({
    ...{ rules: [rule('score', 'closed_range', 3)], checks: [], rejected: 3 },
  })
})

test('values that would be taken away count as missing, and their rows stay', async () => {
  const text = `rows: many_per_patient
columns: {day: {type: date}, score: {type: float, constraints: [{general_range: {maximum: 3}, severity: null}]}}
checks: [{null_share: {column: score, max: 20%}}]`
  expect(await measure(text)).toEqual({
    rules: [rule('score', 'general_range', 1, 'null')],
    checks: [{ check: 'null_share score', severity: 'refuse', found: '33.33% of 6 rows' }],
    rejected: 0,
  })
})

test('whole numbers of what was published with decimals', async () => {
  const text =
    'rows: many_per_patient\ncolumns: {day: {type: date}, score: {type: int, constraints: [{categorical: [1]}]}}'
  expect(await measure(text)).toMatchObject({
    rules: [rule('score', 'type', 2), rule('score', 'categorical', 1)],
    rejected: 3,
  })
})

test('a row that fails in two ways is refused once', async () => {
  const text = `rows: one_per_patient
columns: {day: {type: date, constraints: [not_null]}, score: {type: float, constraints: [not_null]}}
checks: [patient_exists]`
  expect(await measure(text)).toMatchObject({
    rules: [
      rule('day', 'not_null', 1),
      rule('score', 'not_null', 1),
      rule(null, 'one_row_per_patient', 3),
      rule('patient_id', 'patient_exists', 1),
    ],
    rejected: 6,
  })
})
