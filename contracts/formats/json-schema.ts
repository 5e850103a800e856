// A contract as a JSON Schema (draft 2020-12) of one row of its published table: every column is a
// key, nulls are nulls. What JSON Schema has no words for stands under `x-safelanding`, which only
// our own import reads.
import { codeSystemForms, isCodeSystem } from '../code-systems.ts'
import { describeConstraint } from '../describe-constraint.ts'
import type {
  ColumnConstraint,
  ColumnType,
  ContractColumn,
  TableContract,
} from '../table-contract.ts'
import { checkPlain, type Plain } from './contract-text.ts'
import { type Exported, type ExportOptions, noticesOf } from './conversion.ts'
import { nativeFacts } from './json-schema-facts.ts'
import { isHard, keptOf, plainOfFacts } from './native-column.ts'
import { anchored, firstOfMonthPattern, typePattern } from './value-forms.ts'

export const extensionKey = 'x-safelanding'
export const jsonSchemaDialect = 'https://json-schema.org/draft/2020-12/schema'

const jsonTypes: Partial<Record<ColumnType, string>> = {
  bool: 'boolean',
  int: 'integer',
  float: 'number',
}

/** Steps that a multiple says exactly: whole, and counted from one of the multiples. */
export function multipleOf(constraint: ColumnConstraint & { kind: 'closed_range' }): number | null {
  const { minimum, step } = constraint
  const isWhole = Number.isSafeInteger(step) && Number.isSafeInteger(minimum)
  return isWhole && Number(minimum) % step === 0 ? step : null
}

/** Keywords of one constraint; null where JSON Schema has none, `partly` where they say less. */
function keywordsOf(
  constraint: ColumnConstraint,
  type: ColumnType,
): { keywords: Plain; partly?: string } | null {
  switch (constraint.kind) {
    case 'not_null':
      return { keywords: {} }
    case 'categorical':
      return { keywords: { enum: constraint.values } }
    case 'regex':
      return { keywords: { pattern: anchored(constraint.pattern) } }
    case 'first_of_month':
      return { keywords: { pattern: firstOfMonthPattern } }
    case 'closed_range': {
      if (type === 'date') return null
      const { minimum, maximum, step } = constraint
      const bounds = { minimum, maximum }
      if (type === 'int' && step === 1) return { keywords: bounds }
      const by = multipleOf(constraint)
      if (by === null) return { keywords: bounds, partly: 'step' }
      return { keywords: { ...bounds, multipleOf: by } }
    }
    case 'general_range': {
      if (type === 'date') return null
      const { minimum, maximum, includesMinimum, includesMaximum } = constraint
      return {
        keywords: {
          ...(minimum === null
            ? {}
            : { [includesMinimum ? 'minimum' : 'exclusiveMinimum']: minimum }),
          ...(maximum === null
            ? {}
            : { [includesMaximum ? 'maximum' : 'exclusiveMaximum']: maximum }),
        },
      }
    }
    default:
      return null
  }
}

type Add = ReturnType<typeof noticesOf>['add']

const unseen = 'is kept for Safe Landing; other readers do not check it'

/** The keywords that say what JSON Schema can say of a column. */
function nativeSchema(column: ContractColumn, add: Add): Plain {
  const { name, type, description, constraints } = column
  const isNeverNull = constraints.some((one) => one.kind === 'not_null' && isHard(one))
  const json = jsonTypes[type] ?? 'string'
  const merged: Record<string, unknown> = {
    type: isNeverNull ? json : [json, 'null'],
    ...(type === 'date' ? { format: 'date' } : {}),
    ...(description === '' ? {} : { description }),
  }
  const form = typePattern(type)
  const patterns = form === null ? [] : [anchored(form)]
  if (type === 'nhs_number') add(name, 'nhs_number', 'is text here, without its check digit')
  for (const constraint of constraints) {
    const found = isHard(constraint) ? keywordsOf(constraint, type) : null
    if (found === null) {
      add(
        name,
        constraint.kind,
        isHard(constraint) ? unseen : 'only warns, and is not checked here',
      )
      continue
    }
    const { pattern, ...keywords } = found.keywords
    if (typeof pattern === 'string') patterns.push(pattern)
    Object.assign(merged, keywords)
    if (found.partly !== undefined) add(name, found.partly, unseen)
  }
  const values = merged['enum'] as readonly unknown[] | undefined
  if (values !== undefined && !isNeverNull) merged['enum'] = [...values, null]
  const [first, ...others] = patterns
  if (first !== undefined) merged['pattern'] = first
  if (others.length > 0) merged['allOf'] = others.map((pattern) => ({ pattern }))
  return merged
}

/** Everything that is said of a column, and what is kept for us. */
export function columnSchema(column: ContractColumn, add: Add): Plain {
  const native = nativeSchema(column, add)
  const facts = nativeFacts(native, true, () => undefined)
  const plain = facts === null ? {} : plainOfFacts(facts, () => undefined)
  const kept = keptOf(column, plain)
  const title = isCodeSystem(column.type) ? codeSystemForms[column.type].title : null
  const sentences = column.constraints.map(describeConstraint)
  const comment = [...(title === null ? [] : [`${title} code`]), ...sentences].join('; ')
  return {
    ...native,
    ...(kept === null || comment === '' ? {} : { $comment: comment }),
    ...(kept === null ? {} : { [extensionKey]: kept }),
  }
}

/** The contract as a JSON Schema document. */
export function exportJsonSchema(contract: TableContract, options: ExportOptions): Exported {
  const { list, add } = noticesOf(contract.id)
  const { id, version, title, description, rows, checks, digest } = contract
  if (rows === 'one_per_patient')
    add(null, 'rows', 'one for each patient: a schema of one row cannot say so')
  for (const check of checks) add(null, check.kind, unseen)
  if (contract.extends !== null)
    add(null, 'extends', 'is a note: columns and checks are written out')
  const patient = {
    type: options.patientId === 'int' ? 'integer' : 'string',
    description: 'The patient.',
  }
  const columns = contract.columns.map((column) => [column.name, columnSchema(column, add)])
  for (const { name, dummy } of contract.columns) {
    if (dummy !== undefined) add(name, 'dummy', 'is kept for Safe Landing')
  }
  const schema = {
    $schema: jsonSchemaDialect,
    $id: `urn:safelanding:${id}:${version}`,
    title,
    ...(description === '' ? {} : { description }),
    type: 'object',
    properties: { patient_id: patient, ...Object.fromEntries(columns) },
    required: ['patient_id', ...contract.columns.map(({ name }) => name)],
    additionalProperties: false,
    [extensionKey]: {
      ...{ contract: id, version, rows },
      ...(contract.extends === null ? {} : { extends: contract.extends }),
      ...(checks.length === 0 ? {} : { checks: checks.map(checkPlain) }),
      ...(digest === '' ? {} : { digest }),
    },
  }
  return { text: `${JSON.stringify(schema, null, 2)}\n`, notices: list }
}
