// `contracts list|show|lint`: the catalogue that comes with the package, and contracts of one's
// own.
import type { Command } from 'commander'
import type { TableContract } from '../../contracts/table-contract.ts'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'
import { register as registerDiff } from '../contracts/diff.ts'
import { register as registerDocs } from '../contracts/docs.ts'
import { register as registerDummy } from '../contracts/dummy.ts'
import { register as registerExport } from '../contracts/export.ts'
import { register as registerImpact } from '../contracts/impact.ts'
import { register as registerImport } from '../contracts/import.ts'
import { register as registerNew } from '../contracts/new.ts'

async function list(names: string[], context: CommandContext): Promise<VerbOutcome> {
  const { namedContracts } = await import('../contracts/named-contracts.ts')
  const { contracts } = namedContracts(names, context.workingFolder)
  const { textTable } = await import('../text-table.ts')
  const rows = contracts.map(
    ({ id, version, rows, columns, title }) => [id, version, rows, columns.length, title] as const,
  )
  const lines = textTable(['contract', 'version', 'rows', 'columns', 'title'], rows)
  await context.output.data(`${lines.join('\n')}\n`)
  for (const { id, version, title, columns, digest } of contracts) {
    context.output.event('contract', { id, version, title, columns: columns.length, digest })
  }
  return { finished: { contracts: contracts.length } }
}

async function contractLines(contract: TableContract): Promise<string[]> {
  const { textTable } = await import('../text-table.ts')
  const { describeCheck, describeConstraint } = await import(
    '../../contracts/describe-constraint.ts'
  )
  const columns = contract.columns.map(({ name, type, constraints, description }) => [
    name,
    type,
    constraints.map(describeConstraint).join('; '),
    description,
  ])
  const checks = contract.checks.map(describeCheck)
  const once = contract.rows === 'one_per_patient'
  return [
    `${contract.id} ${contract.version}: ${contract.title}`,
    contract.description,
    `Rows: ${once ? 'one for each patient' : 'any number for each patient'}.`,
    ...checks.map((check) => `Check: ${check}.`),
    '',
    ...textTable(
      ['column', 'type', 'constraints', 'description'],
      [
        ['patient_id', 'id', 'never null', 'The patient; int or string as the project says.'],
        ...columns,
      ],
    ),
  ]
}

async function show(word: string, context: CommandContext): Promise<VerbOutcome> {
  const { namedContracts } = await import('../contracts/named-contracts.ts')
  const { contracts } = namedContracts([word], context.workingFolder)
  const [contract, other] = contracts
  if (contract === undefined || other !== undefined) {
    const { LandingError } = await import('../../contracts/errors.ts')
    const { listWords } = await import('../../contracts/nearest-word.ts')
    const what = `"${word}" is ${contracts.length} contracts`
    const expected = listWords(contracts.map(({ id }) => id))
    throw new LandingError('usage', `${what}; expected one of them: ${expected}`)
  }
  await context.output.data(`${(await contractLines(contract)).join('\n')}\n`)
  context.output.event('contract', { ...contract })
  await tellDeviations(contract.id, context)
  return {}
}

/** The entries of the register about a contract, where there is a project that has some. */
async function tellDeviations(id: string, context: CommandContext): Promise<void> {
  const { existsSync } = await import('node:fs')
  const { resolve } = await import('node:path')
  const { output, workingFolder } = context
  if (!existsSync(resolve(workingFolder, context.projectFile()))) return
  const { isLandingError } = await import('../../contracts/errors.ts')
  const loaded = await context.loadProject().catch((error: unknown) => {
    // The contract was shown: what is wrong with a project beside it is for `check` to say.
    if (isLandingError(error)) return null
    throw error
  })
  if (loaded === null) return
  const { deviationFields, deviationLine } = await import('../deviation-lines.ts')
  const { deviationsAt } = await import('../../pipelines/deviations-today.ts')
  const { project, catalogue } = loaded
  const judged = deviationsAt(project, catalogue.contracts, new Date())
  const own = judged.filter(({ entry }) => entry.contract === id)
  if (own.length > 0) await output.data(`\nDeviations of ${project.backend}:\n`)
  for (const one of own) {
    await output.data(`${deviationLine(one)}\n`)
    output.event('deviation', { backend: project.backend, ...deviationFields(one) })
  }
}

