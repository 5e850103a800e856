// `ehrql backend|tables`: the Python modules by which OpenSAFELY Data Builder (ehrQL) knows a backend
// and the tables that are its own.
import type { Command } from 'commander'
import type { Catalogue } from '../../contracts/catalogue.ts'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'
import type { GeneratedModule } from '../write-module.ts'

interface ModuleOptions {
  readonly out: string
  readonly force?: boolean
}

/** Adds `ehrql` to the program. */
export function register(program: Command, context: CommandContext): void {
  const ehrql = program
    .command('ehrql')
    .summary('Python modules for OpenSAFELY Data Builder (ehrQL)')
    .description('Writes the Python modules by which OpenSAFELY Data Builder (ehrQL) is told.')
  addExamples(ehrql, [
    'safelanding ehrql backend --out ehrql',
    'safelanding ehrql tables --out ehrql',
  ])
  const backend = ehrql
    .command('backend')
    .description(
      'Writes <backend>_backend.py: the class that implements this backend in ehrQL, with the ' +
        'tables that have an extract. What ehrQL defines and the backend lacks is told, and that ' +
        'module of ehrQL is not among those it implements.',
    )
    .action(context.action((options: ModuleOptions) => writeBackend(context, options)))
  addExamples(withTarget(backend), [
    'safelanding ehrql backend --out ehrql',
    'safelanding ehrql backend --out ehrql --force     # also over a file written by hand',
  ])
  const tables = ehrql
    .command('tables')
    .argument('[names...]', 'namespaces, or folders of contracts (default: those of the project)')
    .description(
      'Writes <namespace>_tables.py: table classes for contracts that ehrQL does not define, by ' +
        'default those of the project that are a folder of its own. What ehrQL has no words for ' +
        'is told, and stands in a comment.',
    )
    .action(
      context.action((names: string[], options: ModuleOptions) =>
        writeTables(context, names, options),
      ),
    )
  addExamples(withTarget(tables), [
    'safelanding ehrql tables --out ehrql',
    'safelanding ehrql tables ./contracts/northshire --out ehrql',
  ])
}

function withTarget(command: Command): Command {
  return command
    .requiredOption('--out <folder>', 'where the modules are written; made where there is none')
    .option('--force', 'replace files that were not written by Safe Landing')
}

async function write(
  context: CommandContext,
  modules: readonly GeneratedModule[],
  { out, force = false }: ModuleOptions,
): Promise<string[]> {
  const { output, workingFolder } = context
  const { writeModules } = await import('../write-module.ts')
  const written = await writeModules(modules, { out, workingFolder, force })
  for (const { path, changed } of written) {
    output.event('module', { path, changed })
    output.story(changed ? `wrote ${path}` : `${path} is as it should be`)
  }
  return written.map(({ path }) => path)
}

