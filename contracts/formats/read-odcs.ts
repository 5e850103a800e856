// Contracts from documents of the Open Data Contract Standard, v3: one for each schema object. Those
// that we wrote come back as they were; of others what maps is taken and all else is told.
import { contractIdPattern } from '../contract-schema.ts'
import type { Problem } from '../problems.ts'
import { patientIdColumn, type TableContract } from '../table-contract.ts'
import { parseYaml, type YamlDocument, type YamlPath } from '../yaml-document.ts'
import type { Plain } from './contract-text.ts'
import { type Imported, type ImportOptions, isSame, type Notice, noticesOf } from './conversion.ts'
import { plainOfFacts } from './native-column.ts'
import { checksOfSchema, odcsSchema } from './odcs.ts'
import { isWarningRule, listOf, propertyFacts } from './odcs-facts.ts'
import { customProperty, engine, odcsProperty } from './odcs-property.ts'
import { type DraftColumn, keptIn, ownName, ownVersion, readDraft } from './read-draft.ts'

const isMap = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const knownOfRoot = [
  ...['apiVersion', 'kind', 'id', 'name', 'version', 'status', 'domain', 'description', 'schema'],
  'customProperties',
]
const knownOfSchema = [
  ...['name', 'logicalType', 'physicalName', 'physicalType', 'businessName', 'description'],
  ...['dataGranularityDescription', 'properties', 'quality', 'customProperties'],
]

type Add = ReturnType<typeof noticesOf>['add']

interface Reading {
  readonly document: YamlDocument
  readonly root: Plain
  readonly object: Plain
  readonly path: YamlPath
  readonly add: Add
  readonly problems: Problem[]
}

/** The value of our custom property; other custom properties are told. */
function keptOf(owner: Plain, tell: (what: string) => void): Plain | null {
  let kept: Plain | null = null
  for (const { property, value } of listOf(owner['customProperties'])) {
    if (property === customProperty && isMap(value)) kept = value
    else tell(`customProperties ${String(property)}`)
  }
  return kept
}

interface Told {
  readonly what: string
  readonly text: string
}

function gathered(property: Plain): { native: Plain | null; told: Told[] } {
  const told: Told[] = []
  const tell = (what: string, text: string) => void told.push({ what, text })
  const facts = propertyFacts(property, tell)
  return { native: facts === null ? null : plainOfFacts(facts, tell), told }
}

function readColumn(reading: Reading, property: Plain, path: YamlPath): DraftColumn[] {
  const { document, add, problems } = reading
  const at = document.position(path)
  const stated = String(property['name'] ?? '')
  const name = ownName(stated)
  if (name === null) {
    const what = `"${stated}" cannot become the name of a column`
    problems.push({ file: document.file, ...at, what, expected: 'a name with a letter first' })
    return []
  }
  for (const key of ['required', 'unique', 'primaryKey']) {
    const isFlag = property[key] === undefined || typeof property[key] === 'boolean'
    const place = document.position([...path, key])
    const problem = { file: document.file, ...place, what: `${key} is no flag` }
    if (!isFlag) problems.push({ ...problem, expected: 'true or false' })
  }
  if (name === patientIdColumn) return []
  if (name !== stated) add(name, 'name', `is ${JSON.stringify(stated)} there`, at)
  const kept = keptIn(keptOf(property, (what) => add(name, what, 'is left out', at)))
  const { native, told } = gathered(property)
  if (native === null) {
    add(name, 'column', `is left out: no type of ours holds it`, at)
    return []
  }
  const tell = (list: readonly Told[]) =>
    list.forEach(({ what, text }) => void add(name, what, text, at))
  if (kept === null) tell(told)
  return [
    {
      ...{ name, native, kept, origin: path },
      agrees: (column) => {
        const own = gathered(odcsProperty(column, () => undefined))
        tell(told.filter(({ what }) => !own.told.some((one) => one.what === what)))
        return isSame(own.native, native)
      },
    },
  ]
}

