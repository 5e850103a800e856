// `export arrow`: tables of a snapshot as a folder of files that ehrQL reads without a database.
import { type Command, InvalidArgumentError } from 'commander'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'
import { parseSnapshot } from './snapshots.ts'

interface ArrowOptions {
  readonly out: string
  readonly table: readonly string[]
  readonly patients?: number
  readonly seed?: number
  readonly snapshot?: number
}

const collect = (name: string, names: readonly string[]): string[] => [...names, name]

function wholeNumber(minimum: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : -1
    if (value >= minimum) return value
    throw new InvalidArgumentError(`expected a whole number from ${minimum}`)
  }
}

/** Adds `export` to the program. */
export function register(program: Command, context: CommandContext): void {
  const command = program
    .command('export')
    .summary('tables as local files for ehrQL')
    .description('Writes tables of a snapshot to files. They hold patient data: keep them safe.')
  addExamples(command, ['safelanding export arrow --out sample --patients 1000 --seed 1'])
  const arrow = command
    .command('arrow')
    .description(
      'Writes <table>.arrow for each table to a folder that ehrQL takes in place of a database. ' +
        'The folder must be new, empty, or an earlier export, which is replaced as a whole.',
    )
    .requiredOption('--out <folder>', 'where the files are written; made where there is none')
    .option('--table <table>', 'only this table; may be given several times', collect, [])
    .option('--patients <number>', 'all rows of so many patients', wholeNumber(1))
    .option('--seed <number>', 'which patients those are (default: 0)', wholeNumber(0))
    .option('--snapshot <number>', 'an older snapshot (default: the current one)', parseSnapshot)
    .action(context.action((options: ArrowOptions) => exportTables(context, options)))
  addExamples(arrow, [
    'safelanding export arrow --out tables',
    'safelanding export arrow --out sample --patients 1000 --seed 1',
    'safelanding export arrow --out events --table clinical_events --table core/patients',
  ])
}

async function exportTables(context: CommandContext, options: ArrowOptions): Promise<VerbOutcome> {
  const { output, workingFolder } = context
  const { out, patients, seed } = options
  const { LandingError } = await import('../../contracts/errors.ts')
  if (seed !== undefined && patients === undefined) {
    throw new LandingError('usage', '--seed draws a sample of patients: say how many', {
      remedy: 'Add --patients, or leave out --seed.',
    })
  }
  const { project } = await context.loadProject()
  const { resolve } = await import('node:path')
  const { exportArrow } = await import('../../query/export-arrow.ts')
  const outcome = await exportArrow({
    lake: project.lake,
    snapshot: options.snapshot ?? null,
    out: resolve(workingFolder, out),
    tables: options.table,
    sample: patients === undefined ? null : { patients, seed: seed ?? 0 },
  })
  for (const { name, table, rows } of outcome.tables) {
    output.event('exported', { table, file: `${name}.arrow`, rows })
    output.story(`${table}: ${rows} rows in ${name}.arrow`)
  }
  if (!outcome.hasWholeIdentifiers) {
    output.warn('patient_id is text here; the local-file engine of ehrQL takes whole numbers only')
  }
  const who = outcome.patients === null ? 'all patients' : `${outcome.patients} patients`
  output.story(`${who} of snapshot ${outcome.snapshot} in ${out}, readable by you alone`)
  const { snapshot, patients: drawn } = outcome
  const tables = Object.fromEntries(outcome.tables.map(({ table, rows }) => [table, { rows }]))
  return { finished: { snapshot, patients: drawn, tables } }
}
