// Every table of the catalogue makes a valid class, and the classes say what ehrQL's own say: the
// modules are imported against the stand-in and compared with the facts of ehrQL's tables.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { builtInNamespaces, loadCatalogue } from '../../../contracts/catalogue.ts'
import type { TableContract } from '../../../contracts/table-contract.ts'
import { backendClass, renderBackendModule } from '../../../query/ehrql/backend-module.ts'
import { ehrqlModules } from '../../../query/ehrql/ehrql-names.ts'
import { landedByName, landedTables } from '../../../query/ehrql/landed-tables.ts'
import { renderTablesModule, tablesModule } from '../../../query/ehrql/tables-module.ts'
import { type FactConstraint, readFacts } from '../../support/ehrql-facts.ts'
import {
  type DescribedBackend,
  type DescribedTable,
  describeModules,
  testWithPython,
} from '../../support/python.ts'

const folder = mkdtempSync(join(tmpdir(), 'safelanding-'))
const namespaces = builtInNamespaces()
const { contracts } = loadCatalogue(namespaces, { folder, bytesMax: 1_000_000 })
const all: readonly TableContract[] = [...contracts.values()]
const of = (namespace: string) => all.filter((contract) => contract.namespace === namespace)

/** Bounds and steps that a fact may leave out, so that both sides say all. */
function whole(constraint: FactConstraint): FactConstraint {
  return constraint['kind'] === 'ClosedRange' ? { step: 1, ...constraint } : constraint
}

test('ehrQL has a module for every namespace of the catalogue, and for no other', () => {
  expect(Object.keys(ehrqlModules)).toEqual(namespaces)
})

testWithPython('each table is a class with the columns, types and rules of ehrQL itself', () => {
  const modules = namespaces.map((namespace) => {
    const { source, tables, unexpressed } = renderTablesModule(namespace, of(namespace))
    writeFileSync(join(folder, `${tablesModule(namespace)}.py`), source)
    // ehrQL says all of a column that its tables say; checks over tables it has none of.
    expect(unexpressed.filter(({ column }) => column !== null)).toEqual([])
    expect(tables).toHaveLength(of(namespace).length)
    return tablesModule(namespace)
  })
  const described = describeModules<DescribedTable>(folder, modules)
  const { tables: facts } = readFacts()
  const known = Object.values(described).flatMap((module) => Object.keys(module))
  expect(known).toHaveLength(facts.length)
  for (const { namespace, table, rows, columns } of facts) {
    const found = described[tablesModule(namespace)]?.[table]
    const contract = contracts.get(`${namespace}/${table}`)
    expect(found?.frame).toBe(rows === 'one_per_patient' ? 'PatientFrame' : 'EventFrame')
    expect(found?.columns.map(({ name, type }) => [name, type])).toEqual(
      columns.map(({ name, type }) => [name, type]),
    )
    for (const [index, column] of columns.entries()) {
      const own = found?.columns[index]
      const at = `${namespace}/${table} ${column.name}`
      expect([at, own?.description]).toEqual([at, contract?.columns[index]?.description])
      expect([at, own?.constraints]).toEqual([at, (column.constraints ?? []).map(whole)])
      expect([at, own?.dummy]).toEqual([at, (column.dummy ?? []).map(whole)])
    }
  }
})

testWithPython.each(namespaces)('a backend that lands all of %s implements it', (namespace) => {
  const backend = `all_${namespace.replace('.', '_')}`
  const landed = landedTables({
    ...{ backend, namespaces: [namespace], contracts: of(namespace), own: new Set() },
    landed: new Set(of(namespace).map(({ id }) => id)),
  })
  const source = renderBackendModule({ backend, patientIdType: 'int', landed, deviations: [] })
  writeFileSync(join(folder, `${backend}_backend.py`), source)
  const described = describeModules<DescribedBackend>(folder, [`${backend}_backend`])
  const found = described[`${backend}_backend`]?.[backendClass(backend)]
  expect(found?.implements).toEqual([ehrqlModules[namespace]])
  expect(Object.keys(found?.tables ?? {})).toEqual(of(namespace).map(({ table }) => table))
  for (const { table, columns } of of(namespace)) {
    const names = columns.map(({ name }) => name)
    expect(found?.tables[table]).toMatchObject({ source: table, schema: backend })
    expect(found?.tables[table]?.columns).toEqual(Object.fromEntries(names.map((n) => [n, n])))
  }
})

testWithPython(
  'one backend that lands the whole catalogue names each table once, the widest',
  () => {
    const backend = 'everything'
    const landed = landedTables({
      ...{ backend, namespaces, contracts: all, own: new Set() },
      landed: new Set(all.map(({ id }) => id)),
    })
    const source = renderBackendModule({ backend, patientIdType: 'int', landed, deviations: [] })
    writeFileSync(join(folder, 'everything_backend.py'), source)
    const described = describeModules<DescribedBackend>(folder, ['everything_backend'])
    const found = described['everything_backend']?.['EverythingBackend']
    const names = [...landedByName(all, backend).keys()]
    expect(Object.keys(found?.tables ?? {})).toEqual(names)
    expect(names).toEqual([...new Set(all.map(({ table }) => table))].sort())
    // The stand-in refuses a module whose tables or columns are not all there; what is left out lacks some.
    const implemented = new Set(found?.implements)
    for (const { namespace, missing } of landed.partial) {
      expect(implemented.has(ehrqlModules[namespace] ?? '')).toBe(false)
      expect(missing.length).toBeGreaterThan(0)
    }
    expect(implemented.size + landed.partial.length).toBe(namespaces.length)
  },
)
