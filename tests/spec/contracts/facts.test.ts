// The catalogue against the facts of ehrQL's tables, in both directions: every table, column,
// order, type, number of rows, constraint and steering of dummy data, and nothing besides.
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { builtInNamespaces, loadCatalogue } from '../../../contracts/catalogue.ts'
import type {
  ColumnConstraint,
  DummyConstraint,
  TableContract,
} from '../../../contracts/table-contract.ts'
import {
  type FactConstraint,
  type FactTable,
  readFacts,
  readWordyFacts,
} from '../../support/ehrql-facts.ts'
import { sharedFolder } from '../../support/paths.ts'

const types: Readonly<Record<string, string>> = {
  bool: 'bool',
  int: 'int',
  float: 'float',
  date: 'date',
  string: 'str',
  snomedct: 'SNOMEDCTCode',
  dmd: 'DMDCode',
  ctv3: 'CTV3Code',
  icd10: 'ICD10Code',
  opcs4: 'OPCS4Code',
  icd10_multi: 'ICD10MultiCodeString',
  opcs4_multi: 'OPCS4MultiCodeString',
}

/** Our constraint in the words of the facts. */
function asFact(constraint: ColumnConstraint | DummyConstraint): FactConstraint {
  if ('severity' in constraint) throw new Error('no fact has a severity')
  switch (constraint.kind) {
    case 'not_null':
      return { kind: 'NotNull' }
    case 'first_of_month':
      return { kind: 'FirstOfMonth' }
    case 'categorical':
      return { kind: 'Categorical', values: constraint.values }
    case 'regex':
      return { kind: 'Regex', regex: constraint.pattern }
    case 'date_after':
      return { kind: 'DateAfter', column_names: constraint.columns }
    case 'closed_range': {
      const { minimum, maximum, step } = constraint
      return { kind: 'ClosedRange', minimum, maximum, step }
    }
    case 'general_range': {
      const { minimum, maximum } = constraint
      const included = {
        includes_minimum: constraint.includesMinimum,
        includes_maximum: constraint.includesMaximum,
      }
      return { kind: 'GeneralRange', minimum, maximum, ...included }
    }
    default:
      throw new Error(`no fact is a ${constraint.kind}`)
  }
}

function asFacts(contract: TableContract): Omit<FactTable, 'definition'> {
  const { namespace, table, rows } = contract
  const columns = contract.columns.map(({ name, type, constraints, dummy = [] }) => ({
    name,
    type: types[type] ?? `no type of the facts: ${type}`,
    ...(constraints.length > 0 && { constraints: constraints.map(asFact) }),
    ...(dummy.length > 0 && { dummy: dummy.map(asFact) }),
  }))
  return { namespace, table, rows, columns }
}

const byName = (
  tables: readonly Omit<FactTable, 'definition'>[],
): Record<string, Omit<FactTable, 'definition'>> =>
  Object.fromEntries(tables.map((fact) => [`${fact.namespace}/${fact.table}`, fact]))

const { contracts } = loadCatalogue(builtInNamespaces(), { folder: '/', bytesMax: 1_000_000 })
const facts = readFacts()
const wanted = facts.tables
const found = [...contracts.values()]

test('there is a contract for each of the 56 tables, and for nothing else', () => {
  expect(facts.tables).toHaveLength(56)
  expect(found.map(({ id }) => id).sort()).toEqual(Object.keys(byName(wanted)).sort())
})

test.each(wanted.map((fact) => [`${fact.namespace}/${fact.table}`, fact] as const))(
  '%s states the facts, no more and no less',
  (id, { definition, ...fact }) => {
    const contract = contracts.get(id)
    expect(definition).not.toBe('')
    expect(contract && asFacts(contract)).toEqual(fact)
  },
)

test('patients exist where a namespace has a table of them, and nothing else is checked', () => {
  const namespaces = found.filter(({ table }) => table === 'patients').map((one) => one.namespace)
  for (const { id, namespace, table, checks } of found) {
    const isChild = table !== 'patients' && namespaces.includes(namespace)
    expect([id, checks]).toEqual([id, isChild ? [{ kind: 'patient_exists' }] : []])
  }
})

const sharedTest = sharedFolder === null ? test.skip : test
sharedTest('the facts in the repository are those that were handed over', () => {
  const file = join(sharedFolder ?? '', 'reference', 'ehrql-tables.json')
  expect(facts).toEqual(readWordyFacts(file))
})
