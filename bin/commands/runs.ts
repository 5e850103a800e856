// `runs list|show`: the ledger, for people and machines.
import { type Command, InvalidArgumentError } from 'commander'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'

function parseLimit(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError('expected a whole number above 0')
  return Number(text)
}

export function register(program: Command, context: CommandContext): void {
  const runs = program.command('runs').summary('the ledger of all runs').description('The ledger.')
  addExamples(runs, ['safelanding runs list', 'safelanding runs show 20261122T020000Z-7f3a'])
  const list = runs
    .command('list')
    .description('All runs, newest first: state, rows, snapshot.')
    .option('--limit <count>', 'at most so many runs', parseLimit, 50)
    .action(context.action((options: { limit: number }) => listRuns(context, options.limit)))
  addExamples(list, ['safelanding runs list --limit 5'])
  const show = runs
    .command('show')
    .argument('[run]', 'id of the run (default: the newest)')
    .description('One run: its states, its tables, why rows were refused.')
    .action(context.action((run: string | undefined) => showRun(context, run)))
  addExamples(show, ['safelanding runs show', 'safelanding runs show 20261122T020000Z-7f3a --json'])
}

async function listRuns(context: CommandContext, limit: number): Promise<VerbOutcome> {
  const { project } = await context.loadProject()
  const { openLake } = await import('../../lake/lake-layout.ts')
  const { readRuns } = await import('../../pipelines/read-runs.ts')
  const { textTable } = await import('../text-table.ts')
  const reports = await readRuns(await openLake(project.lake), limit)
  for (const report of reports) context.output.event('run', { ...report })
  const header = ['run', 'state', 'snapshot', 'in', 'accepted', 'rejected', 'withheld', 'why']
  const rows = reports.map((report) => [
    report.run,
    report.state,
    report.snapshot ?? '',
    report.in,
    report.accepted,
    report.rejected,
    report.withheld,
    report.error?.code ?? '',
  ])
  for (const line of textTable(header, rows)) await context.output.data(`${line}\n`)
  return { finished: { runs: reports.length } }
}

async function showRun(context: CommandContext, named: string | undefined): Promise<VerbOutcome> {
  const { output } = context
  const { project } = await context.loadProject()
  const { openLake } = await import('../../lake/lake-layout.ts')
  const { chooseRun, readOutcome, readRun } = await import('../../pipelines/read-runs.ts')
  const { cascadeLines, tableLines } = await import('../load-story.ts')
  const { LandingError } = await import('../../contracts/errors.ts')
  const lake = await openLake(project.lake)
  const run = await chooseRun(lake, named)
  if (run === null) throw new LandingError('unknown_name', `${project.lake}: no run yet`)
  const report = await readRun(lake, run)
  const outcome = await readOutcome(lake, run)
  output.event('run', { ...report })
  const snapshot = report.snapshot === null ? '' : `, snapshot ${report.snapshot}`
  await output.data(`run ${run}: ${report.state}${snapshot}\n`)
  await output.data(`opened ${report.opened}, last entry ${report.ended}\n`)
  if (report.error !== null) {
    await output.data(`stopped by ${report.error.code}: ${report.error.message}\n`)
  }
  const tables = Object.entries(outcome?.tables ?? {})
  const width = Math.max(0, ...tables.map(([name]) => name.length))
  for (const [name, table] of tables) {
    for (const line of tableLines(name, table, width)) await output.data(`${line}\n`)
  }
  const { tables: counts = {}, cascades = [], carried_checks = {} } = outcome ?? {}
  for (const line of cascadeLines(cascades)) await output.data(`${line}\n`)
  return { finished: { run, state: report.state, tables: counts, cascades, carried_checks } }
}
