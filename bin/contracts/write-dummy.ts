// Writes dummy extracts into a folder: the tables, the project file that loads them, the answer key.
// A marker names what was written, so that nothing else is ever replaced or removed.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { softwareVersion } from '../../config/version.ts'
import { isContractPath } from '../../contracts/catalogue.ts'
import type { TableAnswer } from '../../contracts/dummy/answer-key.ts'
import { makeTable } from '../../contracts/dummy/make-table.ts'
import { LandingError } from '../../contracts/errors.ts'
import { patientIdColumn, type TableContract } from '../../contracts/table-contract.ts'
import { storageError, systemErrorCode } from '../../lake/durable-files.ts'
import { yamlText } from '../init/project-text.ts'
import { openLineFile } from './line-file.ts'
import type { NamedContracts } from './named-contracts.ts'

export interface DummyOptions {
  /** Absolute path. */
  readonly folder: string
  /** The folder as it was named. */
  readonly shown: string
  /** Where the folders of contracts that were named start. */
  readonly workingFolder: string
  readonly chosen: NamedContracts
  /** As given, for the answer key. */
  readonly tables: readonly string[]
  readonly patients: number
  readonly seed: number
  readonly defects: number
  readonly isForced: boolean
  readonly signal: AbortSignal
  readonly onProgress: (table: string, rows: number) => void
}

const markerName = '.safelanding-dummy.json'
const projectName = 'safelanding.yaml'
const answersName = 'answers.json'
const rowAnswersName = 'answers.ndjson'

const extractOf = (contract: TableContract): string => `${contract.namespace}/${contract.table}.csv`

/** Files that an earlier run wrote into the folder; null: it wrote none. */
function markedFiles(folder: string): string[] | null {
  try {
    const marker = JSON.parse(readFileSync(join(folder, markerName), 'utf8'))
    const files: unknown[] = Array.isArray(marker.files) ? marker.files : []
    return files.filter((file): file is string => {
      const inside = typeof file === 'string' && relative(folder, resolve(folder, file))
      return typeof inside === 'string' && !inside.startsWith('..') && !isAbsolute(inside)
    })
  } catch {
    return null
  }
}

/** Makes room: what an earlier run wrote goes; what it did not write is never touched. */
function prepareFolder({ folder, shown, isForced }: DummyOptions): void {
  if (!existsSync(folder)) return
  const earlier = markedFiles(folder)
  if (earlier === null && !isForced && readdirSync(folder).length > 0) {
    throw new LandingError('usage', `${shown} is not empty, and holds no dummy extracts`, {
      remedy: 'Name another folder with --out, or write into this one with --force.',
    })
  }
  for (const file of earlier ?? []) rmSync(join(folder, file), { force: true })
}

/** A folder of contracts as the project file names it. */
function specifierText(specifier: string, folder: string, workingFolder: string): string {
  if (!isContractPath(specifier)) return specifier
  const path = relative(folder, resolve(workingFolder, specifier)).replaceAll('\\', '/')
  return JSON.stringify(path.startsWith('.') ? path : `./${path}`)
}

function projectText(options: DummyOptions, workingFolder: string): string {
  const { chosen, folder, defects, patients, seed } = options
  const specifiers = chosen.specifiers.map((one) => specifierText(one, folder, workingFolder))
  const lines = [
    `# Extracts of ${patients} invented people, made from the seed ${seed}: they describe nobody.`,
    ...['backend: dummy', 'lake: ./lake', `contracts: [${specifiers.join(', ')}]`],
    ...['patient_id: int', '', 'tables:'],
  ]
  for (const contract of chosen.contracts) {
    lines.push(`  ${contract.id}:`, `    source: {csv: ${extractOf(contract)}}`, '    columns:')
    for (const name of [patientIdColumn, ...contract.columns.map((column) => column.name)]) {
      lines.push(`      ${name}: ${yamlText(name)}`)
    }
    // Rows are wrong on purpose: the load is to refuse them and to go on.
    if (defects > 0) lines.push('    reject_ceiling: 100%')
  }
  return `${lines.join('\n')}\n`
}

function openStates(chosen: NamedContracts, patients: number): Map<string, Uint8Array> {
  const states = new Map<string, Uint8Array>()
  for (const { namespace, table } of chosen.contracts) {
    if (table === 'patients') states.set(namespace, new Uint8Array(patients))
  }
  return states
}

async function writeTable(
  options: DummyOptions,
  contract: TableContract,
  states: Uint8Array | null,
  answers: ReturnType<typeof openLineFile> | null,
): Promise<TableAnswer> {
  const { folder, patients, seed, defects, signal, onProgress } = options
  const path = join(folder, extractOf(contract))
  mkdirSync(dirname(path), { recursive: true })
  const lines = openLineFile(path)
  try {
    const making = makeTable(
      { contract, seed, patients, defects, states },
      { line: lines.add, answer: (answer) => answers?.add(JSON.stringify(answer)) },
    )
    for (;;) {
      const step = making.next()
      if (step.done !== true) {
        onProgress(contract.id, step.value)
        await nextTurn()
        signal.throwIfAborted()
        continue
      }
      const { missingMonths, ...answer } = step.value
      if (missingMonths > 0) {
        throw new LandingError(
          'usage',
          `${contract.id}: ${missingMonths} months of its coverage check have no patient; ` +
            `expected more than ${patients} patients`,
          { remedy: 'Make more patients with --patients, or fewer of them wrong.' },
        )
      }
      return answer
    }
  } finally {
    lines.close()
  }
}

/**
 * Writes everything and returns the answer key by table. Throws `usage` for a folder that holds
 * something else, and errors of the storage.
 */
export async function writeDummy(options: DummyOptions): Promise<Record<string, TableAnswer>> {
  const { folder, chosen, defects, patients, seed, tables, workingFolder } = options
  prepareFolder(options)
  const files = [
    ...chosen.contracts.map(extractOf),
    ...[projectName, ...(defects > 0 ? [answersName, rowAnswersName] : [])],
  ]
  const args = { tables, patients, seed, defects }
  const made = { made_by: 'safelanding contracts dummy', version: softwareVersion, arguments: args }
  try {
    mkdirSync(folder, { recursive: true })
    const write = (name: string, value: unknown): void =>
      writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`)
    write(markerName, { ...made, files })
    const states = openStates(chosen, patients)
    const rowAnswers = defects > 0 ? openLineFile(join(folder, rowAnswersName)) : null
    const answers: Record<string, TableAnswer> = {}
    try {
      for (const contract of chosen.contracts) {
        const ofPatients = states.get(contract.namespace) ?? null
        answers[contract.id] = await writeTable(options, contract, ofPatients, rowAnswers)
      }
    } finally {
      rowAnswers?.close()
    }
    if (defects > 0) write(answersName, { format: 1, ...made, answers })
    writeFileSync(join(folder, projectName), projectText(options, workingFolder))
    return answers
  } catch (error) {
    if (systemErrorCode(error) === '') throw error
    throw storageError(error, folder, 'write dummy extracts')
  }
}
