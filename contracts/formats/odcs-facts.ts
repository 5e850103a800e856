// What an ODCS property says of a column, for documents of ours and of others. Whatever has no
// place in a contract is told.
import type { ColumnType } from '../table-contract.ts'
import type { Plain } from './contract-text.ts'
import { type NativeFacts, noFacts, type Tell } from './native-column.ts'
import { unanchored } from './value-forms.ts'

const isMap = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const listOf = (value: unknown): readonly Plain[] =>
  Array.isArray(value) ? value.filter(isMap) : []

const known = [
  ...['name', 'logicalType', 'physicalType', 'description', 'required', 'unique', 'quality'],
  ...['logicalTypeOptions', 'customProperties', 'primaryKey', 'primaryKeyPosition'],
]
const knownOptions = [
  ...['format', 'pattern', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  'multipleOf',
]

const logicalTypes: Readonly<Record<string, ColumnType>> = {
  ...{ string: 'string', date: 'date', timestamp: 'date', time: 'string', number: 'float' },
  ...{ integer: 'int', boolean: 'bool' },
}

/** Words in names of physical types, the first that is found counts. */
const physicalTypes: readonly (readonly [RegExp, ColumnType])[] = [
  [/bool|^bit$/i, 'bool'],
  [/date|timestamp/i, 'date'],
  [/int|serial/i, 'int'],
  [/float|double|real|decimal|numeric|number|money/i, 'float'],
]

function typeOf(property: Plain, tell: Tell): ColumnType | null {
  const { logicalType, physicalType } = property
  if (logicalType === undefined) {
    const physical = String(physicalType ?? '')
    const type = physicalTypes.find(([pattern]) => pattern.test(physical))?.[1] ?? 'string'
    tell('logicalType', `is not stated: read as ${type}`)
    return type
  }
  if (logicalType === 'timestamp') tell('timestamp', 'is read as date: the time is cut')
  if (logicalType === 'time') tell('time', 'is read as string')
  const type = logicalTypes[String(logicalType)]
  return type ?? null
}

export const isWarningRule = ({ severity }: Plain): boolean =>
  severity !== undefined && !/^(error|critical|blocker|high)$/i.test(String(severity))

/** True for a rule that no row may break. */
const isZero = (rule: Plain): boolean => Number(rule['mustBe'] ?? Number.NaN) === 0

interface RuleFacts {
  readonly notNull: boolean
  readonly unique: boolean
  readonly categories: readonly unknown[] | null
  readonly patterns: readonly string[]
}

/** The share in per cent of a rule about nulls; null where it is another rule. */
export function nullShareOf(rule: Plain): number | null {
  const share = Number(rule['mustBeLessOrEqualTo'] ?? Number.NaN)
  const isShare = rule['metric'] === 'nullValues' && rule['unit'] === 'percent'
  return isShare && share >= 0 && share <= 100 ? share : null
}

function ruleFacts(rules: readonly Plain[], tell: Tell): RuleFacts {
  const facts = { notNull: false, unique: false, patterns: [] as string[] }
  let categories: readonly unknown[] | null = null
  for (const rule of rules) {
    if (nullShareOf(rule) !== null) continue
    const { type = 'library', metric, arguments: given } = rule
    const { validValues, pattern } = isMap(given) ? given : {}
    const name = `quality ${String(metric ?? type)}`
    const isPlain = metric !== undefined && isZero(rule) && !isWarningRule(rule)
    const whole = typeof pattern === 'string' ? unanchored(pattern) : null
    if (isPlain && metric === 'nullValues') facts.notNull = true
    else if (isPlain && metric === 'duplicateValues') facts.unique = true
    else if (isPlain && metric === 'invalidValues' && Array.isArray(validValues)) {
      categories = validValues
    } else if (isPlain && metric === 'invalidValues' && whole !== null) facts.patterns.push(whole)
    else
      tell(
        isWarningRule(rule) ? `${name} of severity ${String(rule['severity'])}` : name,
        'is left out',
      )
  }
  return { ...facts, categories }
}

/**
 * The facts of a property; null where no column of ours can hold it: an object, an array.
 */
export function propertyFacts(property: Plain, tell: Tell): NativeFacts | null {
  const type = typeOf(property, tell)
  if (type === null) return null
  for (const key of Object.keys(property)) {
    if (!known.includes(key)) tell(key, 'is left out')
  }
  const options = isMap(property['logicalTypeOptions']) ? property['logicalTypeOptions'] : {}
  for (const key of Object.keys(options)) {
    if (!knownOptions.includes(key)) tell(key, 'is left out')
  }
  const { format } = options
  if (format !== undefined && !['i64', 'f64', 'yyyy-MM-dd'].includes(String(format))) {
    tell('format', 'is left out')
  }
  const rules = ruleFacts(listOf(property['quality']), tell)
  const pattern = options['pattern']
  const whole = typeof pattern === 'string' ? unanchored(pattern) : null
  if (pattern !== undefined && whole === null) {
    tell('pattern', 'is left out: it is not of the whole text, from ^ to $')
  }
  const bound = (key: string): unknown => options[key] ?? null
  const { description } = property
  return {
    ...noFacts,
    ...rules,
    type,
    description: description === undefined || description === null ? '' : String(description),
    notNull: property['required'] === true || property['primaryKey'] === true || rules.notNull,
    unique: property['unique'] === true || rules.unique,
    patterns: [...(whole === null ? [] : [whole]), ...rules.patterns],
    minimum: bound('minimum'),
    maximum: bound('maximum'),
    exclusiveMinimum: bound('exclusiveMinimum'),
    exclusiveMaximum: bound('exclusiveMaximum'),
    multipleOf: bound('multipleOf'),
  }
}
