// `snapshots list|show|verify`: what is published, and whether every byte of it is still what it was.
import { type Command, InvalidArgumentError } from 'commander'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'

/** A snapshot number from the command line: `42` or `000042`. */
export function parseSnapshot(text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) {
    throw new InvalidArgumentError('expected the number of a snapshot, such as 42')
  }
  return Number(text)
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
  const { textTable } = await import('../text-table.ts')
  const rows: (string | number)[][] = []
  for (const number of (await numbers(lake)).sort((a, b) => b - a)) {
    const { manifest } = await readManifest(lake, number)
    const tables = Object.values(manifest.tables)
    const total = tables.reduce((sum, table) => sum + table.rows, 0)
    rows.push([number, manifest.published_at, manifest.run, tables.length, total])
    const { run, published_at } = manifest
    output.event('snapshot', { snapshot: number, published_at, run, rows: total })
  }
  const header = ['snapshot', 'published', 'run', 'tables', 'rows']
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
  const { manifest } = await chosenManifest(context, number)
  const { checkLines, shortList } = await import('../load-story.ts')
  const { textTable } = await import('../text-table.ts')
  output.event('snapshot', { ...manifest })
  const { snapshot, run, published_at, software } = manifest
  await output.data(`snapshot ${snapshot}, published ${published_at} by run ${run} (${software})\n`)
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
  const findings = await verifySnapshot(lake, wanted, (progress) => {
    last = progress
    output.progress(`${progress.files} files, ${progress.bytes} bytes read`)
  })
  if (number === undefined) findings.push(...(await verifyCurrent(lake)))
  for (const finding of findings) {
    output.event('finding', { ...finding })
    await output.data(`${finding.path}: ${finding.message}\n`)
  }
  if (findings.length > 0) {
    throw new LandingError('snapshot_damaged', `snapshot ${wanted}: ${findings.length} findings`)
  }
  output.story(`snapshot ${wanted} is whole: ${last.files} files, ${last.bytes} bytes`)
  return { finished: { snapshot: wanted, files: last.files, bytes: last.bytes } }
}
