// `snapshots list|show|verify`: what is published, and whether every byte of it is still what it was;
// `rollback`, `prune`, `pin` and `unpin` are in bin/snapshots.
import { type Command, InvalidArgumentError } from 'commander'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'
import type { PinOptions } from '../snapshots/pin.ts'
import type { PruneOptions } from '../snapshots/prune.ts'

/** A snapshot number from the command line: `42` or `000042`. */
export function parseSnapshot(text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) {
    throw new InvalidArgumentError('expected the number of a snapshot, such as 42')
  }
  return Number(text)
}

function parseKeep(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new InvalidArgumentError('expected a whole number above 0: the current one is kept')
  }
  return Number(text)
}

const unitHours: Readonly<Record<string, number>> = { h: 1, d: 24, w: 7 * 24 }

function parseAge(text: string): { readonly text: string; readonly ms: number } {
  const [, count, unit = ''] = /^([1-9]\d{0,4})([hdw])$/.exec(text) ?? []
  if (count === undefined) {
    throw new InvalidArgumentError('expected hours, days or weeks, such as 36h, 90d or 12w')
  }
  return { text, ms: Number(count) * (unitHours[unit] ?? 0) * 3_600_000 }
}

function parseDay(text: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
  if (isDay && new Date(text).toISOString().startsWith(text)) return text
  throw new InvalidArgumentError('expected a day, YYYY-MM-DD')
}

export function register(program: Command, context: CommandContext): void {
  const snapshots = program
    .command('snapshots')
    .summary('published snapshots')
    .description('Published snapshots: complete, immutable, numbered sets of all tables.')
  addExamples(snapshots, ['safelanding snapshots list', 'safelanding snapshots verify'])
  const list = snapshots
    .command('list')
    .description('All snapshots, newest first.')
    .action(context.action(() => listSnapshots(context)))
  addExamples(list, ['safelanding snapshots list --json'])
  const show = snapshots
    .command('show')
    .argument('[snapshot]', 'number (default: the current one)', parseSnapshot)
    .description('One snapshot: its tables, contract versions, rows and files.')
    .action(context.action((number: number | undefined) => showSnapshot(context, number)))
  addExamples(show, ['safelanding snapshots show 42'])
  const verify = snapshots
    .command('verify')
    .argument('[snapshot]', 'number (default: the current one)', parseSnapshot)
    .description(
      'Reads every file of a snapshot again and compares it with the checksums of its manifest, ' +
        'and the chain of manifests below it. Exit 11 where anything differs.',
    )
    .action(context.action((number: number | undefined) => verifySnapshots(context, number)))
  addExamples(verify, ['safelanding snapshots verify', 'safelanding snapshots verify 41'])
  registerRollback(snapshots, context)
  registerPrune(snapshots, context)
  registerPins(snapshots, context)
}

function registerRollback(snapshots: Command, context: CommandContext): void {
  const command = snapshots
    .command('rollback')
    .argument('<snapshot>', 'number of the snapshot whose tables are wanted again', parseSnapshot)
    .option('--yes', 'do not ask')
    .description(
      'Publishes a new snapshot with the files of an old one, which are checked first. Numbers ' +
        'never go back, and nothing is deleted.',
    )
    .action(
      context.action(async (number: number, { yes = false }: { yes?: boolean }) => {
        const lake = await openLakeOf(context)
        const { runRollback } = await import('../snapshots/rollback.ts')
        return runRollback(context, lake, number, yes)
      }),
    )
  addExamples(command, ['safelanding snapshots rollback 41'])
}

function registerPrune(snapshots: Command, context: CommandContext): void {
  const command = snapshots
    .command('prune')
    .option('--keep <count>', 'keep the newest so many', parseKeep)
    .option('--older-than <age>', 'keep what was published since: 36h, 90d, 12w', parseAge)
    .option('--dry-run', 'say what would be deleted, and delete nothing')
    .option('--yes', 'do not ask')
    .description(
      'Deletes the data files of old snapshots. Their manifests stay, so that the chain of ' +
        'digests holds. With both options a snapshot goes that neither keeps. The current ' +
        'snapshot, pinned ones and those that are being read stay.',
    )
    .action(
      context.action(async (options: PruneOptions) => {
        const lake = await openLakeOf(context)
        const { runPrune } = await import('../snapshots/prune.ts')
        return runPrune(context, lake, options)
      }),
    )
  addExamples(command, [
    'safelanding snapshots prune --keep 10 --dry-run',
    'safelanding snapshots prune --keep 10 --older-than 90d --yes',
  ])
}

