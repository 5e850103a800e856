// `contracts list|show|lint`: the catalogue that comes with the package, and contracts of one's
// own.
import type { Command } from 'commander'
import type { Catalogue } from '../../contracts/catalogue.ts'
import type { TableContract } from '../../contracts/table-contract.ts'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'
import { register as registerDocs } from '../contracts/docs.ts'
import { register as registerExport } from '../contracts/export.ts'
import { register as registerImport } from '../contracts/import.ts'

/** Loads the named namespaces and folders, or all that come with the package. */
async function loadNamed(names: readonly string[], context: CommandContext): Promise<Catalogue> {
  const { builtInNamespaces, loadCatalogue, specifierProblem } = await import(
    '../../contracts/catalogue.ts'
  )
  for (const name of names) {
    const problem = specifierProblem(name, context.workingFolder)
    if (problem === null) continue
    const { LandingError } = await import('../../contracts/errors.ts')
    const { what, expected, suggestion = null } = problem
    const hint = suggestion === null ? '' : `; did you mean "${suggestion}"?`
    throw new LandingError('unknown_name', `${what}; expected ${expected}${hint}`)
  }
  const { limits } = await import('../../config/limits.ts')
  return loadCatalogue(names.length === 0 ? builtInNamespaces() : names, {
    folder: context.workingFolder,
    bytesMax: limits.contractFileBytesMax,
  })
}

async function list(names: string[], context: CommandContext): Promise<VerbOutcome> {
  const { contracts } = await loadNamed(names, context)
  const { textTable } = await import('../text-table.ts')
  const rows = [...contracts.values()].map(
    ({ id, version, rows, columns, title }) => [id, version, rows, columns.length, title] as const,
  )
  const lines = textTable(['contract', 'version', 'rows', 'columns', 'title'], rows)
  await context.output.data(`${lines.join('\n')}\n`)
  for (const { id, version, title, columns, digest } of contracts.values()) {
    context.output.event('contract', { id, version, title, columns: columns.length, digest })
  }
  return { finished: { contracts: contracts.size } }
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

async function show(id: string, context: CommandContext): Promise<VerbOutcome> {
  const { builtInNamespaces } = await import('../../contracts/catalogue.ts')
  const { LandingError } = await import('../../contracts/errors.ts')
  const { expectedContracts, nearestContract } = await import('../../contracts/nearest-word.ts')
  // `./contracts/own/visits` is a contract of one's own: folder and table.
  const own = /^(.*[\\/][^\\/]+)[\\/]([^\\/]+?)(\.yaml)?$/.exec(id)
  const names = own === null ? builtInNamespaces() : [own[1] ?? '']
  const { contracts } = await loadNamed(names, context)
  const wanted = own === null ? id : `${(own[1] ?? '').replace(/^.*[\\/]/, '')}/${own[2]}`
  const contract = contracts.get(wanted)
  if (contract === undefined) {
    const ids = [...contracts.keys()]
    const nearest = nearestContract(wanted, ids)
    const hint = nearest === null ? '' : `; did you mean "${nearest}"?`
    const expected = expectedContracts(wanted, ids)
    throw new LandingError('unknown_name', `no contract "${id}"; expected ${expected}${hint}`)
  }
  await context.output.data(`${(await contractLines(contract)).join('\n')}\n`)
  context.output.event('contract', { ...contract })
  return {}
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
  const specifiers = names.length === 0 ? builtInNamespaces() : names
  for (const specifier of specifiers) {
    const wrong = specifierProblem(specifier, workingFolder)
    if (wrong !== null)
      throw new LandingError('unknown_name', `${wrong.what}; expected ${wrong.expected}`)
  }
  const bytesMax = limits.contractFileBytesMax
  const files = specifiers.flatMap((specifier) => contractFiles(specifier, workingFolder))
  const resolve = contractResolver(new Map(files.map((file) => [file.id, file])), bytesMax)
  const results = files.map(({ path, name, id }) =>
    lintContract(readFileSync(path, 'utf8'), name, { bytesMax, id, resolve }),
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
      .description('Tests contracts: structure (exit 10) and prose (exit 11).')
      .argument('[names...]', about)
      .action(context.action((names: string[]) => lint(names, context))),
    ['safelanding contracts lint', 'safelanding contracts lint ./contracts/northshire'],
  )
  registerDocs(contracts, context)
  registerExport(contracts, context)
  registerImport(contracts, context)
}
