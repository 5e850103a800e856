// The JSON Schema of a contract describes the rows of its published table: it accepts every row of
// the example's lake, read by DuckDB, and refuses rows that break the contract.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { builtInNamespaces, loadCatalogue } from '../../../contracts/catalogue.ts'
import { exportContract } from '../../../contracts/formats/export-contracts.ts'
import type { TableContract } from '../../../contracts/table-contract.ts'
import { makeNorthshireExtracts } from '../../../examples/northshire/make-extracts.ts'
import { everythingContract } from '../../support/format-contract.ts'
import { queryDuckdb } from '../../support/parquet-readers.ts'
import { repositoryRoot } from '../../support/paths.ts'
import { load } from '../../support/product.ts'
import { scratchFolder } from '../../support/proofs.ts'

const isDate = (text: string): boolean => {
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

function validator(contract: TableContract): (row: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false })
  ajv.addFormat('date', isDate)
  return ajv.compile(JSON.parse(exportContract(contract, 'json-schema', 'int').text))
}

const isRow = validator(everythingContract)

test('every row of the example is accepted', async () => {
  const scratch = scratchFolder('rows')
  try {
    const example = join(repositoryRoot, 'examples', 'northshire', 'safelanding.yaml')
    const text = readFileSync(example, 'utf8').replaceAll(/(reject_ceiling): .*/g, '$1: 100%')
    writeFileSync(join(scratch.path, 'safelanding.yaml'), text)
    makeNorthshireExtracts(join(scratch.path, 'extracts'), { seed: 3, patients: 60 })
    const run = await load(scratch.path)
    const { contracts } = loadCatalogue(builtInNamespaces(), { folder: '/', bytesMax: 1_000_000 })
    const tables = Object.keys(run.finished.tables ?? {})
    expect(tables).toContain('core/patients')
    for (const table of tables) {
      const contract = contracts.get(table)
      if (contract === undefined) throw new Error(`no contract ${table}`)
      const files = join(scratch.path, 'lake', 'current', table, '*.parquet')
      const rows = await queryDuckdb(`SELECT to_json(t) AS row FROM read_parquet('${files}') t`)
      expect(rows.length).toBeGreaterThan(0)
      const isValid = validator(contract)
      const values = rows.map(({ row }) => JSON.parse(String(row)))
      expect([table, values.filter((row) => !isValid(row)).length]).toEqual([table, 0])
    }
  } finally {
    scratch.remove()
  }
})

const good: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(everythingContract.columns.map(({ name }) => [name, null])),
  ...{ patient_id: 1, select: '2020-02-01', level: 2 },
}

test.each([
  [{}, true],
  [{ select: '2020-02-02' }, false],
  [{ select: null }, false],
  [{ select: '2020-13-01' }, false],
  [{ patient_id: null }, false],
  [{ end: '2020-02-30' }, false],
  [{ flag: true }, true],
  [{ flag: 1 }, false],
  [{ score: 95 }, true],
  [{ score: 96 }, false],
  [{ score: 105 }, false],
  [{ level: 4 }, false],
  [{ level: null }, false],
  [{ ratio: 0.5 }, true],
  [{ ratio: 1 }, false],
  [{ kind: "it's" }, true],
  [{ kind: 'C%' }, false],
  [{ place: 'E02000001' }, true],
  [{ place: 'E020000011' }, false],
  [{ concept: '24700007' }, true],
  [{ concept: 24700007 }, false],
  [{ concept: '12345' }, false],
  [{ causes: '||E119 ,J849 ||I801' }, true],
  [{ causes: 'E119J849' }, false],
  [{ extra: 1 }, false],
])('%j is valid: %j', (change, expected) => {
  expect(isRow({ ...good, ...change })).toBe(expected)
})

test('a row without one of its columns is refused', () => {
  const { note: _, ...row } = good
  expect(isRow(row)).toBe(false)
})