function registerPins(snapshots: Command, context: CommandContext): void {
  const pin = snapshots
    .command('pin')
    .argument('<snapshot>', 'number', parseSnapshot)
    .requiredOption('--until <day>', 'the last day that it is kept, YYYY-MM-DD', parseDay)
    .requiredOption('--reason <text>', 'why, for whoever prunes')
    .description('Keeps a snapshot from being pruned. A second pin takes the place of the first.')
    .action(
      context.action(async (number: number, options: PinOptions) => {
        const lake = await openLakeOf(context)
        const { runPin } = await import('../snapshots/pin.ts')
        return runPin(context, lake, number, options)
      }),
    )
  addExamples(pin, ['safelanding snapshots pin 41 --until 2027-06-30 --reason "study 12"'])
  const unpin = snapshots
    .command('unpin')
    .argument('<snapshot>', 'number', parseSnapshot)
    .description('Removes the pins of a snapshot, those that sessions left too.')
    .action(
      context.action(async (number: number) => {
        const lake = await openLakeOf(context)
        const { runUnpin } = await import('../snapshots/pin.ts')
        return runUnpin(context, lake, number)
      }),
    )
  addExamples(unpin, ['safelanding snapshots unpin 41'])
}

async function openLakeOf(context: CommandContext) {
  const { project } = await context.loadProject()
  const { openLake } = await import('../../lake/lake-layout.ts')
  return openLake(project.lake)
}

async function listSnapshots(context: CommandContext): Promise<VerbOutcome> {
  const { output } = context
  const lake = await openLakeOf(context)
  const { listSnapshots: numbers, readManifest } = await import('../../lake/manifest.ts')
  const { prunedAt } = await import('../../lake/tombstone.ts')
  const { isHolding, listPins } = await import('../../lake/pins.ts')
  const { textTable } = await import('../text-table.ts')
  const rows: (string | number)[][] = []
  const now = new Date()
  const pins = (await listPins(lake)).filter((found) => isHolding(found, now))
  const newestFirst = (await numbers(lake)).sort((a, b) => b - a)
  for (const number of newestFirst) {
    const { manifest } = await readManifest(lake, number)
    const pruned_at = await prunedAt(lake, number)
    const own = pins.filter(({ snapshot }) => snapshot === number)
    const pinned =
      own
        .map(({ pin }) => pin?.until ?? 'unknown')
        .sort()
        .at(-1) ?? null
    const states = [
      ...(number === newestFirst[0] ? ['current'] : []),
      ...(pruned_at === null ? [] : [`pruned ${pruned_at.slice(0, 10)}`]),
      ...(pinned === null ? [] : [`pinned until ${pinned.slice(0, 10)}`]),
    ]
    const tables = Object.values(manifest.tables)
    const total = tables.reduce((sum, table) => sum + table.rows, 0)
    const { run, published_at } = manifest
    rows.push([number, published_at, run, tables.length, total, states.join(', ')])
    const more = { pruned_at, pinned_until: pinned }
    output.event('snapshot', { snapshot: number, published_at, run, rows: total, ...more })
  }
  const header = ['snapshot', 'published', 'run', 'tables', 'rows', 'state']
  for (const line of textTable(header, rows)) await output.data(`${line}\n`)
  return { finished: { snapshots: rows.length } }
}

async function chosenManifest(context: CommandContext, number: number | undefined) {
  const lake = await openLakeOf(context)
  const { currentSnapshot, readManifest } = await import('../../lake/manifest.ts')
  const { LandingError } = await import('../../contracts/errors.ts')
  const read = number === undefined ? await currentSnapshot(lake) : await readManifest(lake, number)
  if (read === null) throw new LandingError('lake_missing', `${lake.root}: no snapshot yet`)
  return { lake, manifest: read.manifest }
}

