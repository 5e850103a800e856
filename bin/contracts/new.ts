// `contracts new NAMESPACE/TABLE`: a contract to start from, in a namespace of one's own. Never
// overwrites; what it writes loads, and the linter finds nothing but sentences to be written.
import type { Command } from 'commander'
import type { TableContract } from '../../contracts/table-contract.ts'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'

interface NewOptions {
  readonly out: string
  readonly from?: string
  readonly extends?: string
}

async function refuse(message: string, remedy: string): Promise<never> {
  const { LandingError } = await import('../../contracts/errors.ts')
  throw new LandingError('usage', message, { remedy })
}

async function checkedId(id: string): Promise<{ namespace: string; table: string }> {
  const { contractIdPattern } = await import('../../contracts/contract-schema.ts')
  const { builtInNamespaces } = await import('../../contracts/catalogue.ts')
  const [namespace = '', table = ''] = id.split('/')
  if (!contractIdPattern.test(id)) {
    const remedy = 'Give namespace/table in snake_case, such as northshire/visits.'
    return await refuse(`"${id}" is no name of a contract`, remedy)
  }
  const builtIn = builtInNamespaces()
  if (builtIn.includes(namespace)) {
    const remedy =
      `Choose a namespace of your own, such as northshire/${table}, ` +
      `and say --extends ${id} where it is to have the same columns.`
    return await refuse(`the namespace ${namespace} comes with the package`, remedy)
  }
  return { namespace, table }
}

/** The contract to be extended: of the folder that the new one goes to, or of the catalogue. */
async function baseOf(id: string | undefined, folder: string): Promise<TableContract | null> {
  if (id === undefined) return null
  const { contractFiles, contractResolver } = await import('../../contracts/catalogue.ts')
  const { limits } = await import('../../config/limits.ts')
  const { existsSync } = await import('node:fs')
  const { dirname } = await import('node:path')
  const own = existsSync(folder) ? contractFiles(folder, dirname(folder)) : []
  const files = new Map(own.map((file) => [file.id, file]))
  const base = contractResolver(files, limits.contractFileBytesMax)(id)
  const remedy = 'Name a contract of the catalogue (`contracts list`), or one of the same folder.'
  return base ?? (await refuse(`no usable contract "${id}" to extend`, remedy))
}

async function sampleOf(from: string | undefined, workingFolder: string) {
  if (from === undefined) return null
  const { resolve } = await import('node:path')
  const { readSample } = await import('../init/read-sample.ts')
  const { sampleColumns } = await import('../new/sample-columns.ts')
  const { LandingError } = await import('../../contracts/errors.ts')
  const path = resolve(workingFolder, from)
  try {
    return await sampleColumns(path, readSample(path))
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new LandingError('extract_missing', `no file ${from}`, { cause })
    if (code === 'EISDIR') {
      throw new LandingError('source_is_directory', `${from} is a directory`, { cause })
    }
    if (code === 'EACCES') {
      throw new LandingError('source_unreadable', `${from} cannot be read`, { cause })
    }
    throw cause
  }
}

/** Number of findings of the new text; a text that does not load is a defect. */
async function findingsOf(text: string, id: string, base: TableContract | null): Promise<number> {
  const { lintContract } = await import('../../contracts/lint-contract.ts')
  const { problemLine } = await import('../../contracts/problems.ts')
  const { limits } = await import('../../config/limits.ts')
  const bytesMax = limits.contractFileBytesMax
  const { problems, findings } = lintContract(text, id, { bytesMax, id, resolve: () => base })
  const [first] = problems
  if (first !== undefined) throw new Error(`a new contract is not valid: ${problemLine(first)}`)
  return findings.length
}

async function write(path: string, text: string, shown: string): Promise<void> {
  const { mkdirSync, writeFileSync } = await import('node:fs')
  const { dirname } = await import('node:path')
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { flag: 'wx' })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const what = code === 'EEXIST' ? 'exists already' : `cannot be written (${code})`
    await refuse(`${shown} ${what}`, 'Name another table or folder; nothing is ever overwritten.')
  }
}

async function create(
  id: string,
  options: NewOptions,
  context: CommandContext,
): Promise<VerbOutcome> {
  const { join, relative, resolve } = await import('node:path')
  const { contractText } = await import('../new/contract-text.ts')
  const { output, workingFolder } = context
  const { namespace, table } = await checkedId(id)
  const folder = resolve(workingFolder, options.out, namespace)
  const base = await baseOf(options.extends, folder)
  const sample = await sampleOf(options.from, workingFolder)
  const text = contractText({ namespace, table, base, sample })
  const findings = await findingsOf(text, id, base)
  const file = join(folder, `${table}.yaml`)
  const shown = relative(workingFolder, file) || file
  await write(file, text, shown)
  const place = relative(workingFolder, folder)
  const specifier = place.startsWith('..') || place.startsWith('/') ? place : `./${place}`
  output.story(`Wrote ${shown} with ${findings} sentences to write (search for TBC).`)
  if (sample !== null) {
    output.story(`Types are guessed from ${sample.rowCount} rows of ${options.from}: look at each.`)
  }
  output.story('Then:')
  output.story(`  safelanding contracts lint ${specifier}`)
  output.story(`  add ${specifier} to \`contracts:\` in the project file, and map the table`)
  output.story('  propose it: commit the file where the owners of the platform review contracts')
  return { finished: { file: shown, contract: id, findings } }
}

/** Adds `new` to `contracts`. */
export function register(contracts: Command, context: CommandContext): void {
  const command = contracts
    .command('new')
    .summary('start a contract in a namespace of your own')
    .description(
      'Writes a commented contract into DIR/<namespace>/<table>.yaml. With --from, names and ' +
        'types of columns are guessed from the header and a sample of an extract; no value of it ' +
        'is written down. Never overwrites, and never writes into a namespace of the package.',
    )
    .argument('<contract>', 'namespace/table')
    .option('--out <dir>', 'folder of namespaces', 'contracts')
    .option('--from <extract>', 'a CSV extract to guess columns from')
    .option('--extends <contract>', 'a contract whose columns and checks the new one has, too')
    .action(context.action((id: string, options: NewOptions) => create(id, options, context)))
  addExamples(command, [
    'safelanding contracts new northshire/visits --from extracts/visits.csv',
    'safelanding contracts new northshire/patients --extends core/patients',
  ])
}
