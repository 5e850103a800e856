// A column as a property of an ODCS document (Open Data Contract Standard v3.1, bitol-io). What the
// standard can say stands in its own words; what it has no words for is a rule in prose for people
// and a custom property `safelanding` for our own import.
import { codeSystemForms, isCodeSystem } from '../code-systems.ts'
import { describeConstraint } from '../describe-constraint.ts'
import type { ColumnConstraint, ColumnType, ContractColumn } from '../table-contract.ts'
import type { Plain } from './contract-text.ts'
import type { noticesOf } from './conversion.ts'
import { multipleOf } from './json-schema.ts'
import { isHard, keptOf, plainOfFacts } from './native-column.ts'
import { propertyFacts } from './odcs-facts.ts'
import { anchored, typePattern } from './value-forms.ts'

export const customProperty = 'safelanding'
/** Rules of engines of their own name the engine. */
export const engine = 'safelanding'

type Add = ReturnType<typeof noticesOf>['add']

/** How a type is called by the standard, and in the Parquet files by SQL engines. */
export const typeNames = (type: ColumnType): { logicalType: string; physicalType: string } => {
  switch (type) {
    case 'bool':
      return { logicalType: 'boolean', physicalType: 'BOOLEAN' }
    case 'int':
      return { logicalType: 'integer', physicalType: 'BIGINT' }
    case 'float':
      return { logicalType: 'number', physicalType: 'DOUBLE' }
    case 'date':
      return { logicalType: 'date', physicalType: 'DATE' }
    default:
      return { logicalType: 'string', physicalType: 'VARCHAR' }
  }
}

const formats: Partial<Record<ColumnType, string>> = {
  int: 'i64',
  float: 'f64',
  date: 'yyyy-MM-dd',
}

/** What one constraint adds to a property. */
interface Words {
  readonly property?: Plain
  readonly options?: Plain
  readonly quality?: Plain
  /** Of the constraint only a part is said. */
  readonly partly?: string
}

export const warning = { severity: 'warning' }

function rangeWords(
  constraint: ColumnConstraint & { kind: 'closed_range' | 'general_range' },
  type: ColumnType,
): Words {
  const { minimum, maximum } = constraint
  if (constraint.kind === 'general_range') {
    const { includesMinimum, includesMaximum } = constraint
    const low = includesMinimum ? 'minimum' : 'exclusiveMinimum'
    const high = includesMaximum ? 'maximum' : 'exclusiveMaximum'
    const bounds = {
      ...(minimum === null ? {} : { [low]: minimum }),
      ...(maximum === null ? {} : { [high]: maximum }),
    }
    return { options: bounds }
  }
  const bounds = { minimum, maximum }
  if (constraint.step === 1 && type !== 'float') return { options: bounds }
  const by = multipleOf(constraint)
  return by === null
    ? { options: bounds, partly: 'step' }
    : { options: { ...bounds, multipleOf: by } }
}

/** null: the standard has no words for it. */
function wordsOf(constraint: ColumnConstraint, type: ColumnType): Words | null {
  const graded = isHard(constraint) ? {} : warning
  switch (constraint.kind) {
    case 'not_null':
      if (isHard(constraint)) return { property: { required: true } }
      return { quality: { metric: 'nullValues', mustBe: 0, ...graded } }
    case 'unique':
      if (isHard(constraint)) return { property: { unique: true } }
      return { quality: { metric: 'duplicateValues', mustBe: 0, ...graded } }
    case 'categorical': {
      const values = { validValues: [...constraint.values] }
      return { quality: { metric: 'invalidValues', arguments: values, mustBe: 0, ...graded } }
    }
    case 'regex': {
      const pattern = anchored(constraint.pattern)
      if (isHard(constraint)) return { options: { pattern } }
      return { quality: { metric: 'invalidValues', arguments: { pattern }, mustBe: 0, ...graded } }
    }
    case 'closed_range':
    case 'general_range':
      return isHard(constraint) ? rangeWords(constraint, type) : null
    default:
      return null
  }
}

/** A rule in prose, for what the standard has no words for. */
const proseRule = (constraint: ColumnConstraint): Plain => ({
  type: 'text',
  description: `${describeConstraint(constraint)}.`,
  ...(isHard(constraint) ? {} : warning),
})

const unseen = 'is a rule in prose, which no tool checks; Safe Landing keeps it'

/** What the standard says of a column, besides its rules over the whole table. */
function nativeProperty(column: ContractColumn, add: Add): Plain {
  const { name, type, description, constraints } = column
  const format = formats[type]
  const form = typePattern(type)
  const options: Record<string, unknown> = format === undefined ? {} : { format }
  const property: Record<string, unknown> = {}
  const quality: Plain[] = []
  if (type === 'nhs_number') add(name, 'nhs_number', 'is text here, without its check digit')
  for (const constraint of constraints) {
    const words = wordsOf(constraint, type)
    if (words === null) {
      add(name, constraint.kind, unseen)
      quality.push(proseRule(constraint))
      continue
    }
    Object.assign(options, words.options)
    Object.assign(property, words.property)
    if (words.quality !== undefined) quality.push(words.quality)
    if (words.partly === undefined) continue
    add(name, words.partly, unseen)
    quality.push(proseRule(constraint))
  }
  if (form !== null && options['pattern'] === undefined) options['pattern'] = anchored(form)
  else if (form !== null) {
    const pattern = { pattern: anchored(form) }
    quality.push({ metric: 'invalidValues', arguments: pattern, mustBe: 0 })
  }
  const title = isCodeSystem(type) ? { businessName: `${codeSystemForms[type].title} code` } : {}
  return {
    name,
    ...title,
    ...typeNames(type),
    ...(description === '' ? {} : { description }),
    ...property,
    ...(Object.keys(options).length === 0 ? {} : { logicalTypeOptions: options }),
    ...(quality.length === 0 ? {} : { quality }),
  }
}

/** A column as a property, with what is kept of it in words of ours. */
export function odcsProperty(column: ContractColumn, add: Add): Plain {
  const native = nativeProperty(column, add)
  const facts = propertyFacts(native, () => undefined)
  const plain = facts === null ? {} : plainOfFacts(facts, () => undefined)
  const kept = keptOf(column, plain)
  if (column.dummy !== undefined) add(column.name, 'dummy', 'is kept for Safe Landing')
  if (kept === null) return native
  return { ...native, customProperties: [{ property: customProperty, value: kept }] }
}
