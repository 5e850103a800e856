// Whole files of each format, as they were when somebody read them. UPDATE_GOLDEN=1 writes them
// anew. SQL of dialects that nothing here runs is parsed by sqlglot where Python has it.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { builtInNamespaces, loadCatalogue } from '../../../contracts/catalogue.ts'
import {
  exportFormats,
  exportTogether,
  fileEndings,
} from '../../../contracts/formats/export-contracts.ts'
import { everythingContract, ownPatients } from '../../support/format-contract.ts'
import { repositoryRoot } from '../../support/paths.ts'

const folder = join(repositoryRoot, 'tests', 'fixtures', 'formats')
const contracts = [everythingContract, ownPatients]

test.each(exportFormats)('%s', (format) => {
  const { text } = exportTogether(contracts, format, 'int')
  const path = join(folder, `own${fileEndings[format]}`)
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text)
  expect(text).toBe(readFileSync(path, 'utf8'))
})

test('the dbt file names tests and models in their places', () => {
  const { models } = parse(readFileSync(join(folder, 'own.dbt.yml'), 'utf8'))
  expect(models.map(({ name }: { name: string }) => name)).toEqual(['order', 'patients'])
  const [{ columns }] = models
  expect(columns[0].data_tests).toEqual([
    'not_null',
    { relationships: { to: "ref('patients')", field: 'patient_id' } },
  ])
  const level = columns.find(({ name }: { name: string }) => name === 'level')
  expect(level.data_tests).toEqual([
    { accepted_values: { values: [1, 2, 3], quote: false } },
    'not_null',
  ])
  const note = columns.find(({ name }: { name: string }) => name === 'note')
  expect(note.data_tests).toEqual([{ not_null: { config: { severity: 'warn' } } }])
})

test('readers of YAML 1.1 find the same texts in what is written for other tools', () => {
  for (const name of ['own.odcs.yaml', 'own.dbt.yml']) {
    const [text = ''] = readFileSync(join(folder, name), 'utf8').split('\n---\n')
    expect(parse(text, { version: '1.1', schema: 'yaml-1.1' })).toEqual(parse(text))
  }
})

test('models of one name in two namespaces are told apart', () => {
  const other = { ...ownPatients, namespace: 'raw.own', id: 'raw.own/patients' }
  const { models } = parse(exportTogether([ownPatients, other], 'dbt', 'int').text)
  const names = models.map(({ name }: { name: string }) => name)
  expect(names).toEqual(['own__patients', 'raw_own__patients'])
})

const python = process.env['FORMATS_PYTHON'] ?? 'python3'
const hasSqlglot = spawnSync(python, ['-c', 'import sqlglot']).status === 0
const sqlglotTest = hasSqlglot ? test : test.skip
sqlglotTest('sqlglot parses what is written for Trino, SQL Server and DuckDB', () => {
  const catalogue = loadCatalogue(builtInNamespaces(), { folder: '/', bytesMax: 1_000_000 })
  const all = [...contracts, ...catalogue.contracts.values()]
  const input = (['trino', 'tsql', 'duckdb'] as const).map((dialect) => ({
    dialect,
    text: exportTogether(all, dialect, 'int').text,
  }))
  const script = join(repositoryRoot, 'tests', 'e2e', 'parse_sql.py')
  const run = spawnSync(python, [script], { input: JSON.stringify(input), encoding: 'utf8' })
  expect(run.stderr).toBe('')
  const found = JSON.parse(run.stdout)
  for (const { tables } of found) {
    expect(tables.length).toBe(all.length)
    const order = tables.find(({ name }: { name: string }) => name === 'own.order')
    expect(order.columns).toEqual(['patient_id', ...everythingContract.columns.map((c) => c.name)])
    expect(order.not_null).toEqual(['patient_id', 'select', 'level'])
  }
})
