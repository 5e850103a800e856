// Contracts from JSON Schemas of one row: those that we wrote come back as they were, of others
// what maps is taken and all else is told.
import { contractIdPattern } from '../contract-schema.ts'
import type { Problem } from '../problems.ts'
import { patientIdColumn, type TableContract } from '../table-contract.ts'
import { parseYaml, type YamlDocument, type YamlPath } from '../yaml-document.ts'
import type { Plain } from './contract-text.ts'
import { type Imported, type ImportOptions, isSame, noticesOf } from './conversion.ts'
import { columnSchema, extensionKey } from './json-schema.ts'
import { nativeFacts } from './json-schema-facts.ts'
import { plainOfFacts } from './native-column.ts'
import { type DraftColumn, keptIn, ownName, ownVersion, readDraft } from './read-draft.ts'

const isMap = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Keys of the root that are read, or that say nothing about the rows. */
const known = [
  ...['$schema', '$id', 'title', 'description', 'type', 'properties', 'required', '$defs'],
  ...['definitions', 'additionalProperties', '$comment', extensionKey],
]
const referencesMax = 16

interface Reading {
  readonly document: YamlDocument
  readonly root: Plain
  readonly id: string
  readonly add: ReturnType<typeof noticesOf>['add']
  readonly problems: Problem[]
}

/** A schema with what its local `$ref` names beside it; null where it names nothing. */
function withReference(root: Plain, schema: Plain): Plain | null {
  let result = schema
  for (let count = 0; typeof result['$ref'] === 'string'; count++) {
    const { $ref, ...rest } = result
    const steps = /^#\/(.+)$/.exec(String($ref))?.[1]?.split('/') ?? []
    let target: unknown = steps.length === 0 ? null : root
    for (const step of steps) {
      const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
      target = isMap(target) && Object.hasOwn(target, key) ? target[key] : null
    }
    if (!isMap(target) || count === referencesMax) return null
    result = { ...target, ...rest }
  }
  return result
}

function readColumn(reading: Reading, key: string, value: unknown): DraftColumn[] {
  const { document, root, add, problems } = reading
  const origin = ['properties', key]
  const at = document.keyPosition(origin)
  const name = ownName(key)
  if (name === null) {
    const what = `"${key}" cannot become the name of a column`
    problems.push({ file: document.file, ...at, what, expected: 'a name with a letter first' })
    return []
  }
  const schema = isMap(value) ? withReference(root, value) : null
  const isRequired = Array.isArray(root['required']) && root['required'].includes(key)
  const told: [string, string][] = []
  const facts =
    schema === null
      ? null
      : nativeFacts(schema, isRequired, (what, text) => void told.push([what, text]))
  if (name === patientIdColumn) {
    const isPlain = facts === null || facts.type === 'int' || facts.type === 'string'
    if (!isPlain) add(name, 'type', 'is that of the project: int or string', at)
    return []
  }
  if (name !== key) add(name, 'name', `is ${JSON.stringify(key)} there`, at)
  if (facts === null || schema === null) {
    add(name, 'column', 'is left out: no type of ours holds it', at)
    return []
  }
  const native = plainOfFacts(facts, (what, text) => void told.push([what, text]))
  const kept = keptIn(schema[extensionKey])
  const tellAll = () => told.forEach(([what, text]) => void add(name, what, text, at))
  if (kept === null) tellAll()
  const { $comment: _, ...stated } = schema
  return [
    {
      ...{ name, native, kept, origin },
      agrees: (column) => {
        const { $comment: __, ...own } = columnSchema(column, () => undefined)
        const isUnchanged = isRequired && isSame(own, stated)
        if (!isUnchanged) tellAll()
        return isUnchanged
      },
    },
  ]
}

