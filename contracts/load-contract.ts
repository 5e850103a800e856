// A contract file becomes a TableContract: its shape is checked by contract-schema.ts, then
// everything that takes more than one key to judge is checked here. All problems of the file are
// told at once.
import { createHash } from 'node:crypto'
import type * as z from 'zod'
import { readChecks } from './contract-checks.ts'
import { constraintProblems, readConstraint, readDummy } from './contract-constraints.ts'
import {
  type ColumnText,
  type ContractText,
  columnTypes,
  contractSchema,
} from './contract-schema.ts'
import { narrowChecks, narrowColumn } from './extend-contract.ts'
import { listWords } from './nearest-word.ts'
import { type Problem, problemsError } from './problems.ts'
import {
  type ContractColumn,
  patientIdColumn,
  type TableCheck,
  type TableContract,
} from './table-contract.ts'
import { validateDocument } from './validate-document.ts'
import { parseYaml, type YamlDocument, type YamlPath } from './yaml-document.ts'

export interface ContractLoadOptions {
  readonly bytesMax: number
  /** `namespace/table` that the path of the file stands for; null: any. */
  readonly id: string | null
  /** The contract of an id that this one extends; null where there is none. */
  readonly resolve?: (id: string) => TableContract | null
}

export type ContractReading =
  | { readonly contract: TableContract; readonly problems: readonly [] }
  | { readonly contract: null; readonly problems: readonly Problem[] }

/** Adds a problem at a path of the document. */
export type Complain = (
  path: YamlPath,
  what: string,
  more?: Partial<Pick<Problem, 'expected' | 'suggestion' | 'errorName' | 'remedy'>>,
  where?: 'key' | 'value',
) => void

/** A collector of problems for one document. */
export function complainInto(document: YamlDocument, problems: Problem[]): Complain {
  return (path, what, more = {}, where = 'value') => {
    const position = where === 'key' ? document.keyPosition(path) : document.position(path)
    problems.push({ file: document.file, ...position, what, ...more })
  }
}

/** Columns that DuckDB puts beside those of a file, for table checks and for whoever asks for them. */
const readerColumns = ['filename', 'file_row_number', 'file_index']

function readColumn(
  name: string,
  text: ColumnText,
  inherited: ContractColumn | undefined,
  complain: Complain,
): ContractColumn {
  const path = ['columns', name]
  if (name === patientIdColumn) {
    complain(path, 'patient_id is listed', { expected: 'no such key: it is implied' }, 'key')
  }
  if (readerColumns.includes(name)) {
    complain(path, `"${name}" is a column that readers add`, { expected: 'another name' }, 'key')
  }
  const type = text.type ?? inherited?.type ?? 'string'
  if (text.type === undefined && inherited === undefined) {
    complain(path, 'missing key "type"', { expected: listWords(columnTypes) }, 'key')
  }
  const constraints = (text.constraints ?? []).flatMap((constraint, index) =>
    readConstraint(type, constraint, [...path, 'constraints', index], complain),
  )
  const hasCheckDigit = constraints.some(({ kind }) => kind === 'check_digit')
  if (text.check_digit === true && !hasCheckDigit) {
    const at = [...path, 'check_digit']
    constraints.unshift(...readConstraint(type, 'check_digit', at, complain))
  }
  const dummy = text.dummy?.flatMap((constraint, index) =>
    readDummy(type, constraint, [...path, 'dummy', index], complain),
  )
  const own = {
    ...{ name, type, description: (text.description ?? '').trim(), constraints },
    ...(dummy === undefined ? {} : { dummy }),
  }
  return inherited === undefined ? own : narrowColumn(inherited, own, path, complain)
}

/** The columns of what is extended, narrowed where the text names them, then its own. */
function readColumns(
  text: ContractText,
  base: TableContract | null,
  complain: Complain,
): ContractColumn[] {
  const entries = Object.entries(text.columns ?? {})
  if (entries.length === 0 && base === null) {
    complain(['columns'], 'no columns', { expected: 'at least one' }, 'key')
  }
  const columns = new Map(base?.columns.map((column) => [column.name, column]))
  for (const [name, column] of entries) {
    columns.set(name, readColumn(name, column, columns.get(name), complain))
  }
  for (const [name, { constraints = [] }] of entries) {
    const inherited = base?.columns.find((column) => column.name === name)
    const others = {
      dates: [...columns.values()]
        .filter((column) => column.name !== name && column.type === 'date')
        .map((column) => column.name),
      isNeverNull: (inherited?.constraints ?? []).some(
        ({ kind, severity }) => kind === 'not_null' && severity !== 'warn',
      ),
    }
    constraintProblems(constraints, others, ['columns', name, 'constraints'], complain)
  }
  return [...columns.values()]
}

