// Contracts as one schema.yml of dbt: a model for each table, its columns with dbt's own four data
// tests, and everything else under `meta`, where documentation shows it and nothing checks it.
import { describeCheck, describeConstraint } from '../describe-constraint.ts'
import {
  type ColumnConstraint,
  type ContractColumn,
  patientIdColumn,
  type Severity,
  type TableContract,
} from '../table-contract.ts'
import type { Plain } from './contract-text.ts'
import { type Exported, type ExportOptions, type Notice, noticesOf } from './conversion.ts'
import { typeNames } from './odcs-property.ts'
import { yamlText } from './yaml-text.ts'

/** dbt reads descriptions and values as templates: what opens one is written as text. */
const untemplated = (text: string): string => text.replace(/\{(?=[{%#])/g, "{{ '{' }}")

const graded = (severity: Severity | undefined): Plain =>
  severity === 'warn' ? { config: { severity: 'warn' } } : {}

const testOf = (name: string, more: Plain): string | Plain =>
  Object.keys(more).length === 0 ? name : { [name]: more }

/** One of dbt's own tests; null where it has none. */
function dataTest(constraint: ColumnConstraint, column: ContractColumn): string | Plain | null {
  const more = graded(constraint.severity)
  if (constraint.kind === 'not_null' || constraint.kind === 'unique') {
    return testOf(constraint.kind, more)
  }
  if (constraint.kind !== 'categorical') return null
  const values = constraint.values.map((value) =>
    typeof value === 'string' ? untemplated(value) : value,
  )
  const quote = column.type === 'int' ? { quote: false } : {}
  return { accepted_values: { values, ...quote, ...more } }
}

type Add = ReturnType<typeof noticesOf>['add']

const unchecked = 'is under meta: dbt has no test of its own for it'

function columnOf(column: ContractColumn, add: Add): Plain {
  const { name, type, description, constraints, dummy } = column
  const tests: (string | Plain)[] = []
  const others: (string | Plain)[] = []
  for (const constraint of constraints) {
    const test = dataTest(constraint, column)
    if (test !== null) tests.push(test)
    else {
      add(name, constraint.kind, unchecked)
      others.push(untemplated(`${describeConstraint(constraint)}.`))
    }
  }
  const { physicalType } = typeNames(type)
  const isPlain = type === 'bool' || type === 'int' || type === 'float' || type === 'date'
  if (!isPlain && type !== 'string') add(name, type, 'is under meta: dbt does not check codes')
  if (dummy !== undefined) add(name, 'dummy', 'is left out')
  const meta = {
    ...(isPlain || type === 'string' ? {} : { type }),
    ...(others.length === 0 ? {} : { constraints: others }),
  }
  return {
    name,
    data_type: physicalType.toLowerCase(),
    ...(description === '' ? {} : { description: untemplated(description) }),
    ...(Object.keys(meta).length === 0 ? {} : { meta: { safelanding: meta } }),
    ...(tests.length === 0 ? {} : { data_tests: tests }),
  }
}

/** Names of models are those of tables; with the namespace before them where two would be the same. */
function modelName(contract: TableContract, all: readonly TableContract[]): string {
  const isAlone = all.filter(({ table }) => table === contract.table).length === 1
  return isAlone ? contract.table : `${contract.namespace.replaceAll('.', '_')}__${contract.table}`
}

function model(
  contract: TableContract,
  all: readonly TableContract[],
  options: ExportOptions,
  add: Add,
): Plain {
  const tests: (string | Plain)[] = ['not_null']
  const others: string[] = []
  if (contract.rows === 'one_per_patient') tests.push('unique')
  for (const check of contract.checks) {
    if (check.kind === 'patient_exists') {
      const patients = all.find(
        ({ namespace, table }) => namespace === contract.namespace && table === 'patients',
      )
      const name = patients === undefined ? 'patients' : modelName(patients, all)
      if (patients === undefined) add(null, check.kind, 'needs a model "patients"')
      const to = { to: `ref('${name}')`, field: patientIdColumn }
      tests.push({ relationships: { ...to, ...graded(check.severity) } })
      continue
    }
    add(null, check.kind, unchecked)
    others.push(untemplated(`${describeCheck(check)}.`))
  }
  if (contract.extends !== null) add(null, 'extends', 'is left out: columns are written out')
  const { id, version, title } = contract
  const description = [title, contract.description].filter((text) => text.trim() !== '').join(': ')
  const checks = others.length === 0 ? {} : { checks: others }
  return {
    name: modelName(contract, all),
    ...(description === '' ? {} : { description: untemplated(description) }),
    meta: { safelanding: { contract: id, version, ...checks } },
    columns: [
      {
        name: patientIdColumn,
        data_type: typeNames(
          options.patientId === 'int' ? 'int' : 'string',
        ).physicalType.toLowerCase(),
        description: 'The patient.',
        data_tests: tests,
      },
      ...contract.columns.map((column) => columnOf(column, add)),
    ],
  }
}

/** Contracts as one schema.yml. */
export function exportDbt(contracts: readonly TableContract[], options: ExportOptions): Exported {
  const notices: Notice[] = []
  const models = contracts.map((contract) => {
    const { list, add } = noticesOf(contract.id)
    const made = model(contract, contracts, options, add)
    notices.push(...list)
    return made
  })
  return { text: yamlText({ version: 2, models }, { forOldReaders: true }), notices }
}
