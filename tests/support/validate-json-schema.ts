// The part of JSON Schema 2020-12 that our generated schemas use, written from the specification,
// so that tests can hold the schemas against files without the zod that made them. An unknown
// keyword is an error: nothing passes unlooked at.

type Schema = Readonly<Record<string, unknown>>

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function hasType(type: unknown, value: unknown): boolean {
  if (Array.isArray(type)) return type.some((one) => hasType(one, value))
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isMap(value)
  return typeof value === type
}

const annotations = ['$schema', 'title', 'description', 'default', 'examples']

type Check = (expected: unknown, value: unknown, schema: Schema, path: string) => string[]

const fails = (failed: boolean, path: string, keyword: string): string[] =>
  failed ? [`${path || '/'}: ${keyword}`] : []

const keywords: Readonly<Record<string, Check>> = {
  type: (type, value, _, path) => fails(!hasType(type, value), path, `type ${type}`),
  enum: (words, value, _, path) => fails(!(words as unknown[]).includes(value), path, 'enum'),
  const: (word, value, _, path) => fails(word !== value, path, 'const'),
  pattern: (pattern, value, _, path) =>
    fails(
      typeof value === 'string' && !new RegExp(String(pattern), 'u').test(value),
      path,
      'pattern',
    ),
  minLength: (length, value, _, path) =>
    fails(typeof value === 'string' && value.length < Number(length), path, 'minLength'),
  minimum: (least, value, _, path) =>
    fails(typeof value === 'number' && value < Number(least), path, 'minimum'),
  maximum: (most, value, _, path) =>
    fails(typeof value === 'number' && value > Number(most), path, 'maximum'),
  minItems: (count, value, _, path) =>
    fails(Array.isArray(value) && value.length < Number(count), path, 'minItems'),
  minProperties: (count, value, _, path) =>
    fails(isMap(value) && Object.keys(value).length < Number(count), path, 'minProperties'),
  maxProperties: (count, value, _, path) =>
    fails(isMap(value) && Object.keys(value).length > Number(count), path, 'maxProperties'),
  required: (names, value, _, path) =>
    (names as string[]).flatMap((name) =>
      fails(isMap(value) && !Object.hasOwn(value, name), path, `required ${name}`),
    ),
  items: (inner, value, _, path) =>
    Array.isArray(value)
      ? value.flatMap((item, index) => violations(inner as Schema, item, `${path}/${index}`))
      : [],
  anyOf: (options, value, _, path) =>
    fails(
      (options as Schema[]).every((option) => violations(option, value, path).length > 0),
      path,
      'anyOf',
    ),
  propertyNames: (inner, value, _, path) =>
    isMap(value)
      ? Object.keys(value).flatMap((name) => violations(inner as Schema, name, `${path}/${name}`))
      : [],
  properties: (inner, value, _, path) =>
    Object.entries(inner as Record<string, Schema>).flatMap(([name, one]) =>
      isMap(value) && Object.hasOwn(value, name)
        ? violations(one, value[name], `${path}/${name}`)
        : [],
    ),
  additionalProperties: (inner, value, schema, path) =>
    Object.entries(isMap(value) ? value : {}).flatMap(([name, one]) => {
      if (Object.hasOwn((schema['properties'] ?? {}) as object, name)) return []
      if (inner === false) return [`${path}/${name}: additional property`]
      return violations(inner as Schema, one, `${path}/${name}`)
    }),
}

/** What a value violates, by path; empty where it is valid. */
export function violations(schema: Schema, value: unknown, path = ''): string[] {
  return Object.entries(schema).flatMap(([keyword, expected]) => {
    if (annotations.includes(keyword)) return []
    const check = keywords[keyword]
    if (check === undefined) throw new Error(`no check for the keyword ${keyword}`)
    return check(expected, value, schema, path)
  })
}
