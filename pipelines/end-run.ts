// How a run ends: published, unchanged, looked at only, refused or failed. Behind the commit nothing may
// turn a published run into a failed one: what goes wrong there is a warning, and the next load mends it.
import { existsSync } from 'node:fs'
import { limits } from '../config/limits.ts'
import { redact } from '../config/references.ts'
import { isLandingError, type LandingError } from '../contracts/errors.ts'
import { listRuns, openLedger, readLedger } from '../lake/ledger.ts'
import { currentSnapshot } from '../lake/manifest.ts'
import { clearStaging } from '../lake/publish.ts'
import { writeSummary } from '../lake/run-summary.ts'
import type { LoadCounts, LoadOutcome } from './load-outcome.ts'
import { advance, type OpenLoad } from './open-load.ts'
import { selectTables } from './plan-load.ts'
import { removeSuperseded } from './read-quarantine.ts'

function timed({ now, opened }: OpenLoad, counts: LoadCounts): LoadCounts {
  const elapsed = Math.max(0, now().getTime() - opened.getTime())
  return { ...counts, timing: { ...counts.timing, elapsed_ms: elapsed } }
}

/** Ends a run whose snapshot is published, or equal to the current one. */
export async function finish(
  open: OpenLoad,
  counts: LoadCounts,
  snapshot: number,
  unchanged: boolean,
): Promise<LoadOutcome> {
  const { run, lake } = open
  const state = 'published' as const
  const warnings: string[] = []
  const ended = { run, state, snapshot, unchanged, dryRun: false }
  const outcome = { ...ended, ...timed(open, counts), warnings, error: null }
  // What follows the commit can only fail as a warning: the snapshot is published.
  const lastSteps = [
    () => (unchanged ? advance(open, 'sealed', { snapshot }) : Promise.resolve()),
    () => advance(open, 'published', { snapshot }),
    () => writeSummary(lake, run, outcome),
    () => abandonOthers(open),
    () => removeSuperseded(lake, run),
    () => clearStaging(lake, run),
  ]
  for (const step of lastSteps) {
    await step().catch((error: unknown) => {
      if (!isLandingError(error)) throw error
      warnings.push(error.message)
      open.emit({ event: 'run:unrecorded', run, snapshot, code: error.code })
    })
  }
  if (unchanged) open.emit({ event: 'run:unchanged', run, snapshot })
  else {
    const rows = Object.values(counts.tables).reduce((total, { accepted }) => total + accepted, 0)
    const count = Object.keys(counts.tables).length
    open.emit({ event: 'run:published', run, snapshot, tables: count, rows })
  }
  return outcome
}

/** Runs that this one makes superfluous: their tables are published now. */
async function abandonOthers(open: OpenLoad): Promise<void> {
  const { lake, run } = open
  const published = new Set(selectTables(open.project, open.tables).map(({ table }) => table))
  for (const other of await listRuns(lake)) {
    if (other === run || !existsSync(lake.stagingRun(other))) continue
    const ledger = await readLedger(lake, other).catch(() => null)
    if (ledger === null) continue
    const tables = ledger.lines.flatMap((line) => (line.event === 'run' && line.tables) || [])
    if (!tables.every((table) => published.has(table))) continue
    if (ledger.state === 'failed' || ledger.state === 'refused') {
      const writer = await openLedger(lake, other)
      try {
        const instant = open.now().toISOString()
        await writer.append({ event: 'run', instant, run: other, state: 'abandoned', by: run })
        open.emit({ event: 'run:abandoned', run: other, by: run })
      } finally {
        await writer.close()
      }
    }
    await clearStaging(lake, other)
  }
}

/** Ends a run that was only to look. */
export async function finishDryRun(
  open: OpenLoad,
  counts: LoadCounts,
  unchanged: boolean,
): Promise<LoadOutcome> {
  const { run, lake, previous } = open
  await advance(open, 'failed', {
    error: { code: 'dry_run', message: 'a dry run publishes nothing' },
  })
  await advance(open, 'abandoned', {})
  const state = 'abandoned' as const
  const snapshot = previous?.manifest.snapshot ?? null
  const result = { run, state, snapshot, unchanged, dryRun: true }
  const outcome = { ...result, ...timed(open, counts), warnings: [], error: null }
  await removeSuperseded(lake, run)
  await writeSummary(lake, run, outcome)
  await clearStaging(lake, run)
  return outcome
}

/** True once the rename is done: whatever fails then, the snapshot is published. */
export async function hasCommitted({ lake, run, ledger }: OpenLoad): Promise<boolean> {
  if (ledger.state === 'published') return true
  return ledger.state === 'sealed' && (await currentSnapshot(lake))?.manifest.run === run
}

/** Records why the run did not publish. Staged batches stay: the next load takes them over. */
export async function stop(
  open: OpenLoad,
  counts: LoadCounts,
  error: LandingError,
): Promise<LoadOutcome> {
  const { run, lake, previous, dryRun } = open
  if (await hasCommitted(open)) {
    // The ledger stays as it is: the next command that takes the lock finds the commit and says so.
    const snapshot = (await currentSnapshot(lake))?.manifest.snapshot ?? null
    const state = 'published' as const
    return { run, state, snapshot, unchanged: false, dryRun, ...counts, warnings: [], error }
  }
  const told = timed(open, counts)
  const state = error.exit === 11 || error.exit === 12 ? 'refused' : 'failed'
  const code = open.workers.interrupted ? 'interrupted' : error.code
  const message = redact(error.message, open.secrets).slice(0, limits.ledgerMessageCharactersMax)
  await advance(open, state, { error: { code, message } })
  const snapshot = previous?.manifest.snapshot ?? null
  const ended = { run, state, snapshot, unchanged: false, dryRun } as const
  const outcome = { ...ended, ...told, warnings: [] }
  await removeSuperseded(lake, run)
  await writeSummary(lake, run, { ...outcome, error: { code, message } })
  open.emit({ event: state === 'refused' ? 'run:refused' : 'run:failed', run, code })
  return { ...outcome, error }
}
