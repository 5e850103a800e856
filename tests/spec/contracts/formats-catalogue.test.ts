// Every contract of the catalogue, in every format: what is written is valid by the standard's own
// schema, what is read again is the same contract, and what cannot be held is told.
import { expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { builtInNamespaces, loadCatalogue } from '../../../contracts/catalogue.ts'
import { contractYaml } from '../../../contracts/formats/contract-text.ts'
import { exportContract, exportFormats } from '../../../contracts/formats/export-contracts.ts'
import { importJsonSchema } from '../../../contracts/formats/read-json-schema.ts'
import { importOdcs } from '../../../contracts/formats/read-odcs.ts'
import { loadContract } from '../../../contracts/load-contract.ts'
import type { TableContract } from '../../../contracts/table-contract.ts'
import { everythingContract, ownPatients } from '../../support/format-contract.ts'
import { odcsViolations } from '../../support/odcs-schema.ts'

const { contracts } = loadCatalogue(builtInNamespaces(), { folder: '/', bytesMax: 1_000_000 })
const all = [...contracts.values(), everythingContract, ownPatients]
const options = { bytesMax: 1_000_000, namespace: null }

// The digest is that of a text; what a contract extends is written out, which a notice says.
const same = (contract: TableContract) => ({ ...contract, digest: '', extends: null })

test('YAML loads as the same contract', () => {
  expect(all.length).toBeGreaterThanOrEqual(7)
  for (const contract of all) {
    const text = contractYaml(contract)
    const read = loadContract(text, 'x.yaml', { bytesMax: 1_000_000, id: contract.id })
    expect(same(read)).toStrictEqual(same(contract))
  }
})

test('ODCS is valid by the published schema and comes back the same, without a notice', () => {
  for (const contract of all) {
    const { text } = exportContract(contract, 'odcs', 'int')
    expect([contract.id, odcsViolations(parse(text))]).toEqual([contract.id, []])
    const read = importOdcs(text, 'x.odcs.yaml', options)
    expect(read.problems).toEqual([])
    expect(read.contracts.map(same)).toStrictEqual([same(contract)])
    expect(read.notices.filter(({ what }) => what !== 'extends')).toEqual([])
    expect(read.notices.length).toBe(contract.extends === null ? 0 : 1)
  }
})

test('JSON Schema is valid by its own schema and comes back the same, without a notice', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  for (const contract of all) {
    const { text } = exportContract(contract, 'json-schema', 'string')
    expect(ajv.validateSchema(JSON.parse(text))).toBe(true)
    const read = importJsonSchema(text, 'x.schema.json', options)
    expect(read.problems).toEqual([])
    expect(read.contracts.map(same)).toStrictEqual([same(contract)])
    expect(read.notices.length).toBe(contract.extends === null ? 0 : 1)
  }
})

test('what a contract extends comes back where it can be found', () => {
  const resolve = (id: string) => contracts.get(id) ?? null
  const extending = all.filter((contract) => contract.extends !== null)
  expect(extending.length).toBeGreaterThan(5)
  const whole = (contract: TableContract | undefined) => ({ ...contract, digest: '' })
  for (const contract of extending) {
    const odcs = exportContract(contract, 'odcs', 'int').text
    const schema = exportContract(contract, 'json-schema', 'int').text
    for (const read of [
      importOdcs(odcs, 'x.odcs.yaml', { ...options, resolve }),
      importJsonSchema(schema, 'x.schema.json', { ...options, resolve }),
    ]) {
      expect(read.contracts.map(whole)).toStrictEqual([whole(contract)])
      expect([read.notices, read.problems]).toEqual([[], []])
    }
  }
})

test('the published schema refuses what is no ODCS document', () => {
  const { text } = exportContract(ownPatients, 'odcs', 'int')
  const document = parse(text)
  expect(odcsViolations({ ...document, kind: 'Contract' })).not.toEqual([])
  document.schema[0].properties[1].logicalType = 'text'
  expect(odcsViolations(document)).not.toEqual([])
})

const told = (format: (typeof exportFormats)[number], column: string | null): string[] =>
  exportContract(everythingContract, format, 'int')
    .notices.filter((notice) => notice.column === column)
    .map(({ what }) => what)

test('each format says what it cannot hold, by column and constraint, once', () => {
  for (const format of exportFormats) {
    const { notices } = exportContract(everythingContract, format, 'int')
    const keys = notices.map(({ column, what }) => `${column} ${what}`)
    expect(new Set(keys).size).toBe(keys.length)
  }
  expect(told('yaml', null)).toEqual([])
  expect(told('odcs', 'select')).toEqual(['first_of_month'])
  expect(told('odcs', 'concept')).toEqual(['check_digit', 'dummy'])
  expect(told('odcs', null)).toEqual(['row_count_change', 'coverage'])
  expect(told('json-schema', 'select')).toEqual([])
  expect(told('json-schema', 'born')).toEqual(['closed_range'])
  expect(told('json-schema', 'odd')).toEqual(['step'])
  expect(told('json-schema', 'score')).toEqual([])
  expect(told('duckdb', 'place')).toEqual([])
  expect(told('duckdb', 'end')).toEqual(['no_future_dates'])
  expect(told('duckdb', 'dose')).toEqual(['step'])
  expect(told('tsql', 'place')).toEqual(['length'])
  expect(told('tsql', 'note')).toEqual(['regex', 'not_null'])
  expect(told('tsql', 'causes')).toEqual(['icd10_multi'])
  expect(told('trino', 'place')).toEqual(['regex', 'unique'])
  expect(told('frictionless', 'end')).toEqual(['date_after', 'no_future_dates'])
  expect(told('dbt', 'place')).toEqual(['regex'])
  expect(told('dbt', null)).toEqual([
    'patient_exists',
    'unique',
    'row_count_change',
    'coverage',
    'null_share',
  ])
})
