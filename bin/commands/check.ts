// `check`: everything that can be known before a load, in one go, writing nothing.
import type { Command } from 'commander'
import type { LoadedProject } from '../../config/load-project.ts'
import type { LandingError } from '../../contracts/errors.ts'
import type { TableMapping } from '../../contracts/extract.ts'
import type { JudgedDeviation } from '../../contracts/judge-deviations.ts'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'

/** The worst of several refusals decides the exit code: invalid before unreadable before absent. */
const severity = [10, 12, 11, 5, 3, 4]

function worstExit(errors: readonly LandingError[]): number {
  const exits = errors.map((error) => error.exit)
  return severity.find((exit) => exits.some((one) => one === exit)) ?? exits[0] ?? 0
}

function describeColumns(mapping: TableMapping): string {
  const count = (kind: string) =>
    mapping.columns.filter(({ origin }) => origin.kind === kind).length
  const parts = [`${count('field')} columns mapped`]
  if (count('constant') > 0) parts.push(`${count('constant')} constant`)
  if (count('absent') > 0) parts.push(`${count('absent')} absent (null in every row)`)
  return parts.join(', ')
}

interface TableFinding {
  readonly files: number
  readonly errors: readonly LandingError[]
}

/** Compiles the mapping and reads the heads of the files, as a load would; refusals are collected. */
async function checkTable(
  loaded: LoadedProject,
  mapping: TableMapping,
  judged: readonly JudgedDeviation[],
): Promise<TableFinding> {
  const { contractOf, dayOf, planTable } = await import('../../pipelines/plan-load.ts')
  const { isLandingError } = await import('../../contracts/errors.ts')
  const { project, catalogue } = loaded
  try {
    const contract = contractOf(catalogue.contracts, mapping.table)
    const planned = await planTable(project, mapping, contract, dayOf(new Date()), judged)
    return { files: planned.files.length, errors: [] }
  } catch (error) {
    if (!isLandingError(error)) throw error
    return { files: 0, errors: [error] }
  }
}

async function checkLake(root: string): Promise<LandingError[]> {
  const { lakeFaults } = await import('../lake-faults.ts')
  const { LandingError: Refusal } = await import('../../contracts/errors.ts')
  const faults = await lakeFaults(root)
  return faults.map((fault) => new Refusal('storage_failed', fault))
}

async function deviationsToday({ project, catalogue }: LoadedProject) {
  const { deviationsAt } = await import('../../pipelines/deviations-today.ts')
  return deviationsAt(project, catalogue.contracts, new Date())
}

/** The register: what is in force, and what is not and why. */
async function tellDeviations(
  { output }: CommandContext,
  judged: readonly JudgedDeviation[],
): Promise<void> {
  const { deviationFields, deviationLine } = await import('../deviation-lines.ts')
  for (const one of judged) {
    output.story(`  ${one.entry.contract}: ${deviationLine(one)}`)
    output.event('deviation', deviationFields(one))
  }
}

async function check(context: CommandContext): Promise<VerbOutcome> {
  const { output } = context
  const loaded = await context.loadProject()
  const { project } = loaded
  const { basename } = await import('node:path')
  const { paint } = output
  output.story(`${paint.bold(basename(project.file))} is valid: backend ${project.backend}`)
  const errors: LandingError[] = []
  const judged = await deviationsToday(loaded)
  for (const mapping of project.tables) {
    const { files: count, errors: own } = await checkTable(loaded, mapping, judged)
    errors.push(...own)
    const state = own.length === 0 ? paint.green('ok') : paint.red('cannot be loaded')
    const files = own.length > 0 ? '' : `${count === 1 ? '1 file' : `${count} files`}, `
    output.story(
      `  ${mapping.table} (${mapping.where}): ${state}; ${files}${describeColumns(mapping)}`,
    )
    const { table, columns } = mapping
    const absent = columns.filter(({ origin }) => origin.kind === 'absent').map((one) => one.column)
    output.event('table', { table, files: count, absent, problems: own.length })
  }
  await tellDeviations(context, judged)
  errors.push(...(await checkLake(project.lake)))
  for (const error of errors) output.problem(error)
  if (errors.length === 0)
    output.story('Nothing stands against a load: safelanding plan, then load.')
  const finished = { tables: project.tables.length, problems: errors.length }
  return { exit: worstExit(errors), finished }
}

/** Adds `check` to the program. */
export function register(program: Command, context: CommandContext): void {
  const command = program
    .command('check')
    .summary('validate project file, contracts, mapping, deviations and sources')
    .description(
      'Validates the project file, its contracts, mappings, register of deviations, secrets and ' +
        'sources. Writes nothing.',
    )
    .action(context.action(() => check(context)))
  addExamples(command, [
    'safelanding check',
    'safelanding check --project backends/northshire.yaml --json',
  ])
}
