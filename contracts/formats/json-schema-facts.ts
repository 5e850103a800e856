// What the keywords of a JSON Schema say of a column, for schemas of ours and of others. Keywords
// without a place in a contract are told.
import type { ColumnType } from '../table-contract.ts'
import type { Plain } from './contract-text.ts'
import { type NativeFacts, noFacts, type Tell } from './native-column.ts'
import { firstOfMonthPattern, unanchored } from './value-forms.ts'

const isMap = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Keywords that are read, and those that say nothing about values. */
const known = [
  ...['type', 'format', 'description', 'enum', 'const', 'pattern', 'allOf', 'anyOf', 'oneOf'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['$comment', 'x-safelanding'],
]

/** `anyOf: [schema, {type: null}]` as that schema, with null among its types. */
function withoutNullChoice(schema: Plain): { schema: Plain; isNullable: boolean } {
  const choices = (schema['anyOf'] ?? schema['oneOf']) as unknown
  if (!Array.isArray(choices) || choices.length !== 2) return { schema, isNullable: false }
  const index = choices.findIndex((choice) => isMap(choice) && choice['type'] === 'null')
  const other = choices[1 - index]
  if (index < 0 || !isMap(other)) return { schema, isNullable: false }
  const { anyOf: _, oneOf: __, ...rest } = schema
  return { schema: { ...other, ...rest }, isNullable: true }
}

const formats: Readonly<Record<string, ColumnType>> = { date: 'date', 'date-time': 'date' }

function typeOf(schema: Plain, words: readonly unknown[], tell: Tell): ColumnType | null {
  const values = (schema['enum'] ?? [schema['const']]) as unknown
  const [first] = Array.isArray(values) ? values.filter((value) => value !== null) : []
  const guessed = Number.isInteger(first) ? 'integer' : typeof first
  const [word = guessed === 'undefined' ? undefined : guessed] = words
  if (words.length > 1) tell('type', `of several kinds is read as ${String(word)}`)
  if (word === 'boolean') return 'bool'
  if (word === 'integer') return 'int'
  if (word === 'number') return 'float'
  if (word !== 'string') return null
  const format = schema['format']
  if (format === 'date-time') tell('format', 'date-time is read as date: the time is cut')
  else if (format !== undefined && format !== 'date')
    tell('format', `${String(format)} is left out`)
  return formats[String(format)] ?? 'string'
}

function patternsOf(schema: Plain, type: ColumnType, tell: Tell): string[] {
  const others = Array.isArray(schema['allOf']) ? (schema['allOf'] as unknown[]) : []
  const simple = others.filter((one) => isMap(one) && Object.keys(one).join() === 'pattern')
  if (simple.length < others.length) tell('allOf', 'is left out')
  const all = [schema['pattern'], ...simple.map((one) => (one as Plain)['pattern'])]
  return all.flatMap((pattern) => {
    if (typeof pattern !== 'string') return []
    if (type === 'date' && pattern === firstOfMonthPattern) return []
    const whole = unanchored(pattern)
    if (whole === null) {
      tell('pattern', 'is left out: it is not of the whole text, from ^ to $')
      return []
    }
    return [whole]
  })
}

/**
 * The facts of a column's schema; null where it is no column: an object, an array, or nothing that
 * names a type. `isRequired`: every row has the key.
 */
export function nativeFacts(whole: Plain, isRequired: boolean, tell: Tell): NativeFacts | null {
  const { schema, isNullable } = withoutNullChoice(whole)
  const types = [schema['type']].flat().filter((type) => type !== undefined)
  const words = types.filter((type) => type !== 'null')
  const type = typeOf(schema, words, tell)
  if (type === null) return null
  for (const key of Object.keys(schema)) {
    if (!known.includes(key)) tell(key, 'is left out')
    else if (key === 'anyOf' || key === 'oneOf') tell(key, 'is left out')
  }
  const bound = (key: string): unknown => schema[key] ?? null
  const categories = schema['enum'] ?? (schema['const'] === undefined ? null : [schema['const']])
  const hasNull = Array.isArray(categories) && categories.includes(null)
  const isNull = isNullable || types.includes('null') || (types.length === 0 && hasNull)
  return {
    ...noFacts,
    type,
    description: typeof schema['description'] === 'string' ? schema['description'] : '',
    notNull: isRequired && !isNull,
    categories: Array.isArray(categories) ? categories : null,
    patterns: patternsOf(schema, type, tell),
    firstOfMonth: type === 'date' && schema['pattern'] === firstOfMonthPattern,
    minimum: bound('minimum'),
    maximum: bound('maximum'),
    exclusiveMinimum: bound('exclusiveMinimum'),
    exclusiveMaximum: bound('exclusiveMaximum'),
    multipleOf: bound('multipleOf'),
  }
}
