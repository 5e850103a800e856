// `check`: everything that can be known before a load, in one go, writing nothing.
import type { Command } from 'commander'
import type { LandingError } from '../../contracts/errors.ts'
import type { TableMapping } from '../../contracts/extract.ts'
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

async function check(context: CommandContext): Promise<VerbOutcome> {
  const { output } = context
  const { project, catalogue } = await context.loadProject()
  const { checkMapping } = await import('../check-mapping.ts')
  const { checkSources } = await import('../check-sources.ts')
  const { basename } = await import('node:path')
  output.story(`${output.paint.bold(basename(project.file))} is valid: backend ${project.backend}`)
  const errors: LandingError[] = []
  for (const mapping of project.tables) {
    const contract = catalogue.contracts.get(mapping.table)
    if (contract === undefined) continue
    const mappingErrors = await checkMapping(contract, mapping, project.patientIdType)
    const sources = checkSources(mapping, project.folder)
    const own = [...mappingErrors, ...sources.errors]
    errors.push(...own)
    const { paint } = output
    const state = own.length === 0 ? paint.green('ok') : paint.red(`${own.length} problems`)
    const files = sources.files.length === 1 ? '1 file' : `${sources.files.length} files`
    output.story(
      `  ${mapping.table} (${mapping.where}): ${state}; ${files}, ${describeColumns(mapping)}`,
    )
    const { table, columns } = mapping
    const absent = columns.filter(({ origin }) => origin.kind === 'absent').map((one) => one.column)
    output.event('table', { table, files: sources.files.length, absent, problems: own.length })
  }
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
    .summary('validate project file, contracts, mapping and sources')
    .description(
      'Validates the project file, its contracts, mappings, secrets and sources. Writes nothing.',
    )
    .action(context.action(() => check(context)))
  addExamples(command, [
    'safelanding check',
    'safelanding check --project backends/northshire.yaml --json',
  ])
}