function idOf({ root, object }: Reading, options: ImportOptions): string {
  const domain = String(root['domain'] ?? '')
  const table = ownName(String(object['name'])) ?? 'table'
  const own = `${options.namespace ?? domain}/${table}`
  if (contractIdPattern.test(own)) return own
  return `${ownName(domain) ?? 'imported'}/${table}`
}

/** What a person reads: the rest of the root and of the schema object, as notices. */
function tellRest({ root, object, path, document, add }: Reading): void {
  for (const key of Object.keys(root)) {
    if (!knownOfRoot.includes(key)) add(null, key, 'is left out', document.keyPosition([key]))
  }
  const { status } = root
  if (status !== 'active')
    add(null, 'status', `${String(status)} is left out`, document.keyPosition(['status']))
  for (const key of Object.keys(isMap(root['description']) ? root['description'] : {})) {
    const at = document.keyPosition(['description', key])
    if (key !== 'purpose') add(null, `description ${key}`, 'is left out', at)
  }
  for (const key of Object.keys(object)) {
    const at = document.keyPosition([...path, key])
    if (!knownOfSchema.includes(key)) add(null, key, 'is left out', at)
  }
  for (const [index, rule] of listOf(object['quality']).entries()) {
    const isOwn = rule['engine'] === engine
    const isTaken = checksOfSchema({ quality: [rule] }).length > 0
    const isPlain = isOwn || !isWarningRule(rule) || rule['severity'] === 'warning'
    if (isTaken && isPlain) continue
    const at = document.position([...path, 'quality', index])
    add(null, `quality ${String(rule['metric'] ?? rule['type'] ?? index)}`, 'is left out', at)
  }
}

function headOf(reading: Reading, options: ImportOptions, isOnly: boolean): Plain {
  const { root, object, document, add } = reading
  const stated = String(root['version'] ?? '')
  const version = ownVersion(stated)
  const at = document.position(['version'])
  if (version === null) add(null, 'version', `${JSON.stringify(stated)} is 0.1.0 here`, at)
  else if (version !== stated) add(null, 'version', `${stated} is ${version} here`, at)
  const properties = listOf(object['properties'])
  const patient = properties.find(({ name }) => ownName(String(name ?? '')) === patientIdColumn)
  if (patient === undefined) {
    add(
      null,
      patientIdColumn,
      'is not there, and every contract has it',
      document.position(reading.path),
    )
  }
  const keys = properties.filter((property) => property['primaryKey'] === true)
  const isKey = patient?.['primaryKey'] === true && keys.length === 1
  const isOne = isKey || patient?.['unique'] === true
  const purpose = isMap(root['description']) ? root['description']['purpose'] : root['description']
  const title = object['businessName'] ?? (isOnly ? root['name'] : undefined) ?? object['name']
  const description = object['description'] ?? (isOnly ? purpose : undefined)
  return {
    contract: idOf(reading, options),
    version: version ?? '0.1.0',
    ...(title === undefined || title === null ? {} : { title: String(title) }),
    ...(description === undefined || description === null
      ? {}
      : { description: String(description) }),
    rows: isOne ? 'one_per_patient' : 'many_per_patient',
  }
}

/** A key over several columns, as a check. */
function keyChecks(object: Plain): unknown[] {
  const keys = listOf(object['properties'])
    .filter((property) => property['primaryKey'] === true)
    .sort((a, b) => Number(a['primaryKeyPosition'] ?? 0) - Number(b['primaryKeyPosition'] ?? 0))
    .map(({ name }) => ownName(String(name)))
  return keys.length === 0 || keys.join() === patientIdColumn ? [] : [{ unique: keys }]
}

const heldKinds = ['not_null', 'unique', 'categorical', 'regex', 'closed_range', 'general_range']

const holds = (constraint: unknown): boolean =>
  typeof constraint === 'string'
    ? heldKinds.includes(constraint)
    : isMap(constraint) && heldKinds.some((kind) => Object.hasOwn(constraint, kind))