async function showSnapshot(
  context: CommandContext,
  number: number | undefined,
): Promise<VerbOutcome> {
  const { output } = context
  const { lake, manifest } = await chosenManifest(context, number)
  const { prunedAt } = await import('../../lake/tombstone.ts')
  const pruned = await prunedAt(lake, manifest.snapshot)
  const { checkLines, shortList } = await import('../load-story.ts')
  const { textTable } = await import('../text-table.ts')
  output.event('snapshot', { ...manifest, pruned_at: pruned })
  const { snapshot, run, published_at, software } = manifest
  await output.data(`snapshot ${snapshot}, published ${published_at} by run ${run} (${software})\n`)
  if (pruned !== null) await output.data(`pruned ${pruned}: its data files are deleted\n`)
  const rows = Object.entries(manifest.tables).map(([name, table]) => [
    name,
    table.version,
    table.rows,
    table.rejected,
    table.withheld,
    table.files.length,
    table.files.reduce((sum, { bytes }) => sum + bytes, 0),
    table.run,
  ])
  const header = ['table', 'contract', 'rows', 'rejected', 'withheld', 'files', 'bytes', 'run']
  for (const line of textTable(header, rows)) await output.data(`${line}\n`)
  for (const [name, table] of Object.entries(manifest.tables)) {
    if (table.absent_columns.length > 0) {
      await output.data(`${name}: null in every row: ${shortList(table.absent_columns)}\n`)
    }
    for (const line of checkLines(table.checks ?? [])) await output.data(`${name}: ${line}\n`)
    for (const { check, reason } of table.checks_not_run) {
      await output.data(`${name}: ${check} was not checked: ${reason}\n`)
    }
  }
  for (const one of manifest.deviations) {
    const { id, contract, column, rule, kind, observed, of, expires, public_wording } = one
    const ceiling = one.ceiling === null ? '' : `, ceiling ${one.ceiling}`
    const used = `${observed} of ${of} rows${ceiling}, until ${expires}`
    await output.data(`${contract}: deviation ${id}, ${column} ${rule} (${kind}): ${used}\n`)
    await output.data(`  ${public_wording}\n`)
  }
  return { finished: { snapshot } }
}

async function verifySnapshots(
  context: CommandContext,
  number: number | undefined,
): Promise<VerbOutcome> {
  const { output } = context
  const lake = await openLakeOf(context)
  const { verifyCurrent, verifySnapshot } = await import('../../lake/verify.ts')
  const { listSnapshots: numbers } = await import('../../lake/manifest.ts')
  const { LandingError } = await import('../../contracts/errors.ts')
  const wanted = number ?? Math.max(0, ...(await numbers(lake)))
  if (wanted === 0) throw new LandingError('lake_missing', `${lake.root}: no snapshot yet`)
  let last = { files: 0, bytes: 0 }
  const { SnapshotHolds } = await import('../../query/snapshot-holds.ts')
  const holds = new SnapshotHolds(lake, { purpose: 'verify', server: null })
  // Of a pruned one, and where the number is none, there is nothing to hold.
  await holds.hold(holds, wanted).catch(() => undefined)
  const findings = await verifySnapshot(lake, wanted, (progress) => {
    last = progress
    output.progress(`${progress.files} files, ${progress.bytes} bytes read`)
  }).finally(() => holds.close())
  const { isPruned } = await import('../../lake/tombstone.ts')
  if (number === undefined) findings.push(...(await verifyCurrent(lake)))
  for (const finding of findings) {
    output.event('finding', { ...finding })
    await output.data(`${finding.path}: ${finding.message}\n`)
  }
  if (findings.length > 0) {
    throw new LandingError('snapshot_damaged', `snapshot ${wanted}: ${findings.length} findings`)
  }
  const pruned = await isPruned(lake, wanted)
  const what = `${last.files} files, ${last.bytes} bytes`
  output.story(
    pruned
      ? `snapshot ${wanted} is pruned: its manifest and the chain below it are whole`
      : `snapshot ${wanted} is whole: ${what}`,
  )
  return { finished: { snapshot: wanted, files: last.files, bytes: last.bytes, pruned } }
}