/** The contract that a text extends; null where it extends none, or none that can be used. */
function readBase(
  text: ContractText,
  options: ContractLoadOptions,
  complain: Complain,
): TableContract | null {
  if (text.extends === undefined) return null
  const base = options.resolve?.(text.extends) ?? null
  if (base === null) {
    complain(['extends'], `no usable contract "${text.extends}" to extend`, {
      expected: 'a contract of the package or of the same folder, which does not extend this one',
    })
  }
  return base
}

function readRows(
  text: ContractText,
  base: TableContract | null,
  complain: Complain,
): TableContract['rows'] {
  const rows = text.rows ?? base?.rows
  if (rows === undefined) {
    complain([], 'missing key "rows"')
  }
  if (base?.rows === 'one_per_patient' && rows === 'many_per_patient') {
    complain(['rows'], `more rows for a patient than ${base.id} permits`, {
      expected: 'one_per_patient, for what extends a contract keeps its promises',
    })
  }
  return rows ?? 'many_per_patient'
}

function readOwnChecks(
  text: ContractText,
  base: TableContract | null,
  columns: readonly ContractColumn[],
  complain: Complain,
): TableCheck[] {
  const own = readChecks(text.checks ?? [], columns, complain)
  const all = narrowChecks(base?.checks ?? [], own, complain)
  // Of the table of patients itself it is true by itself.
  const isOfPatients = text.contract.endsWith('/patients')
  return all.filter(({ kind }) => kind !== 'patient_exists' || !isOfPatients)
}

function readContract(
  document: YamlDocument,
  text: z.output<typeof contractSchema>,
  source: string,
  options: ContractLoadOptions,
): ContractReading {
  const problems: Problem[] = []
  const complain = complainInto(document, problems)
  if (options.id !== null && text.contract !== options.id) {
    complain(['contract'], `contract: "${text.contract}"`, {
      expected: `${options.id}, as folder and file are named`,
    })
  }
  const base = readBase(text, options, complain)
  if (problems.length > 0 && base === null && text.extends !== undefined) {
    return { contract: null, problems }
  }
  const columns = readColumns(text, base, complain)
  const rows = readRows(text, base, complain)
  const checks = readOwnChecks(text, base, columns, complain)
  if (problems.length > 0) return { contract: null, problems }
  const [namespace = '', table = ''] = text.contract.split('/')
  return {
    problems: [],
    contract: {
      namespace,
      table,
      id: text.contract,
      version: text.version,
      title: text.title ?? base?.title ?? text.contract,
      description: (text.description ?? base?.description ?? '').trim(),
      rows,
      extends: base?.id ?? null,
      columns,
      checks,
      digest: createHash('sha256')
        .update(base === null ? source : `${base.digest}\n${source}`)
        .digest('hex'),
    },
  }
}

/**
 * Reads a contract whose YAML was parsed, or that was translated from another format; `source` is
 * the text that its digest is of. Never throws.
 */
export function readContractDocument(
  document: YamlDocument,
  source: string,
  options: ContractLoadOptions,
): ContractReading {
  const { value, problems } = validateDocument(document, contractSchema)
  if (value === null) return { contract: null, problems }
  return readContract(document, value, source, options)
}

/** Reads the text of a contract file; `file` is its name in messages. Never throws. */
export function readContractText(
  source: string,
  file: string,
  options: ContractLoadOptions,
): ContractReading {
  return readContractDocument(parseYaml(source, file, options), source, options)
}

/**
 * The contract in a text. Throws `contract_invalid` (or `not_supported_yet`) with every problem of
 * the file, a line each.
 */
export function loadContract(
  source: string,
  file: string,
  options: ContractLoadOptions,
): TableContract {
  const { contract, problems } = readContractText(source, file, options)
  if (contract === null) throw problemsError('contract_invalid', problems)
  return contract
}
