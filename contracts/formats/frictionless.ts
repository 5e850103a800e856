// A contract as a Frictionless Table Schema (Data Package standard 2.0), for readers of CSV files in
// the shape of the published table: fields with their constraints, keys, and what stands for null.
import {
  type Bound,
  type ColumnConstraint,
  type ColumnType,
  type ContractColumn,
  patientIdColumn,
  type TableContract,
} from '../table-contract.ts'
import type { Plain } from './contract-text.ts'
import { type Exported, type ExportOptions, noticesOf } from './conversion.ts'
import { isHard } from './native-column.ts'
import { patternIn } from './pattern.ts'
import { typePattern } from './value-forms.ts'

const profile = 'https://datapackage.org/profiles/2.0/tableschema.json'

const fieldTypes: Partial<Record<ColumnType, string>> = {
  ...{ bool: 'boolean', int: 'integer', float: 'number', date: 'date' },
}

/**
 * The next value beside an open bound: the words for open bounds are new, and readers refuse them.
 * Of a float there is none, and the bound itself is stated.
 */
function beside(bound: Bound, step: 1 | -1, type: ColumnType): Bound {
  if (typeof bound === 'number') return type === 'int' ? bound + step : bound
  const days = Date.parse(`${bound}T00:00:00Z`) / 86_400_000 + step
  return new Date(days * 86_400_000).toISOString().slice(0, 10)
}

const isOpen = (constraint: ColumnConstraint): boolean =>
  constraint.kind === 'general_range' &&
  !(
    (constraint.minimum === null || constraint.includesMinimum) &&
    (constraint.maximum === null || constraint.includesMaximum)
  )

/** null: Table Schema has no word for it. */
function constraintsOf(constraint: ColumnConstraint, type: ColumnType): Plain | null {
  switch (constraint.kind) {
    case 'not_null':
      return { required: true }
    case 'unique':
      return { unique: true }
    case 'categorical':
      return { enum: constraint.values }
    case 'closed_range':
      return { minimum: constraint.minimum, maximum: constraint.maximum }
    case 'general_range': {
      const { minimum, maximum, includesMinimum, includesMaximum } = constraint
      return {
        ...(minimum === null
          ? {}
          : { minimum: includesMinimum ? minimum : beside(minimum, 1, type) }),
        ...(maximum === null
          ? {}
          : { maximum: includesMaximum ? maximum : beside(maximum, -1, type) }),
      }
    }
    case 'regex': {
      const pattern = patternIn(constraint.pattern, 'xml')
      return pattern === null ? null : { pattern }
    }
    default:
      return null
  }
}

type Add = ReturnType<typeof noticesOf>['add']

function field(column: ContractColumn, add: Add): Plain {
  const { name, type, description, constraints } = column
  const form = typePattern(type)
  const written = form === null ? null : patternIn(form, 'xml')
  const stated: Record<string, unknown> = written === null ? {} : { pattern: written }
  if (type === 'nhs_number') add(name, type, 'is text here, without its check digit')
  if (column.dummy !== undefined) add(name, 'dummy', 'is left out')
  for (const constraint of constraints) {
    const { kind } = constraint
    const own = isHard(constraint) ? constraintsOf(constraint, type) : null
    if (own === null) {
      add(name, kind, isHard(constraint) ? 'is left out' : 'only warns, and is left out')
      continue
    }
    if (kind === 'regex' && written !== null) add(name, type, 'is left out: one pattern is all')
    const hasStep = kind === 'closed_range' && (constraint.step !== 1 || type === 'float')
    if (hasStep) add(name, 'step', 'is left out')
    if (type === 'float' && isOpen(constraint)) add(name, kind, 'permits the open bound itself')
    Object.assign(stated, own)
  }
  return {
    name,
    type: fieldTypes[type] ?? 'string',
    ...(description === '' ? {} : { description }),
    ...(Object.keys(stated).length === 0 ? {} : { constraints: stated }),
  }
}

/** The contract as a Table Schema, in JSON. */
export function exportFrictionless(contract: TableContract, options: ExportOptions): Exported {
  const { list, add } = noticesOf(contract.id)
  const fields = contract.columns.map((column) => field(column, add))
  const isOne = contract.rows === 'one_per_patient'
  const uniqueKeys: (readonly string[])[] = []
  let hasPatients = false
  for (const check of contract.checks) {
    if (check.severity === 'warn') add(null, check.kind, 'only warns, and is left out')
    else if (check.kind === 'unique') uniqueKeys.push(check.columns)
    else if (check.kind === 'patient_exists') hasPatients = true
    else add(null, check.kind, 'is left out')
  }
  if (hasPatients)
    add(null, 'patient_exists', 'needs a resource "patients" in the same data package')
  if (contract.extends !== null) add(null, 'extends', 'is left out: columns are written out')
  const reference = { resource: 'patients', fields: [patientIdColumn] }
  const schema = {
    $schema: profile,
    name: contract.table,
    title: contract.title,
    ...(contract.description === '' ? {} : { description: contract.description }),
    version: contract.version,
    fields: [
      {
        name: patientIdColumn,
        type: options.patientId === 'int' ? 'integer' : 'string',
        description: 'The patient.',
        constraints: { required: true },
      },
      ...fields,
    ],
    missingValues: [''],
    ...(isOne ? { primaryKey: [patientIdColumn] } : {}),
    ...(uniqueKeys.length === 0 ? {} : { uniqueKeys }),
    ...(hasPatients ? { foreignKeys: [{ fields: [patientIdColumn], reference }] } : {}),
  }
  return { text: `${JSON.stringify(schema, null, 2)}\n`, notices: list }
}