async function lint(names: string[], context: CommandContext): Promise<VerbOutcome> {
  const { builtInNamespaces, contractFiles, contractResolver, specifierProblem } = await import(
    '../../contracts/catalogue.ts'
  )
  const { lintContract } = await import('../../contracts/lint-contract.ts')
  const { problemLine, problemsError } = await import('../../contracts/problems.ts')
  const { LandingError } = await import('../../contracts/errors.ts')
  const { limits } = await import('../../config/limits.ts')
  const { readFileSync } = await import('node:fs')
  const { output, workingFolder } = context
  const builtIn = builtInNamespaces()
  const specifiers = names.length === 0 ? builtIn : names
  for (const specifier of specifiers) {
    const wrong = specifierProblem(specifier, workingFolder)
    if (wrong !== null)
      throw new LandingError('unknown_name', `${wrong.what}; expected ${wrong.expected}`)
  }
  const bytesMax = limits.contractFileBytesMax
  const files = specifiers.flatMap((specifier) =>
    contractFiles(specifier, workingFolder).map((file) => ({
      ...file,
      // The names of what comes with the package are those of ehrQL's tables.
      namesAreGiven: builtIn.includes(specifier),
    })),
  )
  const resolve = contractResolver(new Map(files.map((file) => [file.id, file])), bytesMax)
  const results = files.map(({ path, name, id, namesAreGiven }) =>
    lintContract(readFileSync(path, 'utf8'), name, { bytesMax, id, resolve, namesAreGiven }),
  )
  const findings = results.flatMap((result) => result.findings)
  const problems = results.flatMap((result) => result.problems)
  for (const finding of findings) {
    output.warn(problemLine(finding))
    output.event('finding', { ...finding })
  }
  if (problems.length > 0) throw problemsError('contract_invalid', problems)
  output.story(`${results.length} contracts, ${findings.length} findings`)
  const finished = { contracts: results.length, findings: findings.length }
  return { exit: findings.length === 0 ? 0 : 11, finished }
}

/** Adds `contracts` to the program. */
export function register(program: Command, context: CommandContext): void {
  const contracts = program.command('contracts').summary('the contract catalogue')
  contracts.description('The contracts: which tables there are, and what each of them promises.')
  addExamples(contracts, ['safelanding contracts list', 'safelanding contracts show core/patients'])
  const about = 'namespaces, or paths to folders of contracts (default: all built-in ones)'
  addExamples(
    contracts
      .command('list')
      .description('Lists contracts.')
      .argument('[names...]', about)
      .action(context.action((names: string[]) => list(names, context))),
    ['safelanding contracts list core', 'safelanding contracts list ./contracts/northshire'],
  )
  addExamples(
    contracts
      .command('show')
      .description('Shows one contract: columns, types, constraints, checks.')
      .argument('<contract>', 'namespace/table, or the path of a contract of your own')
      .action(context.action((id: string) => show(id, context))),
    ['safelanding contracts show core/patients'],
  )
  addExamples(
    contracts
      .command('lint')
      .description(
        'Tests contracts: structure (exit 10); prose, names and constraints that contradict each ' +
          'other (exit 11).',
      )
      .argument('[names...]', about)
      .action(context.action((names: string[]) => lint(names, context))),
    ['safelanding contracts lint', 'safelanding contracts lint ./contracts/northshire'],
  )
  registerDocs(contracts, context)
  registerExport(contracts, context)
  registerImport(contracts, context)
  registerDummy(contracts, context)
  registerDiff(contracts, context)
  registerImpact(contracts, context)
  registerNew(contracts, context)
}
