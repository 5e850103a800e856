// zod's findings about a YAML document, told as problems with a position, in words of an operator:
// what stands there, what was expected, the nearest valid word. Schemas state what they expect with
// `.meta({ expected })`; values that came from a secret are never repeated.
import * as z from 'zod'
import { listWords, nearestWord } from './nearest-word.ts'
import type { Problem } from './problems.ts'
import type { YamlDocument, YamlPath } from './yaml-document.ts'

type Issue = z.core.$ZodIssue
type Schema = z.core.$ZodType

export interface ValidationOptions {
  /** A problem for a key that is known but not honoured, instead of `unknown key`. */
  readonly notSupported?: (path: YamlPath, key: string) => Partial<Problem> | null
}

/** Reads only what the walk over schemas needs; zod's own type of a definition is far wider. */
interface Definition {
  readonly type: string
  readonly shape?: Readonly<Record<string, Schema>>
  readonly element?: Schema
  readonly valueType?: Schema
  readonly keyType?: Schema
  readonly innerType?: Schema
  readonly in?: Schema
  readonly out?: Schema
  readonly options?: readonly Schema[]
}

const definitionOf = (schema: Schema): Definition => schema._zod.def as unknown as Definition

/** The schemas behind optional, default, preprocess and union. */
function unwrapped(schema: Schema): Schema[] {
  const definition = definitionOf(schema)
  if (definition.innerType !== undefined) return unwrapped(definition.innerType)
  if (definition.in !== undefined && definition.out !== undefined) {
    const inward = definitionOf(definition.in).type === 'transform' ? definition.out : definition.in
    return unwrapped(inward)
  }
  return definition.options === undefined ? [schema] : definition.options.flatMap(unwrapped)
}

function child(schema: Schema, step: string | number): Schema[] {
  return unwrapped(schema).flatMap((one) => {
    const { shape, element, valueType } = definitionOf(one)
    const next = element ?? valueType ?? shape?.[String(step)]
    return next === undefined ? [] : [next]
  })
}

/** Every schema that can apply at a path. */
function schemasAt(root: Schema, path: YamlPath): Schema[] {
  let schemas: Schema[] = [root]
  for (const step of path) schemas = schemas.flatMap((schema) => child(schema, step))
  return schemas
}

function expectedOf(schema: Schema): string | undefined {
  const stated = z.globalRegistry.get(schema)?.['expected']
  if (typeof stated === 'string') return stated
  const definition = definitionOf(schema)
  if (definition.innerType !== undefined) return expectedOf(definition.innerType)
  return undefined
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  if (typeof value === 'string') return 'text'
  return typeof value === 'number' ? 'a number' : 'true or false'
}

const expectedKinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
}

function valueAt(value: unknown, path: YamlPath): unknown {
  let current = value
  for (const step of path) {
    if (current === null || typeof current !== 'object') return undefined
    current = (current as Record<string | number, unknown>)[step]
  }
  return current
}

/** The last key of a path with the indices behind it: `nulls[1]`. */
export function pathName(path: YamlPath): string {
  const from = path.findLastIndex((step) => typeof step === 'string')
  if (from < 0) return path.length === 0 ? 'the document' : path.map((step) => `[${step}]`).join('')
  const [key, ...indices] = path.slice(from)
  return `${key === '' ? '""' : key}${indices.map((index) => `[${index}]`).join('')}`
}

/** What stands at a path, as a message may show it: short text in quotes, or only its kind. */
function shown(document: YamlDocument, path: YamlPath, value: unknown): string {
  const scalar = ['string', 'number', 'boolean'].includes(typeof value)
  const text = String(value)
  if (!scalar || document.isSecret(path) || text.length > 60 || /\p{C}/u.test(text)) {
    return `${pathName(path)} is ${kindOf(value)}`
  }
  const last = path.at(-1)
  const name = typeof last === 'number' && path.length === 1 ? '' : `${pathName(path)}: `
  return `${name}"${text}"`
}

/** A problem with what decides whether it only follows from another one. */
interface Found extends Omit<Problem, 'file'> {
  readonly parent?: string
  readonly missing?: string
  /** The problem explains why keys beside it are missing: all of them, or the suggested one. */
  readonly explains?: 'all' | 'suggestion'
}

function unknownKeys(
  document: YamlDocument,
  root: Schema,
  path: YamlPath,
  keys: readonly string[],
  options: ValidationOptions,
): Found[] {
  const valid = schemasAt(root, path)
    .flatMap(unwrapped)
    .flatMap((schema) => Object.keys(definitionOf(schema).shape ?? {}))
  const present = Object.keys((valueAt(document.value, path) ?? {}) as object)
  const open = [...new Set(valid)].filter((key) => !present.includes(key))
  return keys.map((key) => {
    const position = document.keyPosition([...path, key])
    const other = options.notSupported?.(path, key)
    const parent = JSON.stringify(path)
    if (other) {
      const what = `key "${key}" is not supported yet`
      return { ...position, parent, explains: 'all' as const, what, ...other }
    }
    return {
      ...position,
      parent,
      explains: 'suggestion' as const,
      what: `unknown key "${key}"`,
      expected: listWords([...new Set(valid)]),
      suggestion: nearestWord(key, open) ?? nearestWord(key, valid),
    }
  })
}

