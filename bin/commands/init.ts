// `init`: a commented project file to start from, with the mapping guessed where an extract is
// given. Never overwrites; a guess is marked for review and is never more than a line of YAML.
import type { Command } from 'commander'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'

interface InitOptions {
  readonly from?: string
  readonly contract?: string
}

/** The contract that was named: built in, or `path/to/namespace/table` of one's own. */
async function findContract(name: string, workingFolder: string) {
  const { builtInNamespaces, loadCatalogue } = await import('../../contracts/catalogue.ts')
  const { LandingError } = await import('../../contracts/errors.ts')
  const { expectedContracts, nearestContract } = await import('../../contracts/nearest-word.ts')
  const { limits } = await import('../../config/limits.ts')
  const { basename, dirname, isAbsolute } = await import('node:path')
  const isOwn = name.startsWith('.') || isAbsolute(name)
  const namespaces = isOwn ? [dirname(name)] : builtInNamespaces()
  const id = isOwn ? `${basename(dirname(name))}/${basename(name).replace(/\.yaml$/, '')}` : name
  const options = { folder: workingFolder, bytesMax: limits.contractFileBytesMax }
  const { contracts } = loadCatalogue(namespaces, options)
  const contract = contracts.get(id)
  if (contract !== undefined) {
    return { contract, namespace: isOwn ? dirname(name) : contract.namespace, isOwn }
  }
  const ids = [...contracts.keys()]
  const nearest = nearestContract(id, ids)
  const hint = nearest === null ? '' : `; did you mean "${nearest}"?`
  const expected = expectedContracts(id, ids)
  throw new LandingError('unknown_name', `no contract "${name}"; expected ${expected}${hint}`)
}

async function sampleOf(path: string, shown: string) {
  const { LandingError } = await import('../../contracts/errors.ts')
  const { readSample } = await import('../init/read-sample.ts')
  try {
    const sample = readSample(path)
    if (sample.head.length > 0) return sample
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT') throw new LandingError('extract_missing', `no file ${shown}`, { cause })
    if (code === 'EISDIR') {
      throw new LandingError('source_is_directory', `${shown} is a directory`, { cause })
    }
    throw new LandingError('source_unreadable', `${shown} cannot be read (${code})`, { cause })
  }
  throw new LandingError('extract_empty', `${shown} has no records`)
}

async function projectTextFor(options: InitOptions, folder: string, workingFolder: string) {
  const { LandingError } = await import('../../contracts/errors.ts')
  const { emptyProjectText, guessedProjectText } = await import('../init/project-text.ts')
  const { relative, resolve } = await import('node:path')
  if (options.from === undefined && options.contract === undefined) return emptyProjectText()
  if (options.from === undefined || options.contract === undefined) {
    throw new LandingError('usage', '--from and --contract go together', {
      remedy: 'Give both: --from patients.csv --contract core/patients.',
    })
  }
  const { contract, namespace, isOwn } = await findContract(options.contract, workingFolder)
  const path = resolve(workingFolder, options.from)
  const fromProject = (target: string) => relative(folder, target).replaceAll('\\', '/')
  const own = fromProject(resolve(workingFolder, namespace))
  return guessedProjectText({
    contract,
    sample: await sampleOf(path, options.from),
    csv: fromProject(path),
    namespace: isOwn ? JSON.stringify(own.startsWith('.') ? own : `./${own}`) : namespace,
  })
}

async function init(
  target: string | undefined,
  options: InitOptions,
  context: CommandContext,
): Promise<VerbOutcome> {
  const { mkdirSync, writeFileSync } = await import('node:fs')
  const { dirname, relative, resolve } = await import('node:path')
  const { LandingError } = await import('../../contracts/errors.ts')
  const file = resolve(context.workingFolder, target ?? '.', context.projectFile())
  const text = await projectTextFor(options, dirname(file), context.workingFolder)
  const shown = relative(context.workingFolder, file) || file
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text, { flag: 'wx' })
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    const what = code === 'EEXIST' ? 'exists already' : `cannot be written (${code})`
    throw new LandingError('usage', `${shown} ${what}`, {
      remedy: 'Name another folder or file; nothing is ever overwritten.',
      cause,
    })
  }
  const reviews = text.split('\n').filter((line) => line.includes('REVIEW:')).length
  context.output.story(`Wrote ${shown} with ${reviews} lines to look at (search for REVIEW).`)
  context.output.story(`Then: safelanding check${target ? ` --project ${shown}` : ''}`)
  return { finished: { file: shown, reviews } }
}

/** Adds `init` to the program. */
export function register(program: Command, context: CommandContext): void {
  const command = program
    .command('init')
    .summary('write a commented project file, from an extract if one is given')
    .description(
      'Writes a commented project file. With --from and --contract the mapping is guessed from ' +
        'the header and a sample of the extract; every guess is marked REVIEW. Never overwrites.',
    )
    .argument('[dir]', 'folder of the project', '.')
    .option('--from <extract>', 'a CSV extract to guess from')
    .option('--contract <contract>', 'the contract that the extract is for')
    .action(
      context.action((dir: string, options: InitOptions) =>
        init(dir === '.' ? undefined : dir, options, context),
      ),
    )
  addExamples(command, [
    'safelanding init northshire',
    'safelanding init --from extracts/patients.csv --contract core/patients',
  ])
}
