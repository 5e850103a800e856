// A contract file becomes a TableContract: its shape is checked by contract-schema.ts, then
// everything that takes more than one key to judge is checked here. All problems of the file are
// told at once.
import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { constraintProblems, readConstraint } from './contract-constraints.ts'
import { type ContractText, contractSchema } from './contract-schema.ts'
import { listWords, nearestWord } from './nearest-word.ts'
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

function readChecks(text: ContractText, columns: string[], complain: Complain): TableCheck[] {
  const checks: TableCheck[] = []
  const seen = new Set<string>()
  for (const [index, check] of (text.checks ?? []).entries()) {
    const path = ['checks', index]
    const entries = typeof check === 'string' ? [[check, null] as const] : Object.entries(check)
    const [name = '', value] = entries[0] ?? []
    if (entries.length !== 1) {
      complain(path, 'a check of several keys', { expected: 'one key for each check' })
    } else if (seen.has(`${name} ${JSON.stringify(value)}`)) {
      complain(path, `check "${name}" twice`, { expected: 'each check once' })
    } else if (name === 'patient_exists' && value === null) {
      // Of the table of patients itself it is true by itself.
      if (!text.contract.endsWith('/patients')) checks.push({ kind: 'patient_exists' })
    } else if (name === 'unique' && value !== null) {
      checks.push(...readUnique(value, [...path, name], columns, complain))
    } else {
      unknownCheck(name, path, complain)
    }
    seen.add(`${name} ${JSON.stringify(value)}`)
  }
  return checks
}

function unknownCheck(name: string, path: YamlPath, complain: Complain): void {
  if (name === 'unique') {
    complain(path, 'unique without columns', { expected: '{unique: [columns]}' })
    return
  }
  complain(path, `table check "${name}" is not supported yet`, {
    expected: 'patient_exists or {unique: [columns]}',
    suggestion: nearestWord(name, ['patient_exists', 'unique']),
    errorName: 'not_supported_yet',
  })
}

function readUnique(
  value: unknown,
  path: YamlPath,
  columns: readonly string[],
  complain: Complain,
): TableCheck[] {
  if (!Array.isArray(value) || value.length === 0 || new Set(value).size !== value.length) {
    complain(path, 'unique', { expected: 'a list of different columns' })
    return []
  }
  for (const [index, name] of value.entries()) {
    if (columns.includes(name) || name === patientIdColumn) continue
    complain([...path, index], `no column "${name}"`, {
      expected: listWords([patientIdColumn, ...columns]),
      suggestion: nearestWord(String(name), [patientIdColumn, ...columns]),
    })
  }
  return [{ kind: 'unique', columns: value as string[] }]
}

/** Columns that DuckDB puts beside those of a file, for table checks and for whoever asks for them. */
const readerColumns = ['filename', 'file_row_number', 'file_index']

function readColumns(text: ContractText, complain: Complain): ContractColumn[] {
  const entries = Object.entries(text.columns)
  if (entries.length === 0) complain(['columns'], 'no columns', { expected: 'at least one' }, 'key')
  return entries.map(([name, column]) => {
    const path = ['columns', name]
    if (name === patientIdColumn) {
      complain(path, 'patient_id is listed', { expected: 'no such key: it is implied' }, 'key')
    }
    if (readerColumns.includes(name)) {
      complain(path, `"${name}" is a column that readers add`, { expected: 'another name' }, 'key')
    }
    const constraints = (column.constraints ?? []).flatMap((constraint, index) =>
      readConstraint(column.type, constraint, [...path, 'constraints', index], complain),
    )
    constraintProblems(text, name, [...path, 'constraints'], complain)
    return { name, type: column.type, description: (column.description ?? '').trim(), constraints }
  })
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
  const columns = readColumns(text, complain)
  const names = columns.map((column) => column.name)
  const checks = readChecks(text, names, complain)
  if (problems.length > 0) return { contract: null, problems }
  const [namespace = '', table = ''] = text.contract.split('/')
  return {
    problems: [],
    contract: {
      namespace,
      table,
      id: text.contract,
      version: text.version,
      title: text.title ?? text.contract,
      description: (text.description ?? '').trim(),
      rows: text.rows,
      columns,
      checks,
      digest: createHash('sha256').update(source).digest('hex'),
    },
  }
}

/** Reads the text of a contract file; `file` is its name in messages. Never throws. */
export function readContractText(
  source: string,
  file: string,
  options: ContractLoadOptions,
): ContractReading {
  const document = parseYaml(source, file, options)
  const { value, problems } = validateDocument(document, contractSchema)
  if (value === null) return { contract: null, problems }
  return readContract(document, value, source, options)
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
