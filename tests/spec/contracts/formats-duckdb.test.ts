// DuckDB runs the statements that are written for it, and then accepts and refuses rows as the
// contract says.
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { builtInNamespaces, loadCatalogue } from '../../../contracts/catalogue.ts'
import { exportContract, exportTogether } from '../../../contracts/formats/export-contracts.ts'
import { contractArbitrary } from '../../support/contract-arbitrary.ts'
import { everythingContract, ownPatients } from '../../support/format-contract.ts'
import { generativeParameters } from '../../support/generative.ts'

let instance: DuckDBInstance
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '1' })
})
afterAll(() => instance.closeSync())

async function run(sql: string): Promise<string> {
  const connection = await instance.connect()
  try {
    await connection.run(sql)
    return 'accepted'
  } catch (error) {
    return String((error as Error).message)
  } finally {
    connection.closeSync()
  }
}

const good: Readonly<Record<string, string>> = {
  patient_id: '1',
  select: "DATE '2020-02-01'",
  level: '2',
}

const insert = (values: Readonly<Record<string, string>>): string => {
  const row = { ...good, ...values }
  const columns = Object.keys(row).map((name) => `"${name}"`)
  return `INSERT INTO "own"."order" (${columns.join(', ')}) VALUES (${Object.values(row).join(', ')})`
}

beforeAll(async () => {
  const { text } = exportTogether([everythingContract, ownPatients], 'duckdb', 'int')
  expect(await run(text)).toBe('accepted')
  expect(await run(`INSERT INTO own.patients VALUES (1, 'female'), (2, 'male')`)).toBe('accepted')
})

test.each([
  ['end', "DATE '2020-02-01'"],
  ['end', 'NULL'],
  ['born', "DATE '1900-01-01'"],
  ['born', "DATE '2030-12-31'"],
  ['seen', "DATE '2000-01-02'"],
  ['score', '100'],
  ['odd', '1'],
  ['odd', '99'],
  ['ratio', '0'],
  ['ratio', '0.99'],
  ['dose', '10'],
  ['kind', "'it''s'"],
  ['kind', "'c%'"],
  ['place', "'E02000001'"],
  ['note', "'é\nx'"],
  ['concept', "'24700007'"],
  ['causes', "'||E119 ,J849 ||I801'"],
  ['code', "'Z99'"],
  ['other', "'XaB12'"],
])('%s = %s is accepted', async (column, value) => {
  expect(await run(insert({ [column]: value }))).toBe('accepted')
  await run('DELETE FROM own."order"')
})

test.each([
  ['patient_id', '3', 'Violates foreign key'],
  ['patient_id', 'NULL', 'NOT NULL constraint failed: order.patient_id'],
  ['select', 'NULL', 'NOT NULL constraint failed: order.select'],
  ['select', "DATE '2020-02-02'", 'CHECK constraint failed'],
  ['end', "DATE '2020-01-31'", 'CHECK constraint failed'],
  ['born', "DATE '1899-12-31'", 'CHECK constraint failed'],
  ['seen', "DATE '2000-01-01'", 'CHECK constraint failed'],
  ['score', '101', 'CHECK constraint failed'],
  ['score', '7', 'CHECK constraint failed'],
  ['score', '-5', 'CHECK constraint failed'],
  ['odd', '2', 'CHECK constraint failed'],
  ['odd', '9223372036854775807', 'CHECK constraint failed'],
  ['odd', '-9223372036854775808', 'CHECK constraint failed'],
  ['level', '4', 'CHECK constraint failed'],
  ['ratio', '1', 'CHECK constraint failed'],
  ['dose', '10.5', 'CHECK constraint failed'],
  ['kind', "'B'", 'CHECK constraint failed'],
  ['place', "'E0200000'", 'CHECK constraint failed'],
  ['place', "'xE02000001'", 'CHECK constraint failed'],
  ['note', "'a1'", 'CHECK constraint failed'],
  ['concept', "'024700007'", 'CHECK constraint failed'],
  ['causes', "'||E119 ,1849'", 'CHECK constraint failed'],
  ['causes', "'E119J849'", 'CHECK constraint failed'],
  ['code', "'zz'", 'CHECK constraint failed'],
])('%s = %s is refused', async (column, value, message) => {
  expect(await run(insert({ [column]: value }))).toContain(message)
})

test('a key is unique, and nulls are no key', async () => {
  const place = { place: "'E02000002'" }
  expect(await run(insert({ ...place, score: '5' }))).toBe('accepted')
  expect(await run(insert({ ...place, score: '10' }))).toContain('unique constraint')
  expect(await run(insert({ score: '5' }))).toContain('unique constraint')
  expect(await run(insert({}))).toBe('accepted')
  expect(await run(insert({}))).toBe('accepted')
  expect(await run(insert({ patient_id: '2', score: '5' }))).toBe('accepted')
  await run('DELETE FROM own."order"')
})

test('prose is kept as comments', async () => {
  const connection = await instance.connect()
  const reader = await connection.run(
    `SELECT comment FROM duckdb_columns() WHERE table_name = 'order' AND column_name = 'select'`,
  )
  expect(await reader.getRows()).toEqual([["First day's date."]])
  connection.closeSync()
})

test('all tables of the catalogue are made by one text', async () => {
  for (const namespace of builtInNamespaces()) {
    const { contracts } = loadCatalogue([namespace], { folder: '/', bytesMax: 1_000_000 })
    const { text } = exportTogether([...contracts.values()], 'duckdb', 'string')
    expect([namespace, await run(text)]).toEqual([namespace, 'accepted'])
  }
})

test('statements of random contracts run, whatever their names and prose', async () => {
  await fc.assert(
    fc.asyncProperty(contractArbitrary, async (contract) => {
      const { text } = exportContract({ ...contract, namespace: 'random' }, 'duckdb', 'int', [])
      expect(await run(text)).toBe('accepted')
      await run('DROP SCHEMA random CASCADE')
    }),
    generativeParameters(60),
  )
})
