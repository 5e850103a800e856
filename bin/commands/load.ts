// `load`: runs the pipelines and publishes. The workers start first: they load their modules while the
// main thread reads the project.
import { type Command, InvalidArgumentError } from 'commander'
import type { LandingEvent } from '../../contracts/events.ts'
import type { CommandContext, VerbOutcome } from '../command-context.ts'
import { addExamples } from '../command-context.ts'
import type { Output } from '../output.ts'

interface LoadOptions {
  readonly table?: readonly string[]
  readonly dryRun?: boolean
  readonly runId?: string
  readonly workers?: number
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value]

/** A whole number of worker threads from the command line. */
export function parseWorkers(text: string): number {
  const count = Number(text)
  if (!/^\d{1,2}$/.test(text) || count < 1 || count > 64) {
    throw new InvalidArgumentError('expected a whole number from 1 to 64')
  }
  return count
}

export function register(program: Command, context: CommandContext): void {
  const command = program
    .command('load')
    .summary('run the pipelines and publish')
    .description(
      'Reads every extract of the project, holds every row to its contract, and publishes all ' +
        'tables at once as a new snapshot. When a table has more refused rows than its ceiling, ' +
        'nothing is published. A load that was killed needs no repair: run the same command again.',
    )
    .option('--table <namespace/table>', 'only this table (repeatable)', collect)
    .option('--dry-run', 'check all data and publish nothing')
    .option('--run-id <id>', 'id of the run: the same id never publishes twice')
    .option('--workers <count>', 'worker threads (default: one a core)', parseWorkers)
    .action(context.action((options: LoadOptions) => runLoad(context, options)))
  addExamples(command, [
    'safelanding load                           # everything the project file names',
    'safelanding load --table core/patients     # one table; the others stay as they are',
    'safelanding load --dry-run --json          # check all data, tell a machine, publish nothing',
  ])
}

/** A count that is wrong is refused with the project, and must start no thread before. */
function fromEnvironment(context: CommandContext): number | null {
  const text = context.variables['SAFELANDING_WORKERS'] ?? ''
  return /^[1-9]\d?$/.test(text) && Number(text) <= 64 ? Number(text) : null
}

async function runLoad(context: CommandContext, options: LoadOptions): Promise<VerbOutcome> {
  const { defaultWorkerCount, Workers } = await import('../../pipelines/workers.ts')
  const count = options.workers ?? fromEnvironment(context) ?? defaultWorkerCount()
  const workers = new Workers(count)
  const forget = context.onInterrupt(() => workers.interrupt())
  try {
    const { project, catalogue, secrets } = await context.loadProject()
    const { performLoad } = await import('../perform-load.ts')
    const showProgress = progressOf(context.output)
    return await performLoad(context, {
      project,
      contracts: catalogue.contracts,
      secrets,
      tables: options.table ?? [],
      dryRun: options.dryRun ?? false,
      runId: options.runId ?? null,
      workers,
      emit: showProgress,
    })
  } finally {
    forget()
    await workers.close()
  }
}

/** One line that is rewritten while batches land, on a terminal only. */
function progressOf(output: Output): (event: LandingEvent) => void {
  let batches = 0
  let total = 0
  let rows = 0
  return (event) => {
    if (event.event === 'run:opened') total = event.batches
    if (event.event !== 'batch:committed') return
    batches++
    rows += event.rowsIn
    const share = total === 0 ? 100 : Math.min(100, Math.floor((batches / total) * 100))
    output.progress(`${share}%  batch ${batches} of ${total}  ${rows} rows  ${event.table}`)
  }
}