function idOf(root: Plain, kept: Plain, file: string, options: ImportOptions): string {
  const own = kept['contract']
  if (typeof own === 'string' && contractIdPattern.test(own)) return own
  const fileName = file.replace(/^.*[\\/]/, '').replace(/\..*$/, '')
  const names = [root['title'], String(root['$id'] ?? '').replace(/^.*[/:#]/, ''), fileName]
  const table = names.map((text) => ownName(String(text ?? ''))).find((text) => text !== null)
  return `${options.namespace ?? 'imported'}/${table ?? 'table'}`
}

function headOf({ root, id, document, add }: Reading, kept: Plain): Plain {
  const at = document.position([])
  const version = typeof kept['version'] === 'string' ? ownVersion(kept['version']) : null
  if (version === null) add(null, 'version', 'is 0.1.0: the schema states none', at)
  const { rows } = kept
  if (rows === undefined) add(null, 'rows', 'is many_per_patient: the schema cannot say', at)
  const names = Object.keys(root['properties'] as Plain).map(ownName)
  if (!names.includes(patientIdColumn)) {
    add(null, patientIdColumn, 'is not there, and every contract has it', at)
  }
  for (const key of Object.keys(root)) {
    if (!known.includes(key)) add(null, key, 'is left out', document.keyPosition([key]))
  }
  const { title, description } = root
  return {
    contract: id,
    version: version ?? '0.1.0',
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    rows: rows ?? 'many_per_patient',
  }
}

const heldKinds = ['not_null', 'categorical', 'regex', 'first_of_month']
const rangeKinds = ['closed_range', 'general_range']

/** Kinds that the keywords hold; that of a range of dates they do not. */
function holds(constraint: unknown): boolean {
  if (typeof constraint === 'string') return heldKinds.includes(constraint)
  if (!isMap(constraint)) return false
  const range = rangeKinds.map((kind) => constraint[kind]).find(isMap)
  if (range !== undefined) return [range['minimum'], range['maximum']].some(Number.isFinite)
  return heldKinds.some((kind) => Object.hasOwn(constraint, kind))
}

const nothing = (problems: readonly Problem[]): Imported => ({
  contracts: [],
  notices: [],
  problems,
})

/** Reads a JSON Schema whose root describes a row; `file` is its name in messages. Never throws. */
export function importJsonSchema(text: string, file: string, options: ImportOptions): Imported {
  const document = parseYaml(text, file, options)
  if (document.problems.length > 0) return nothing(document.problems)
  const root = document.value
  if (!isMap(root) || !isMap(root['properties'])) {
    const what = 'no JSON Schema of a row'
    const at = document.position([])
    return nothing([{ file, ...at, what, expected: 'an object with "properties"' }])
  }
  const kept = isMap(root[extensionKey]) ? root[extensionKey] : {}
  const id = idOf(root, kept, file, options)
  const { list, add } = noticesOf(id)
  const reading: Reading = { document, root, id, add, problems: [] }
  const head = headOf(reading, kept)
  const columns = Object.entries(root['properties']).flatMap(([key, value]) =>
    readColumn(reading, key, value),
  )
  const names = new Set<string>()
  for (const { name, origin } of columns) {
    const what = `a second column "${name}"`
    if (names.has(name)) reading.problems.push({ file, ...document.keyPosition(origin), what })
    names.add(name)
  }
  if (reading.problems.length > 0) return nothing(reading.problems)
  const origins: (readonly [YamlPath, YamlPath])[] = [
    ...['contract', 'version', 'rows', 'checks'].map(
      (key) => [[key], [extensionKey, key]] as const,
    ),
    ...['title', 'description'].map((key) => [[key], [key]] as const),
    [['columns'], ['properties']],
  ]
  const { contract, problems } = readDraft(
    document,
    {
      ...{ head, columns, origins, holds, native: [] },
      checks: Array.isArray(kept['checks']) ? kept['checks'] : null,
      agrees: (_: TableContract) => true,
      extends: kept['extends'],
      flattened: (base) => add(null, 'extends', `${base} is left out: what it has is written out`),
      changed: (column, origin) => {
        const at = document.keyPosition(origin)
        add(
          column,
          extensionKey,
          'was written before the schema was changed: the schema counts',
          at,
        )
      },
    },
    options,
  )
  return contract === null
    ? nothing(problems)
    : { contracts: [contract], notices: list, problems: [] }
}
