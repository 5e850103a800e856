// `contracts docs`: the contracts reference as a static site and as Markdown, with what the given
// backends make of each contract.
import type { Command } from 'commander'
import type { LoadedProject } from '../../config/load-project.ts'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'

interface DocsOptions {
  readonly out: string
  readonly backend?: readonly string[]
}

/** The project file, where one is named or lies here, and those of --backend. */
async function loadProjects(
  { backend: files = [] }: DocsOptions,
  named: string | undefined,
  context: CommandContext,
): Promise<LoadedProject[]> {
  const { existsSync } = await import('node:fs')
  const { resolve } = await import('node:path')
  const { loadProject } = await import('../../config/load-project.ts')
  const { output, variables, workingFolder } = context
  const isNamed = named !== undefined || (variables['SAFELANDING_PROJECT'] ?? '') !== ''
  const isHere = existsSync(resolve(workingFolder, context.projectFile()))
  const own = isNamed || (isHere && files.length === 0) ? [await context.loadProject()] : []
  const others = files.map((file) => {
    const loaded = loadProject(file, variables, workingFolder)
    output.hide(loaded.secrets)
    return loaded
  })
  return [...own, ...others]
}

async function docs(
  names: string[],
  options: DocsOptions,
  named: string | undefined,
  context: CommandContext,
): Promise<VerbOutcome> {
  const { resolve } = await import('node:path')
  const { gatherReference } = await import('./gather-reference.ts')
  const { writeReference } = await import('./write-reference.ts')
  const { renderReference } = await import('../../contracts/reference-pages/render-reference.ts')
  const { namedContracts } = await import('./named-contracts.ts')
  const { contracts: chosen } = namedContracts(names, context.workingFolder)
  const projects = await loadProjects(options, named, context)
  const { dayOf } = await import('../../pipelines/plan-load.ts')
  const today = dayOf(new Date())
  const reference = await gatherReference(chosen, projects, names.length === 0, today)
  const files = renderReference(reference)
  const { removed } = writeReference(
    resolve(context.workingFolder, options.out),
    options.out,
    files,
  )
  const contracts = reference.contracts.length
  const backends = reference.backends.map(({ name }) => name)
  const about = backends.length === 0 ? '' : `, as ${backends.join(', ')} implement them`
  context.output.story(
    `Wrote ${files.size} files to ${options.out}: ${contracts} contracts${about}.`,
  )
  context.output.story(`Open ${options.out}/index.html in a browser; it needs no server.`)
  return { finished: { out: options.out, contracts, backends, files: files.size, removed } }
}

const collect = (file: string, earlier: readonly string[] = []): string[] => [...earlier, file]

/** Adds `docs` to `contracts`. */
export function register(contracts: Command, context: CommandContext): void {
  const command = contracts
    .command('docs')
    .description(
      'Writes the contracts reference: a static site that needs no server, and the same in ' +
        'Markdown. With --project or --backend it says what each backend makes of each contract.',
    )
    .argument('[names...]', 'namespaces, or paths to folders of contracts (default: all)')
    .requiredOption('--out <dir>', 'a new or empty folder, or one that this command wrote')
    .option('--backend <file>', 'a project file to compare; may be given again', collect)
  command.action(
    context.action((names: string[], options: DocsOptions) =>
      docs(names, options, command.optsWithGlobals<{ project?: string }>().project, context),
    ),
  )
  addExamples(command, [
    'safelanding contracts docs --out reference',
    'safelanding contracts docs --out reference --backend north.yaml --backend south.yaml',
  ])
}
