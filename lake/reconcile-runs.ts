// What a command does first once it holds the lock: whatever is unfinished belongs to a dead process.
// A run that was killed behind its commit is published, for manifests decide; every other one failed.
import { isLandingError } from '../contracts/errors.ts'
import type { RunState } from '../contracts/run-state.ts'
import { removeTree } from './durable-files.ts'
import type { LakeLayout } from './lake-layout.ts'
import { endState, listRuns, openLedger, readLedger } from './ledger.ts'
import { listSnapshots, readManifest } from './manifest.ts'
import { mendCurrent } from './publish.ts'

export interface ReconciledRun {
  readonly run: string
  readonly from: RunState
  readonly to: RunState
  /** The snapshot it published; null where it published none. */
  readonly snapshot: number | null
}

export interface Reconciled {
  readonly changed: readonly ReconciledRun[]
  /** Runs whose ledger is damaged, with the message: reported, and no reason to stop a load. */
  readonly damaged: readonly { readonly run: string; readonly message: string }[]
}

const unfinished: readonly RunState[] = ['opened', 'staging', 'sealed']

/**
 * Advances every unfinished run to `published` or `failed`, mends `current`, and returns what it
 * changed. The caller holds the lock and has not opened its own ledger yet, which may be that of a
 * run to be taken up again; `run` is its own id, `now` the clock.
 */
export async function reconcileRuns(
  lake: LakeLayout,
  run: string,
  now: () => Date,
): Promise<Reconciled> {
  const changed: ReconciledRun[] = []
  const damaged: { run: string; message: string }[] = []
  let published: ReadonlyMap<string, number> | null = null
  for (const candidate of await listRuns(lake)) {
    const end = await endState(lake, candidate)
    if (end !== null && !unfinished.includes(end)) continue
    const ledger = await readLedger(lake, candidate).catch((error: unknown) => {
      if (!isLandingError(error) || error.errorName !== 'lake_damaged') throw error
      damaged.push({ run: candidate, message: error.message })
      return null
    })
    if (ledger === null || !unfinished.includes(ledger.state)) continue
    published ??= await snapshotsByRun(lake)
    const snapshot = ledger.state === 'sealed' ? (published.get(candidate) ?? null) : null
    const to = snapshot === null ? 'failed' : 'published'
    const writer = await openLedger(lake, candidate)
    try {
      await writer.append({
        event: 'run',
        instant: now().toISOString(),
        run: candidate,
        state: to,
        ...(snapshot === null
          ? { error: { code: 'interrupted', message: 'the process ended before the run did' } }
          : { snapshot }),
      })
    } finally {
      await writer.close()
    }
    // Its parts may be taken over; what DuckDB spilled, as much as a table, is of no use any more.
    await removeTree(lake.stagingSpill(candidate))
    changed.push({ run: candidate, from: ledger.state, to, snapshot })
  }
  await mendCurrent(lake, run)
  return { changed, damaged }
}

async function snapshotsByRun(lake: LakeLayout): Promise<Map<string, number>> {
  const numbers = new Map<string, number>()
  for (const number of await listSnapshots(lake)) {
    numbers.set((await readManifest(lake, number)).manifest.run, number)
  }
  return numbers
}