function readObject(
  reading: Reading,
  options: ImportOptions,
  isOnly: boolean,
): TableContract | null {
  const { document, root, object, path, add, problems } = reading
  const head = headOf(reading, options, isOnly)
  const kept = keptOf(root, (what) =>
    add(null, what, 'is left out', document.position(['customProperties'])),
  )
  tellRest(reading)
  keptOf(object, (what) => add(null, what, 'is left out', document.position(path)))
  const columns = listOf(object['properties']).flatMap((property, index) =>
    readColumn(reading, property, [...path, 'properties', index]),
  )
  const names = new Set<string>()
  for (const { name, origin } of columns) {
    const problem = { file: document.file, ...document.position(origin) }
    if (names.has(name)) problems.push({ ...problem, what: `a second column "${name}"` })
    names.add(name)
  }
  if (problems.length > 0) return null
  const native = [...checksOfSchema(object), ...keyChecks(object)]
  const result = readDraft(
    document,
    {
      ...{ head, columns, native, holds },
      checks: Array.isArray(kept?.['checks']) ? (kept['checks'] as unknown[]) : null,
      agrees: (contract) => {
        const own = odcsSchema(contract, { patientId: 'int' }, () => undefined)
        return isSame([...checksOfSchema(own), ...keyChecks(own)], native)
      },
      extends: kept?.['extends'],
      flattened: (base) => add(null, 'extends', `${base} is left out: what it has is written out`),
      changed: (column, origin) => {
        const text = 'was written before the document was changed: the words of the standard count'
        add(column, customProperty, text, document.position(origin))
      },
      origins: [
        [['version'], ['version']],
        [['columns'], [...path, 'properties']],
        [['checks'], [...path, 'quality']],
        [['contract'], [...path, 'name']],
      ],
    },
    options,
  )
  problems.push(...result.problems)
  return result.contract
}

function rootProblem(root: unknown): { path: YamlPath; what: string; expected: string } | null {
  if (!isMap(root) || root['kind'] !== 'DataContract') {
    return { path: ['kind'], what: 'no ODCS document', expected: 'kind: DataContract' }
  }
  if (!/^v3\.\d+\.\d+$/.test(String(root['apiVersion']))) {
    const what = `apiVersion ${JSON.stringify(root['apiVersion'] ?? null)}`
    return { path: ['apiVersion'], what, expected: 'v3.1.0 or another v3' }
  }
  const objects = root['schema']
  const isList = Array.isArray(objects) && objects.length > 0 && objects.every(isMap)
  if (!isList)
    return { path: ['schema'], what: 'no tables', expected: 'a list "schema" of objects' }
  const index = objects.findIndex(
    (object) => typeof object['name'] !== 'string' || !Array.isArray(object['properties']),
  )
  if (index < 0) return null
  return { path: ['schema', index], what: 'no table', expected: 'a name, and a list "properties"' }
}

/** Reads an ODCS document; `file` is its name in messages. Never throws. */
export function importOdcs(text: string, file: string, options: ImportOptions): Imported {
  const document = parseYaml(text, file, options)
  const none = { contracts: [], notices: [] }
  if (document.problems.length > 0) return { ...none, problems: document.problems }
  const wrong = rootProblem(document.value)
  if (wrong !== null) {
    const { path, ...problem } = wrong
    return { ...none, problems: [{ file, ...document.position(path), ...problem }] }
  }
  const root = document.value as Plain
  const objects = listOf(root['schema'])
  const contracts: TableContract[] = []
  const notices: Notice[] = []
  const problems: Problem[] = []
  for (const [index, object] of objects.entries()) {
    const { list, add } = noticesOf(ownName(String(object['name'])) ?? String(object['name']))
    const reading = { document, root, object, path: ['schema', index], add, problems }
    const contract = readObject(reading, options, objects.length === 1)
    if (contract === null) continue
    contracts.push(contract)
    notices.push(...list.map((notice) => ({ ...notice, contract: contract.id })))
  }
  return problems.length > 0 ? { ...none, problems } : { contracts, notices, problems: [] }
}
