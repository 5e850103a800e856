// `contracts diff A B`: what changed between two contracts or sets of them, how it is classed, and
// whether the version says so. Exit 0 or 11, for use in continuous integration.
import type { Command } from 'commander'
import type { ContractDiff } from '../../contracts/diff/diff-contracts.ts'
import { addExamples, type CommandContext, type VerbOutcome } from '../command-context.ts'
import type { Operand } from '../diff/read-operand.ts'

/** The contracts that a snapshot of the project's lake was checked against. */
async function snapshotOperand(snapshot: number, context: CommandContext): Promise<SideOperand> {
  const { project } = await context.loadProject()
  const { openLake } = await import('../../lake/lake-layout.ts')
  const { readManifest } = await import('../../lake/manifest.ts')
  const { readStoredContract } = await import('../../lake/stored-contracts.ts')
  const { LandingError } = await import('../../contracts/errors.ts')
  const lake = await openLake(project.lake)
  const { tables } = (await readManifest(lake, snapshot)).manifest
  const contracts = await Promise.all(
    Object.values(tables).map(async ({ contract, contract_sha256 }) => {
      const stored = await readStoredContract(lake, contract_sha256)
      if (stored !== null) return stored
      const what = `snapshot ${snapshot}: its contract of ${contract} was not kept`
      throw new LandingError('unknown_name', what, {
        remedy: 'Snapshots of this version keep theirs; name the older contract by git revision.',
      })
    }),
  )
  return { contracts, isSingle: false, isSnapshot: true }
}

/** Of a snapshot, which holds every table of the lake, only the namespaces of the other side. */
function narrowed(before: SideOperand, after: SideOperand): readonly [Operand, Operand] {
  const within = (side: SideOperand, other: Operand): Operand => {
    const namespaces = other.contracts.map(({ namespace }) => namespace)
    const contracts = side.contracts.filter(({ namespace }) => namespaces.includes(namespace))
    return side.isSnapshot === true ? { ...side, contracts } : side
  }
  const isBoth = before.isSnapshot === true && after.isSnapshot === true
  return isBoth ? [before, after] : [within(before, after), within(after, before)]
}

interface SideOperand extends Operand {
  readonly isSnapshot?: boolean
}

/** Both sides; where one of them is a single contract, the other gives the one of that table. */
async function readSides(first: string, second: string, context: CommandContext) {
  const { readOperand } = await import('../diff/read-operand.ts')
  const { LandingError } = await import('../../contracts/errors.ts')
  const read = async (name: string): Promise<SideOperand> =>
    /^\d{1,9}$/.test(name)
      ? await snapshotOperand(Number(name), context)
      : readOperand(name, context.workingFolder)
  const [before, after] = narrowed(await read(first), await read(second))
  if (before.isSingle === after.isSingle) return [before.contracts, after.contracts] as const
  const [one] = before.isSingle ? before.contracts : after.contracts
  const pick = (contracts: typeof before.contracts, name: string) => {
    const found =
      contracts.find(({ id }) => id === one?.id) ??
      contracts.find(({ table }) => table === one?.table)
    if (found !== undefined) return [found]
    throw new LandingError('unknown_name', `"${name}" has no contract of ${one?.id}`)
  }
  return before.isSingle
    ? ([before.contracts, pick(after.contracts, second)] as const)
    : ([pick(before.contracts, first), after.contracts] as const)
}

async function headOf(one: ContractDiff): Promise<string> {
  const { nextVersion } = await import('../../contracts/diff/contract-change.ts')
  const { table, before, after, bump, raised } = one
  if (before === null) return `${table} ${after}: added`
  if (after === null) return `${table} ${before}: removed`
  const versions = before === after ? before : `${before} → ${after}`
  if (one.class === null) return `${table} ${versions}: no change`
  const demand = `demands a ${bump} bump, to ${nextVersion(before, bump)}`
  return `${table} ${versions}: ${one.class}, ${demand}${raised ? '' : ', which is not there'}`
}

/** Prose can be long; what is meant is told by its beginning. */
const cut = (words: string | null): string =>
  words !== null && words.length > 120 ? `${words.slice(0, 119)}…` : (words ?? 'none')

/** The lines of one table: its versions, then each change with what it does to either side. */
async function linesOf(one: ContractDiff): Promise<string[]> {
  const lines = [await headOf(one)]
  for (const { path, class: kind, before, after, readers, providers } of one.changes) {
    const words = before === null ? `added: ${cut(after)}` : `removed: ${cut(before)}`
    const isBoth = before !== null && after !== null
    lines.push(`  ${kind}  ${path}  ${isBoth ? `${cut(before)} → ${cut(after)}` : words}`)
    lines.push(`    readers: ${readers.why}`, `    providers: ${providers.why}`)
  }
  return lines
}

async function diff(first: string, second: string, context: CommandContext): Promise<VerbOutcome> {
  const { output } = context
  const { diffCatalogues } = await import('../../contracts/diff/diff-contracts.ts')
  const { bumpOf, worstClass } = await import('../../contracts/diff/contract-change.ts')
  const [before, after] = await readSides(first, second, context)
  const diffs = diffCatalogues(before, after)
  const changed = diffs.filter((one) => one.changes.length > 0 || !one.raised)
  for (const one of changed) {
    await output.data(`${(await linesOf(one)).join('\n')}\n`)
    for (const change of one.changes) output.event('change', { ...change })
  }
  const changes = diffs.flatMap((one) => one.changes)
  const worst = worstClass(changes)
  const low = diffs.filter(({ raised }) => !raised).map(({ table }) => table)
  if (worst === 'breaking') {
    const count = changes.filter((change) => change.class === 'breaking').length
    output.warn(`${count} of ${changes.length} changes ${count === 1 ? 'is' : 'are'} breaking`)
  }
  if (low.length > 0) output.warn(`the version is not raised enough: ${low.join(', ')}`)
  const isFine = worst !== 'breaking' && low.length === 0
  if (isFine) output.story(`${diffs.length} contracts compared: ${worst ?? 'no change'}`)
  const finished = {
    ...{ class: worst, bump: bumpOf(worst), changes: changes.length, not_raised: low },
    tables: Object.fromEntries(
      changed.map(({ table, before, after, bump, raised, ...one }) => [
        table,
        { before, after, class: one.class, bump, raised },
      ]),
    ),
  }
  return { exit: isFine ? 0 : 11, finished }
}

/** Adds `diff` to `contracts`. */
export function register(contracts: Command, context: CommandContext): void {
  const about =
    'a file, a folder of contracts, namespace/table or namespace of the catalogue, or a git ' +
    'revision of a file or folder (REVISION:PATH), or the number of a snapshot'
  const command = contracts
    .command('diff')
    .summary('what changed between contracts, and whether it breaks anybody')
    .description(
      'Compares contracts. Each change is breaking, compatible or documentation-only, with what ' +
        'it does to readers of the table and to providers, and demands a major, minor or patch ' +
        'bump of the version. Exit 11 where a change is breaking or a version was not raised ' +
        'enough, otherwise 0.',
    )
    .argument('<before>', about)
    .argument('<after>', 'the same')
    .action(context.action((before: string, after: string) => diff(before, after, context)))
  addExamples(command, [
    'safelanding contracts diff core/patients ./contracts/core/patients.yaml',
    'safelanding contracts diff HEAD~1:contracts/northshire ./contracts/northshire',
    'safelanding contracts diff 41 core/patients',
  ])
}
