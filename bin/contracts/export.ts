// `contracts export`: contracts in formats of other tools, each with notices of what the format
// cannot hold.
import type { Command } from 'commander'
import type { ExportFormat } from '../../contracts/formats/export-contracts.ts'
import type { PatientIdType, TableContract } from '../../contracts/table-contract.ts'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'

interface ExportOptions {
  readonly format: string
  readonly out?: string
  readonly patientId: string
  readonly force?: boolean
}

interface Wanted {
  readonly format: ExportFormat
  readonly patientId: PatientIdType
}

async function readOptions(options: ExportOptions): Promise<Wanted> {
  const { exportFormats } = await import('../../contracts/formats/export-contracts.ts')
  const { LandingError } = await import('../../contracts/errors.ts')
  const { listWords, nearestWord } = await import('../../contracts/nearest-word.ts')
  const read = <Word extends string>(name: string, text: string, words: readonly Word[]): Word => {
    const word = words.find((one) => one === text)
    if (word !== undefined) return word
    const near = nearestWord(text, words)
    const hint = near === null ? '' : `; did you mean "${near}"?`
    throw new LandingError('usage', `--${name} "${text}"; expected ${listWords(words)}${hint}`)
  }
  return {
    format: read('format', options.format, exportFormats),
    patientId: read('patient-id', options.patientId, ['int', 'string']),
  }
}

/** A path with an ending is one file for all contracts; any other is a folder. */
const isFilePath = (out: string): boolean => /[^\\/.]\.[a-z]+$/.test(out)

async function exportFiles(
  contracts: readonly TableContract[],
  { format, patientId }: Wanted,
  out: string,
  force: boolean,
  context: CommandContext,
) {
  const { exportContract, exportTogether, fileEndings } = await import(
    '../../contracts/formats/export-contracts.ts'
  )
  const { writeFiles } = await import('./write-files.ts')
  const { join, resolve } = await import('node:path')
  const isFile = isFilePath(out)
  const parts = isFile
    ? [{ name: out, ...exportTogether(contracts, format, patientId) }]
    : contracts.map((contract) => ({
        name: join(out, contract.namespace, `${contract.table}${fileEndings[format]}`),
        ...exportContract(contract, format, patientId),
      }))
  const files = parts.map((part) => ({ ...part, path: resolve(context.workingFolder, part.name) }))
  writeFiles(files, force)
  return { files: parts.map(({ name }) => name), notices: parts.flatMap(({ notices }) => notices) }
}

async function exportNamed(
  names: string[],
  options: ExportOptions,
  context: CommandContext,
): Promise<VerbOutcome> {
  const wanted = await readOptions(options)
  const { namedContracts } = await import('./named-contracts.ts')
  const { exportTogether } = await import('../../contracts/formats/export-contracts.ts')
  const { noticeLines } = await import('../../contracts/formats/conversion.ts')
  const { output } = context
  const { format, patientId } = wanted
  const { contracts } = namedContracts(names, context.workingFolder)
  const { out } = options
  const made =
    out === undefined
      ? { files: [], ...exportTogether(contracts, format, patientId) }
      : await exportFiles(contracts, wanted, out, options.force === true, context)
  for (const line of noticeLines(made.notices)) output.warn(line)
  for (const notice of made.notices) output.event('notice', { ...notice })
  if ('text' in made) {
    await output.data(made.text)
    output.event('exported', { format, contracts: contracts.map(({ id }) => id), text: made.text })
  }
  for (const file of made.files) {
    output.event('exported', { format, file })
    output.detail(`Wrote ${file}`)
  }
  if (out !== undefined) {
    output.story(`Wrote ${contracts.length} contracts as ${format} to ${out}.`)
  }
  const { length } = made.notices
  return { finished: { format, contracts: contracts.length, files: made.files, notices: length } }
}

/** Adds `contracts export`. */
export function register(contracts: Command, context: CommandContext): void {
  const command = contracts
    .command('export')
    .summary('write contracts in formats of other tools')
    .description(
      'Writes contracts as ODCS v3.1, JSON Schema, SQL (duckdb, trino, tsql), Frictionless Table ' +
        'Schema, dbt or YAML of our own, and says what the format cannot hold.',
    )
    .argument('[names...]', 'contracts, namespaces or folders (default: all built-in contracts)')
    .requiredOption(
      '--format <format>',
      'yaml, odcs, json-schema, duckdb, trino, tsql, frictionless or dbt',
    )
    .option('--out <path>', 'one file, or a folder for a file a contract (default: stdout)')
    .option('--patient-id <type>', 'type of patient_id in the target: int or string', 'int')
    .option('--force', 'overwrite files that exist')
    .action(
      context.action((names: string[], options: ExportOptions) =>
        exportNamed(names, options, context),
      ),
    )
  addExamples(command, [
    'safelanding contracts export --format odcs core/patients',
    'safelanding contracts export --format json-schema core --out schemas/',
    'safelanding contracts export --format duckdb core --out core.sql',
  ])
}
