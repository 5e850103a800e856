// `contracts dummy`: extracts of invented people that hold to contracts, with a project file to load
// them; and, on demand, with planted defects and the answer key of what a load must refuse.
import { type Command, InvalidArgumentError } from 'commander'
import type { TableContract } from '../../contracts/table-contract.ts'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'

interface DummyCommandOptions {
  readonly tables: string[]
  readonly patients: number
  readonly seed: number
  readonly defects: number
  readonly out: string
  readonly force?: true
}

const patientsMost = 100_000_000

function parsePatients(text: string): number {
  const patients = Number(text)
  if (!/^[1-9]\d*$/.test(text) || patients > patientsMost) {
    throw new InvalidArgumentError(`expected a whole number from 1 to ${patientsMost}`)
  }
  return patients
}

function parseSeed(text: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > 0xffff_ffff) {
    throw new InvalidArgumentError('expected a whole number from 0 to 4294967295')
  }
  return Number(text)
}

/** A share of rows, `1%` or `0.01`. */
function parseShare(text: string): number {
  const match = /^(\d{1,3}(?:\.\d+)?|\.\d+)(%?)$/.exec(text)
  const share = match === null ? Number.NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1)
  if (!(share > 0 && share <= 1)) {
    throw new InvalidArgumentError('expected a share of the rows such as 1% or 0.01')
  }
  return share
}

/** Names may be repeated, follow one another, and each may be a list. */
const addNames = (text: string, names: string[] | undefined): string[] => [
  ...(names ?? []),
  ...text.split(',').filter((name) => name !== ''),
]

/** Patients first in each namespace, which others link up with; then by name. */
function byPlace(left: TableContract, right: TableContract): number {
  if (left.namespace !== right.namespace) return left.namespace < right.namespace ? -1 : 1
  const [isFirst, isLast] = [left.table === 'patients', right.table === 'patients']
  if (isFirst !== isLast) return isFirst ? -1 : 1
  return left.table < right.table ? -1 : left.table > right.table ? 1 : 0
}

async function makeDummy(
  options: DummyCommandOptions,
  context: CommandContext,
): Promise<VerbOutcome> {
  const { LandingError } = await import('../../contracts/errors.ts')
  const { resolve, relative } = await import('node:path')
  const { namedContracts } = await import('./named-contracts.ts')
  const { writeDummy } = await import('./write-dummy.ts')
  const { thousands } = await import('../load-story.ts')
  const { output, workingFolder, signal } = context
  if (options.tables.length === 0) throw new LandingError('usage', '--tables names no table')
  const named = namedContracts(options.tables, workingFolder)
  const chosen = { ...named, contracts: [...named.contracts].sort(byPlace) }
  const folder = resolve(workingFolder, options.out)
  const answers = await writeDummy({
    ...{ folder, chosen, isForced: options.force === true, signal },
    ...{ patients: options.patients, seed: options.seed, defects: options.defects },
    ...{ tables: options.tables, shown: options.out, workingFolder },
    onProgress: (table, rows) => output.progress(`${table}: ${thousands(rows)} rows`),
  })
  output.progress('')
  for (const [table, answer] of Object.entries(answers)) {
    const wrong = options.defects > 0 ? `, ${thousands(answer.rejected)} to be refused` : ''
    output.story(`${table}: ${thousands(answer.in)} rows${wrong}`)
    output.event('dummy', { table, rows: answer.in, rejected: answer.rejected })
  }
  const project = `${relative(workingFolder, folder) || '.'}/safelanding.yaml`
  output.story(`load them: safelanding --project ${project} load`)
  return { finished: { project, tables: Object.keys(answers).length } }
}

/** Adds `contracts dummy`. */
export function register(contracts: Command, context: CommandContext): void {
  const dummy = contracts
    .command('dummy')
    .description(
      'Writes extracts of invented people that satisfy every constraint of the contracts, and a ' +
        'project file that loads them. With --defects some rows are wrong on purpose, and an ' +
        'answer key says which ones a load must refuse, and why.',
    )
    .requiredOption(
      '--tables <names...>',
      'namespaces, contracts or folders of contracts, separated by blanks or commas (repeatable)',
      addNames,
    )
    .option('--patients <count>', 'how many people', parsePatients, 1_000)
    .option('--seed <number>', 'other numbers, other people', parseSeed, 1)
    .option('--defects <share>', 'share of defective rows, such as 1%', parseShare, 0)
    .option('--out <folder>', 'where to write', './dummy')
    .option('--force', 'write into a folder that holds something else')
    .action(context.action((options: DummyCommandOptions) => makeDummy(options, context)))
  addExamples(dummy, [
    'safelanding contracts dummy --tables core',
    'safelanding contracts dummy --tables core,./contracts/own --patients 100000 --defects 1%',
  ])
}
