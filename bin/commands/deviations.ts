// `deviations list|check`: the register of permitted deviations, what of it is in force, and what has
// to be done about it.
import type { Command } from 'commander'
import type { LoadedProject } from '../../config/load-project.ts'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'

/** The register as it stands today, with what snapshot and runs know of its entries. */
async function judgedToday(context: CommandContext) {
  const loaded = await context.loadProject()
  const { project, catalogue } = loaded
  const { deviationsAt } = await import('../../pipelines/deviations-today.ts')
  const { dayOf } = await import('../../pipelines/plan-load.ts')
  const now = new Date()
  if (project.deviations.length === 0) context.output.story('the register has no entries')
  return { loaded, judged: deviationsAt(project, catalogue.contracts, now), today: dayOf(now) }
}

async function openLakeOf({ project }: LoadedProject) {
  const { lakeLayout, openLake } = await import('../../lake/lake-layout.ts')
  const { existsSync } = await import('node:fs')
  return existsSync(lakeLayout(project.lake).format) ? openLake(project.lake) : null
}

async function list(context: CommandContext): Promise<VerbOutcome> {
  const { output } = context
  const { loaded, judged } = await judgedToday(context)
  const { deviationFields } = await import('../deviation-lines.ts')
  const { textTable } = await import('../text-table.ts')
  const lake = await openLakeOf(loaded)
  const { currentSnapshot } = await import('../../lake/manifest.ts')
  const published = (lake === null ? null : await currentSnapshot(lake))?.manifest ?? null
  const rows = judged.map((one) => {
    const use = published?.deviations.find(({ id }) => id === one.entry.id)
    const fields = deviationFields(one)
    const observed = use === undefined ? null : { observed: use.observed, of: use.of }
    output.event('deviation', { ...fields, snapshot: observed })
    const { id, contract, column, rule, kind, ceiling, status, expires, reason } = fields
    return [
      ...[id, contract, column, rule, kind, ceiling ?? '', status, expires, reason ?? 'yes'],
      use === undefined ? '' : `${use.observed} of ${use.of}`,
    ]
  })
  const header = [
    ...['id', 'contract', 'column', 'rule', 'kind', 'ceiling', 'status', 'expires', 'in force'],
    published === null ? 'observed' : `snapshot ${published.snapshot}`,
  ]
  if (rows.length > 0) {
    for (const line of textTable(header, rows)) await output.data(`${line}\n`)
  }
  const inForce = judged.filter(({ state }) => state === 'in_force').length
  return { finished: { deviations: judged.length, in_force: inForce } }
}

async function check(context: CommandContext): Promise<VerbOutcome> {
  const { output } = context
  const { loaded, judged, today } = await judgedToday(context)
  const { deviationFindings } = await import('../deviation-findings.ts')
  const { lastDeviationUses } = await import('../../pipelines/read-runs.ts')
  const lake = await openLakeOf(loaded)
  const last = lake === null ? new Map() : await lastDeviationUses(lake)
  const tables = loaded.project.tables.map(({ table }) => table)
  const findings = deviationFindings(judged, last, today, tables)
  for (const finding of findings) {
    const { id, where, what, mend, counts } = finding
    await output.data(`${where}: ${id}: ${counts ? '' : 'notice: '}${what}; ${mend}\n`)
    output.event(counts ? 'finding' : 'notice', { ...finding })
  }
  const count = findings.filter(({ counts }) => counts).length
  const inForce = judged.filter(({ state }) => state === 'in_force').length
  const counted = (number: number, one: string, many: string): string =>
    `${number} ${number === 1 ? one : many}`
  const entries = counted(judged.length, 'entry', 'entries')
  output.story(`${entries}, ${inForce} in force, ${counted(count, 'finding', 'findings')}`)
  const finished = { deviations: judged.length, in_force: inForce, findings: count }
  return { exit: count === 0 ? 0 : 11, finished }
}

/** Adds `deviations` to the program. */
export function register(program: Command, context: CommandContext): void {
  const deviations = program
    .command('deviations')
    .summary('the register of permitted deviations')
    .description('How this backend may differ from its contracts: recorded, approved, bounded.')
  addExamples(deviations, ['safelanding deviations list', 'safelanding deviations check'])
  addExamples(
    deviations
      .command('list')
      .description('Every entry: whether it is in force today, and what the current snapshot used.')
      .action(context.action(() => list(context))),
    ['safelanding deviations list', 'safelanding deviations list --json'],
  )
  addExamples(
    deviations
      .command('check')
      .description(
        'Tests the register. Exit 10 where it is not valid or asks for what is never permitted; ' +
          'exit 11 where entries have expired, were exceeded in the last load, are no longer ' +
          'needed, or are about something that the contract does not have.',
      )
      .action(context.action(() => check(context))),
    ['safelanding deviations check', 'safelanding deviations check --json   # for a nightly job'],
  )
}
