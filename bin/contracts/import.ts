// `contracts import`: contracts of our own from ODCS documents and JSON Schemas, with notices of what
// could not be taken.
import type { Command } from 'commander'
import type { Imported, ImportOptions } from '../../contracts/formats/conversion.ts'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'

interface Options {
  readonly format: string
  readonly out?: string
  readonly namespace?: string
  readonly force?: boolean
}

type Importer = (text: string, file: string, options: ImportOptions) => Imported

async function importerOf(format: string): Promise<Importer> {
  if (format === 'odcs') return (await import('../../contracts/formats/read-odcs.ts')).importOdcs
  if (format === 'json-schema') {
    return (await import('../../contracts/formats/read-json-schema.ts')).importJsonSchema
  }
  const { LandingError } = await import('../../contracts/errors.ts')
  throw new LandingError('usage', `--format "${format}"; expected odcs or json-schema`)
}

/** The text of a file, of at most so many bytes. */
async function readText(path: string, name: string, bytesMax: number): Promise<string> {
  const { readFileSync, statSync } = await import('node:fs')
  const { LandingError } = await import('../../contracts/errors.ts')
  try {
    if (statSync(path).size > bytesMax) {
      const what = `${name}:1:1: the file is too large; expected at most ${bytesMax} bytes`
      throw new LandingError('contract_invalid', what)
    }
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const remedy = 'Correct the path or the permissions.'
    if (code === 'ENOENT') {
      throw new LandingError('extract_missing', `${name} does not exist`, { remedy, cause })
    }
    if (code === 'EISDIR') {
      throw new LandingError('source_is_directory', `${name} is a directory`, { remedy, cause })
    }
    if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) {
      throw new LandingError('source_unreadable', `${name} cannot be read (${code})`, {
        remedy,
        cause,
      })
    }
    throw cause
  }
}

async function importFile(
  file: string,
  options: Options,
  context: CommandContext,
): Promise<VerbOutcome> {
  const { contractResolver } = await import('../../contracts/catalogue.ts')
  const { contractIdPattern } = await import('../../contracts/contract-schema.ts')
  const { LandingError } = await import('../../contracts/errors.ts')
  const { contractYaml } = await import('../../contracts/formats/contract-text.ts')
  const { noticeLines } = await import('../../contracts/formats/conversion.ts')
  const { problemsError } = await import('../../contracts/problems.ts')
  const { limits } = await import('../../config/limits.ts')
  const { join, resolve } = await import('node:path')
  const { namespace = null, out } = options
  if (namespace !== null && !contractIdPattern.test(`${namespace}/table`)) {
    const what = `--namespace "${namespace}"; expected small letters, digits and _, also with dots`
    throw new LandingError('usage', what)
  }
  const importer = await importerOf(options.format)
  const bytesMax = limits.contractFileBytesMax
  const text = await readText(resolve(context.workingFolder, file), file, bytesMax)
  const find = contractResolver(new Map(), bytesMax)
  const { contracts, notices, problems } = importer(text, file, {
    ...{ bytesMax, namespace, resolve: find },
  })
  if (problems.length > 0) throw problemsError('contract_invalid', problems)
  const { output } = context
  const parts = contracts.map((contract) => ({
    id: contract.id,
    text: contractYaml(contract, { extending: true }),
    name: join(out ?? '', contract.namespace, `${contract.table}.yaml`),
  }))
  if (out !== undefined) {
    const { writeFiles } = await import('./write-files.ts')
    const files = parts.map((part) => ({
      ...part,
      path: resolve(context.workingFolder, part.name),
    }))
    writeFiles(files, options.force === true)
  }
  for (const line of noticeLines(notices, file)) output.warn(line)
  for (const notice of notices) output.event('notice', { ...notice })
  if (out === undefined) await output.data(parts.map((part) => part.text).join('---\n'))
  for (const { id, name, text } of parts) {
    output.event('imported', { contract: id, ...(out === undefined ? { text } : { file: name }) })
    if (out !== undefined) output.story(`Wrote ${id} to ${name}.`)
  }
  return { finished: { contracts: contracts.length, notices: notices.length } }
}

/** Adds `contracts import`. */
export function register(contracts: Command, context: CommandContext): void {
  const command = contracts
    .command('import')
    .summary('make contracts from ODCS documents and JSON Schemas')
    .description(
      'Makes contracts from an ODCS v3 document or the JSON Schema of a row, and says what could ' +
        'not be taken. What `contracts export` wrote comes back as it was.',
    )
    .argument('<file>', 'an ODCS document (YAML or JSON) or a JSON Schema')
    .requiredOption('--format <format>', 'odcs or json-schema')
    .option('--out <dir>', 'folder for <namespace>/<table>.yaml (default: stdout)')
    .option('--namespace <name>', 'namespace of contracts that name none (default: imported)')
    .option('--force', 'overwrite files that exist')
    .action(context.action((file: string, options: Options) => importFile(file, options, context)))
  addExamples(command, [
    'safelanding contracts import patients.odcs.yaml --format odcs --out contracts',
    'safelanding contracts import visit.schema.json --format json-schema --namespace northshire',
  ])
}
