// The catalogue against the published facts of ehrQL's tables, in both directions, and how
// contracts of a backend's own are found.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { builtInNamespaces, loadCatalogue } from '../../../contracts/catalogue.ts'
import type { ColumnConstraint } from '../../../contracts/table-contract.ts'
import { sharedFolder } from '../../support/paths.ts'

const options = { folder: '/', bytesMax: 1_000_000 }

interface Fact {
  readonly table: string
  readonly rows: string
  readonly columns: Record<string, { type: string; constraints?: Record<string, unknown>[] }>
}

const types: Record<string, string> = {
  str: 'string',
  int: 'int',
  float: 'float',
  bool: 'bool',
  date: 'date',
  SNOMEDCTCode: 'snomedct',
  DMDCode: 'dmd',
  CTV3Code: 'ctv3',
  ICD10Code: 'icd10',
  OPCS4Code: 'opcs4',
  ICD10MultiCodeString: 'icd10_multi',
  OPCS4MultiCodeString: 'opcs4_multi',
}

/** Our constraint in the words of the facts. */
function asFact(constraint: ColumnConstraint): Record<string, unknown> {
  if (constraint.kind === 'not_null') return { kind: 'NotNull' }
  if (constraint.kind === 'first_of_month') return { kind: 'FirstOfMonth' }
  if (constraint.kind === 'categorical') return { kind: 'Categorical', values: constraint.values }
  if (constraint.kind === 'regex') return { kind: 'Regex', regex: constraint.pattern }
  if (constraint.kind !== 'closed_range') throw new Error(`no fact is a ${constraint.kind}`)
  const { minimum, maximum, step } = constraint
  return { kind: 'ClosedRange', minimum, maximum, step }
}

const factsTest = sharedFolder === null ? test.skip : test
factsTest('every built-in namespace states the facts of ehrQL, no more and no less', () => {
  const file = join(sharedFolder ?? '', 'reference', 'ehrql-tables.json')
  const facts: Record<string, Record<string, Fact>> = JSON.parse(readFileSync(file, 'utf8'))
  const { contracts } = loadCatalogue(builtInNamespaces(), options)
  const ours: Record<string, unknown> = {}
  for (const contract of contracts.values()) {
    const columns = contract.columns.map(({ name, type, constraints }) => ({
      name,
      type,
      constraints: constraints.map(asFact),
    }))
    ours[contract.id] = { rows: contract.rows, columns }
  }
  const theirs: Record<string, unknown> = {}
  for (const namespace of builtInNamespaces()) {
    for (const fact of Object.values(facts[namespace] ?? {})) {
      const columns = Object.entries(fact.columns).map(([name, column]) => ({
        name,
        type: types[column.type],
        constraints: column.constraints ?? [],
      }))
      theirs[`${namespace}/${fact.table}`] = { rows: fact.rows, columns }
    }
  }
  expect(builtInNamespaces()).toContain('core')
  expect(ours).toEqual(theirs)
})

function ownFolder(contract: string, table = 'visits'): string {
  const folder = mkdtempSync(join(tmpdir(), 'safelanding-'))
  mkdirSync(join(folder, 'own'))
  const text = `contract: ${contract}
version: 1.0.0
title: Visits
description: Visits.
rows: many_per_patient
columns: {start: {type: date, description: First day.}}
`
  writeFileSync(join(folder, 'own', `${table}.yaml`), text)
  return folder
}

test('a folder of contracts is a namespace of its own beside the built-in ones', () => {
  const catalogue = loadCatalogue(['core', './own'], {
    ...options,
    folder: ownFolder('own/visits'),
  })
  expect(catalogue.namespaces).toEqual(['core', 'own'])
  expect([...catalogue.contracts.keys()]).toEqual([
    'core/clinical_events',
    'core/medications',
    'core/ons_deaths',
    'core/patients',
    'core/practice_registrations',
    'own/visits',
  ])
})

test('a contract whose name is not its path, and one given twice, are refused', () => {
  expect(() => loadCatalogue(['./own'], { ...options, folder: ownFolder('own/other') })).toThrow(
    'own/visits.yaml:1:11: contract: "own/other"; expected own/visits, as folder and file are named',
  )
  const folder = ownFolder('own/visits')
  expect(() => loadCatalogue(['./own', './own/'], { ...options, folder })).toThrow(
    'contract own/visits a second time',
  )
})

test('an unknown namespace names the nearest one', () => {
  expect(() => loadCatalogue(['coer'], options)).toThrow(
    /no contracts with the namespace "coer"; expected core, .* or a path such as \.\/contracts\/coer; did you mean "core"\?/,
  )
})