async function writeBackend(context: CommandContext, options: ModuleOptions): Promise<VerbOutcome> {
  const { output } = context
  const { project, catalogue } = await context.loadProject()
  const { ownNamespaces } = await import('../../contracts/catalogue.ts')
  const { lackSentences, landedTables } = await import('../../query/ehrql/landed-tables.ts')
  const { backendClass, backendModule, renderBackendModule } = await import(
    '../../query/ehrql/backend-module.ts'
  )
  const { applyDeviations } = await import('../../contracts/apply-deviations.ts')
  const { columnText } = await import('../../contracts/deviation.ts')
  const { judgeDeviations } = await import('../../contracts/judge-deviations.ts')
  const { dayOf } = await import('../../pipelines/plan-load.ts')
  const { backend, patientIdType } = project
  const today = dayOf(new Date())
  const inForce = judgeDeviations(project.deviations, catalogue.contracts, today)
    .filter(({ state }) => state === 'in_force')
    .map(({ entry }) => entry)
  const landed = landedTables({
    backend,
    namespaces: project.namespaces,
    contracts: [...catalogue.contracts.values()].map((contract) =>
      applyDeviations(contract, inForce),
    ),
    landed: new Set(project.tables.map(({ table }) => table)),
    own: ownNamespaces(catalogue),
  })
  for (const partial of landed.partial) {
    const { namespace, missing } = partial
    const lacks = lackSentences(partial).join('; ')
    output.warn(`ehrQL's module ${namespace} is not implemented whole, and left out: ${lacks}`)
    output.event('left_out', { namespace, missing })
  }
  for (const table of landed.unusable) {
    output.warn(`the table ${table} is left out: a backend of ehrQL has its name for another thing`)
    output.event('left_out', { table })
  }
  if (patientIdType === 'string') {
    output.warn('patient_id is text here; ehrQL expects whole numbers in its results')
  }
  const deviations = inForce.map((entry) => ({
    ...{ id: entry.id, contract: entry.contract, column: columnText(entry), kind: entry.kind },
    ...{ public_wording: entry.publicWording, expires: entry.expires },
  }))
  const source = renderBackendModule({ backend, patientIdType, landed, deviations })
  const paths = await write(context, [{ name: backendModule(backend), source }], options)
  const dotted = `${backendModule(backend)}.${backendClass(backend)}`
  const whole = landed.implemented.join(', ') || 'no module whole'
  output.story(`${landed.tables.size} tables; implements ${whole}`)
  output.story(`next, in that folder: ehrql test-connection --backend ${dotted} --url trino://…`)
  const { implemented, tables } = landed
  return { finished: { modules: paths, backend: dotted, implemented, tables: tables.size } }
}

/** The contracts named, else those of the project that are its own. */
async function chosenContracts(names: readonly string[], context: CommandContext) {
  const { loadCatalogue, ownNamespaces, specifierProblem } = await import(
    '../../contracts/catalogue.ts'
  )
  if (names.length === 0) {
    const { catalogue } = await context.loadProject()
    const own = ownNamespaces(catalogue)
    return { catalogue, namespaces: catalogue.namespaces.filter((name) => own.has(name)) }
  }
  const { limits } = await import('../../config/limits.ts')
  const { LandingError } = await import('../../contracts/errors.ts')
  for (const name of names) {
    const problem = specifierProblem(name, context.workingFolder)
    if (problem === null) continue
    const { what, expected, suggestion = null } = problem
    const hint = suggestion === null ? '' : `; did you mean "${suggestion}"?`
    throw new LandingError('unknown_name', `${what}; expected ${expected}${hint}`)
  }
  const folder = context.workingFolder
  const catalogue = loadCatalogue(names, { folder, bytesMax: limits.contractFileBytesMax })
  return { catalogue, namespaces: catalogue.namespaces }
}

const ofNamespace = ({ contracts }: Catalogue, namespace: string) =>
  [...contracts.values()].filter((contract) => contract.namespace === namespace)

async function writeTables(
  context: CommandContext,
  names: readonly string[],
  options: ModuleOptions,
): Promise<VerbOutcome> {
  const { output } = context
  const { catalogue, namespaces } = await chosenContracts(names, context)
  const { renderTablesModule, tablesModule } = await import('../../query/ehrql/tables-module.ts')
  const modules = namespaces.map((namespace) => ({
    name: tablesModule(namespace),
    ...renderTablesModule(namespace, ofNamespace(catalogue, namespace)),
  }))
  for (const { contract, column, what } of modules.flatMap(({ unexpressed }) => unexpressed)) {
    const where = column === null ? contract : `${contract} ${column}`
    output.warn(`${where}: ehrQL has no words for this: ${what}`)
    output.event('unexpressed', { contract, column, what })
  }
  const paths = await write(context, modules, options)
  if (paths.length === 0) {
    output.story('all contracts of the project are those of ehrQL: no module is needed')
  }
  const tables = modules.reduce((sum, module) => sum + module.tables.length, 0)
  return { finished: { modules: paths, tables } }
}