/** True where an issue says no more than that another kind of value stands there. */
function isKindMismatch(issue: Issue, value: unknown): boolean {
  if (issue.path.length > 0) return false
  if (issue.code === 'invalid_type') return true
  if (issue.code === 'invalid_value') return typeof value === 'object'
  if (issue.code !== 'invalid_union') return false
  return issue.errors.every((issues) => issues.some((inner) => isKindMismatch(inner, value)))
}

/** The alternative of a union that the writer meant: the only one whose kind fits what is there. */
function meantAlternative(
  errors: readonly (readonly Issue[])[],
  value: unknown,
): readonly Issue[] | null {
  const fitting = errors.filter((issues) => !issues.some((issue) => isKindMismatch(issue, value)))
  return fitting.length === 1 ? (fitting[0] ?? null) : null
}

function wrongValue(document: YamlDocument, root: Schema, issue: Issue, path: YamlPath): Found {
  const value = valueAt(document.value, path)
  const stated = schemasAt(root, path)
    .map(expectedOf)
    .find((text) => text !== undefined)
  if (value === undefined) {
    return {
      ...document.keyPosition(path.slice(0, -1)),
      parent: JSON.stringify(path.slice(0, -1)),
      missing: String(path.at(-1)),
      what: `missing key "${path.at(-1)}"`,
      ...(stated === undefined ? {} : { expected: stated }),
    }
  }
  const position = document.position(path)
  if (issue.code === 'invalid_value') {
    const words = issue.values.map(String)
    return {
      ...position,
      what: shown(document, path, value),
      expected: stated ?? listWords(words),
      suggestion: document.isSecret(path) ? null : nearestWord(String(value), words),
    }
  }
  const kind = issue.code === 'invalid_type' ? expectedKinds[issue.expected] : undefined
  const custom = issue.code === 'custom' ? issue.message : undefined
  const isEmptyList = issue.code === 'too_small' && issue.origin === 'array'
  const what = isEmptyList
    ? `${pathName(path)} is an empty list`
    : issue.code === 'invalid_type'
      ? `${pathName(path)} is ${kindOf(value)}`
      : shown(document, path, value)
  return { ...position, what, expected: custom ?? stated ?? kind ?? describeBound(issue) }
}

function describeBound(issue: Issue): string {
  if (issue.code === 'too_small') {
    if (issue.origin === 'string' || issue.origin === 'array') return 'something that is not empty'
    return `at least ${issue.minimum}`
  }
  return issue.code === 'too_big' ? `at most ${issue.maximum}` : 'another value'
}

function foundIn(
  document: YamlDocument,
  root: Schema,
  issue: Issue,
  prefix: YamlPath,
  options: ValidationOptions,
): Found[] {
  const path = [...prefix, ...issue.path] as (string | number)[]
  if (issue.code === 'unrecognized_keys') {
    return unknownKeys(document, root, path, issue.keys, options)
  }
  if (issue.code === 'invalid_union') {
    const meant = meantAlternative(issue.errors, valueAt(document.value, path))
    if (meant !== null) {
      return meant.flatMap((inner) => foundIn(document, root, inner, path, options))
    }
  }
  if (issue.code === 'invalid_key') {
    const keys = schemasAt(root, path.slice(0, -1)).flatMap(unwrapped)
    const expected = keys
      .flatMap((schema) => definitionOf(schema).keyType ?? [])
      .map(expectedOf)
      .find((text) => text !== undefined)
    const what = `"${path.at(-1)}" is not usable as a name here`
    return [{ ...document.keyPosition(path), what, expected: expected ?? 'another name' }]
  }
  return [wrongValue(document, root, issue, path)]
}

/** Leaves out missing keys that are there under a mistyped name, or given by an unsupported one. */
function withoutConsequences(all: readonly Found[]): Found[] {
  return all.filter(
    (found) =>
      found.missing === undefined ||
      !all.some(
        ({ parent, explains, suggestion }) =>
          parent === found.parent &&
          (explains === 'all' || (explains === 'suggestion' && suggestion === found.missing)),
      ),
  )
}

/**
 * Validates the value of a document. The value is null where anything is wrong; the problems of the
 * document itself (its YAML, its references) come first and keep zod from looking at it.
 */
export function validateDocument<Output>(
  document: YamlDocument,
  schema: z.ZodType<Output>,
  options: ValidationOptions = {},
): { readonly value: Output | null; readonly problems: readonly Problem[] } {
  if (document.problems.length > 0) return { value: null, problems: document.problems }
  const result = schema.safeParse(document.value)
  if (result.success) return { value: result.data, problems: [] }
  const found = result.error.issues.flatMap((issue) =>
    foundIn(document, schema, issue, [], options),
  )
  const problems = withoutConsequences(found).map((one) => ({ file: document.file, ...one }))
  return { value: null, problems }
}
