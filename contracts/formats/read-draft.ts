// A contract that was gathered from a document in another format: read as a contract file is, with
// every problem told where it stands in that document, and settled where what we kept there in our
// own words no longer agrees with the words of the format.

import { namePattern } from '../contract-schema.ts'
import {
  type ContractReading,
  loadContract,
  readContractDocument,
  readContractText,
} from '../load-contract.ts'
import type { ContractColumn, TableContract } from '../table-contract.ts'
import type { YamlDocument, YamlPath } from '../yaml-document.ts'
import { contractYaml, type Plain } from './contract-text.ts'
import { type ImportOptions, isSame } from './conversion.ts'
import { type Kept, mergeKept } from './native-column.ts'

export interface DraftColumn {
  readonly name: string
  /** What the words of the format say, as a contract file writes it. */
  readonly native: Plain
  /** What was kept in words of ours. */
  readonly kept: Kept | null
  /** Where the column stands in the document. */
  readonly origin: YamlPath
  /** True where the format would say of this column what the document says. */
  agrees(column: ContractColumn): boolean
}

export interface Draft {
  /** Keys of the contract besides columns and checks. */
  readonly head: Plain
  readonly columns: readonly DraftColumn[]
  readonly native: readonly unknown[]
  /** Table checks in words of ours, null: none were kept. */
  readonly checks: readonly unknown[] | null
  agrees(contract: TableContract): boolean
  /** Where keys of the contract stand in the document, by path; the nearest one counts. */
  readonly origins: readonly (readonly [YamlPath, YamlPath])[]
  /** True for a constraint that the words of the format can hold. */
  holds(constraint: unknown): boolean
  /** Called for each thing whose kept words are given up: a column, or null for the checks. */
  changed(column: string | null, origin: YamlPath): void
  /** Id of the contract that was extended when this was written; anything else: none. */
  readonly extends: unknown
  /** Called where it stays written out, for that contract is not found or is another by now. */
  flattened(base: string): void
}

const isMap = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What was kept, where it has the shape that we write. */
export const keptIn = (value: unknown): Kept | null => (isMap(value) ? value : null)

/** A document of the contract's shape whose positions are those of another document. */
function translated(source: YamlDocument, draft: Draft, value: unknown): YamlDocument {
  const origins = new Map<string, YamlPath>(
    [
      ...draft.origins,
      ...draft.columns.map(({ name, origin }) => [['columns', name], origin] as const),
    ].map(([path, origin]) => [JSON.stringify(path), origin]),
  )
  const originOf = (path: YamlPath): YamlPath => {
    for (let length = path.length; length > 0; length--) {
      const origin = origins.get(JSON.stringify(path.slice(0, length)))
      if (origin !== undefined) return origin
    }
    return []
  }
  return {
    file: source.file,
    value,
    problems: [],
    position: (path) => source.position(originOf(path)),
    keyPosition: (path) => source.position(originOf(path)),
    isSecret: () => false,
  }
}

function plainOf(
  draft: Draft,
  columns: readonly (readonly [string, Plain])[],
  checks: readonly unknown[],
): Plain {
  return {
    ...draft.head,
    columns: Object.fromEntries(columns),
    ...(checks.length === 0 ? {} : { checks }),
  }
}

const exactColumn = ({ native, kept }: DraftColumn): Plain => {
  if (kept === null) return native
  const { description } = native
  return { ...kept, ...(description === undefined ? {} : { description }) }
}

/** The contract as it extends another, where that one is found and it then reads the same. */
function extending(
  contract: TableContract,
  base: string,
  options: ImportOptions,
): TableContract | null {
  const { resolve } = options
  if (resolve === undefined) return null
  const wanted = { ...contract, extends: base }
  const text = contractYaml(wanted, { extending: true })
  const limits = { bytesMax: Number.POSITIVE_INFINITY, id: contract.id, resolve }
  const { contract: read } = readContractText(text, contract.id, limits)
  const isEqual = read !== null && isSame({ ...read, digest: '' }, { ...wanted, digest: '' })
  return isEqual ? read : null
}

/** Reads a draft; the contract's digest is that of its canonical YAML. */
export function readDraft(
  source: YamlDocument,
  draft: Draft,
  options: ImportOptions,
): ContractReading {
  const read = (columns: readonly (readonly [string, Plain])[], checks: readonly unknown[]) =>
    readContractDocument(translated(source, draft, plainOf(draft, columns, checks)), '', {
      bytesMax: options.bytesMax,
      id: null,
    })
  const exact = draft.columns.map((column) => [column.name, exactColumn(column)] as const)
  let reading = read(exact, draft.checks ?? draft.native)
  if (reading.contract === null) return reading
  const { contract } = reading
  const stale = draft.columns.filter((column, index) => {
    const own = contract.columns[index]
    return column.kept !== null && own !== undefined && !column.agrees(own)
  })
  const areChecksStale = draft.checks !== null && !draft.agrees(contract)
  if (stale.length > 0 || areChecksStale) {
    for (const { name, origin } of stale) draft.changed(name, origin)
    if (areChecksStale) draft.changed(null, [])
    const columns = draft.columns.map((column) => {
      const isStale = stale.includes(column) && column.kept !== null
      const plain = isStale
        ? mergeKept(column.kept ?? {}, column.native, draft.holds)
        : exactColumn(column)
      return [column.name, plain] as const
    })
    reading = read(columns, areChecksStale ? draft.native : (draft.checks ?? draft.native))
    if (reading.contract === null) return reading
  }
  const text = contractYaml(reading.contract)
  const limits = { bytesMax: Number.POSITIVE_INFINITY, id: reading.contract.id }
  const flat = loadContract(text, source.file, limits)
  if (typeof draft.extends !== 'string') return { contract: flat, problems: [] }
  const found = extending(flat, draft.extends, options)
  if (found === null) draft.flattened(draft.extends)
  return { contract: found ?? flat, problems: [] }
}

/** A name of another tool as one of ours: `PatientID` is patient_id; null where none can be made. */
export function ownName(text: string): string | null {
  if (namePattern.test(text)) return text
  const name = text
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '')
  return namePattern.test(name) ? name : null
}

/** A version of ours for one of another tool: `2.1` is 2.1.0; null where it is nothing like one. */
export function ownVersion(text: string): string | null {
  const [, major, minor = '0', patch = '0'] =
    /^v?(0|[1-9]\d{0,8})(?:\.(0|[1-9]\d{0,8}))?(?:\.(0|[1-9]\d{0,8}))?$/.exec(text) ?? []
  return major === undefined ? null : `${major}.${minor}.${patch}`
}
