// `contracts impact PROPOSED`: what a proposed version of a contract would have done to the loads
// that the lake holds. Counts by column and rule, no values. Exit 0 where no load would have been
// refused and everything could be evaluated, otherwise 11.
import { type Command, InvalidArgumentError } from 'commander'
import type { LoadImpact } from '../../query/impact/measure-impact.ts'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'

interface ImpactOptions {
  readonly last: number
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new InvalidArgumentError('expected a whole number from 1')
  }
  return Number(text)
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

/** The lines of one load: how it would have ended, what fails, what is not known. */
function linesOf(impact: LoadImpact): string[] {
  const { snapshot, run, rows, rejectedThen, rejected, refused, reasons } = impact
  const ending = refused ? 'refused' : rejected > 0 ? 'passes, with rows refused' : 'passes'
  const lines = [
    `  snapshot ${snapshot}, run ${run} (${impact.before}): ${ending}; ` +
      `${rows} rows published, ${rejectedThen} refused then, ${rejected} more now`,
  ]
  for (const { column, rule, severity, rows: count } of impact.rules) {
    const note = severity === 'reject' ? '' : ` (${severity})`
    lines.push(`    ${column ?? 'row'} ${rule}: ${plural(count, 'row')}${note}`)
  }
  for (const { check, severity, found } of impact.checks) {
    lines.push(`    ${check}: ${found}${severity === 'refuse' ? '' : ` (${severity})`}`)
  }
  for (const reason of reasons) lines.push(`    refused: ${reason}`)
  for (const { column, rule, reason } of impact.notEvaluated) {
    lines.push(`    not evaluated: ${column === null ? '' : `${column} `}${rule}: ${reason}`)
  }
  if (!impact.isCompared) {
    lines.push('    the contract of then was not kept, so unchanged rules were evaluated, too')
  }
  return lines
}

async function impact(
  proposed: string,
  { last }: ImpactOptions,
  context: CommandContext,
): Promise<VerbOutcome> {
  const { readOperand } = await import('../diff/read-operand.ts')
  const { measureImpact } = await import('../../query/impact/measure-impact.ts')
  const { openLake } = await import('../../lake/lake-layout.ts')
  const { output, workingFolder } = context
  const { project, catalogue } = await context.loadProject()
  const { contracts } = readOperand(proposed, workingFolder)
  const lake = await openLake(project.lake)
  const impacts: LoadImpact[] = []
  for (const contract of contracts) {
    const mapping = project.tables.find(({ table }) => table === contract.id)
    const found = await measureImpact({
      ...{ lake, contract, last },
      ceiling: mapping?.rejectCeiling ?? { kind: 'count', count: 0 },
      keepsIdentical: mapping?.duplicates === 'keep_identical',
      current: catalogue.contracts.get(contract.id) ?? null,
    })
    impacts.push(...found)
    const refused = found.filter((one) => one.refused).length
    const what =
      found.length === 0
        ? 'no load of the table is in the lake'
        : `would have refused ${refused} of the last ${plural(found.length, 'load')}`
    await output.data(`${contract.id} ${contract.version} ${what}\n`)
    for (const one of found) {
      await output.data(`${linesOf(one).join('\n')}\n`)
      output.event('impact', { ...one })
    }
  }
  const refused = impacts.filter((one) => one.refused).length
  const unknown = impacts.filter((one) => one.notEvaluated.length > 0).length
  output.story('Only published rows were looked at; rows refused then count as refused again.')
  if (unknown > 0) output.warn(`of ${plural(unknown, 'load')} not everything could be evaluated`)
  const finished = { loads: impacts.length, refused, not_evaluated: unknown }
  return { exit: refused === 0 && unknown === 0 ? 0 : 11, finished }
}

/** Adds `impact` to `contracts`. */
export function register(contracts: Command, context: CommandContext): void {
  const command = contracts
    .command('impact')
    .summary('what a proposed contract would have done to past loads')
    .description(
      'Asks the published rows of the last loads what a proposed version of their contract ' +
        'newly demands: how many rows fail each rule, and whether the load would have been ' +
        'refused at the ceiling of the project file. Rows that were refused then are not in a ' +
        'snapshot: they are known by their number and count as refused again. A patient who ' +
        'would now be refused still counts as existing. Exit 11 where a load would have been ' +
        'refused, or where not everything could be evaluated; otherwise 0.',
    )
    .argument('<proposed>', 'a file or folder of contracts, or a git revision of one')
    .option('--last <count>', 'loads of each table to look at, newest first', parseCount, 10)
    .action(
      context.action((proposed: string, options: ImpactOptions) =>
        impact(proposed, options, context),
      ),
    )
  addExamples(command, [
    'safelanding contracts impact ./contracts/northshire/visits.yaml',
    'safelanding contracts impact ./proposed/core --last 30',
  ])
}
