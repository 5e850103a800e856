// Rolling back publishes a new snapshot with the files of an old one: numbers never go back, so that
// whoever knows that 43 is newer than 42 stays right. A run like any other, from lock to ledger; its
// files are compared with their checksums before they are published again.
import { join } from 'node:path'
import { limits } from '../config/limits.ts'
import { isLandingError, LandingError } from '../contracts/errors.ts'
import type { RunState } from '../contracts/run-state.ts'
import type { SnapshotManifest } from '../contracts/snapshot-manifest.ts'
import { assembleSnapshot, type LoadedTable } from '../lake/assemble.ts'
import type { LakeLayout } from '../lake/lake-layout.ts'
import { openLedger } from '../lake/ledger.ts'
import { takeLock } from '../lake/lock.ts'
import { currentSnapshot, readManifest } from '../lake/manifest.ts'
import { clearStaging, publishSnapshot } from '../lake/publish.ts'
import { reconcileRuns } from '../lake/reconcile-runs.ts'
import { refusePruned } from '../lake/tombstone.ts'
import { verifySnapshot } from '../lake/verify.ts'

export interface RollbackRequest {
  readonly lake: LakeLayout
  /** Whose files are published again. */
  readonly snapshot: number
  readonly run: string
  readonly software: string
  readonly pid: number
  readonly now: () => Date
}

export interface RollbackOutcome {
  readonly run: string | null
  /** The current snapshot now. */
  readonly snapshot: number
  /** The one that was current before. */
  readonly before: number
}

/**
 * Publishes the tables of a snapshot again. `unknown_name`, `snapshot_pruned`, `snapshot_damaged` where
 * a file is not what was published, `lake_locked`, `publish_race_lost`. The current snapshot is not
 * published again.
 */
export async function rollback(request: RollbackRequest): Promise<RollbackOutcome> {
  const { lake, snapshot, run, pid, now } = request
  await using lock = await takeLock(lake, run, pid, now)
  const pulse = setInterval(() => void lock.touch(now()), limits.lockTouchMs)
  using _pulse = { [Symbol.dispose]: () => clearInterval(pulse) }
  await reconcileRuns(lake, run, now)
  const { manifest } = await readManifest(lake, snapshot)
  const newest = (await currentSnapshot(lake))?.manifest ?? manifest
  const before = newest.snapshot
  if (before === snapshot) return { run: null, snapshot, before }
  await refusePruned(lake, snapshot)
  refuseOtherOptOuts(manifest, newest)
  // Damage of manifests below it is no reason: they are not published again.
  const findings = (await verifySnapshot(lake, snapshot)).filter(
    (finding) => finding.snapshot === snapshot,
  )
  if (findings.length > 0) {
    const named = findings.map(({ path, message }) => `${path}: ${message}`)
    throw new LandingError('snapshot_damaged', named.join('\n'))
  }
  return { run, snapshot: await publishAgain(request, manifest, before), before }
}

// A person who has opted out since would be published again.
function refuseOtherOptOuts(old: SnapshotManifest, newest: SnapshotManifest): void {
  if (JSON.stringify(old.opt_outs) === JSON.stringify(newest.opt_outs)) return
  throw new LandingError(
    'not_supported_yet',
    `snapshot ${old.snapshot} was published under other opt-out lists than ${newest.snapshot}`,
    { remedy: 'Load the extracts again: a load honours the lists of today.' },
  )
}

async function publishAgain(
  { lake, run, software, now }: RollbackRequest,
  old: SnapshotManifest,
  base: number,
): Promise<number> {
  const ledger = await openLedger(lake, run)
  const advance = (state: RunState, more: object = {}) =>
    ledger.append({ event: 'run', instant: now().toISOString(), run, state, ...more })
  let isCommitted = false
  try {
    await advance('opened', { software, backend: old.backend, tables: Object.keys(old.tables) })
    await advance('staging')
    const next = await assembleSnapshot(lake, {
      ...{ run, software, backend: old.backend, base },
      publishedAt: now().toISOString(),
      loaded: tablesOf(lake, old),
      carried: [],
      deviations: old.deviations,
      optOuts: old.opt_outs,
      keyIds: old.key_ids,
    })
    await advance('sealed', { snapshot: next.snapshot })
    await publishSnapshot(lake, next)
    isCommitted = true
    await advance('published', { snapshot: next.snapshot })
    await clearStaging(lake, run)
    return next.snapshot
  } catch (error) {
    // Behind the rename the next command that takes the lock finds the commit and says so.
    const now = (await currentSnapshot(lake))?.manifest.run
    if (!isCommitted && now !== run && isLandingError(error)) {
      const { code, message } = error
      const told = message.slice(0, limits.ledgerMessageCharactersMax)
      await advance('failed', { error: { code, message: told } })
    }
    throw error
  } finally {
    await ledger.close()
  }
}

function tablesOf(lake: LakeLayout, { snapshot, tables }: SnapshotManifest) {
  const folder = lake.snapshot(snapshot)
  return new Map(
    Object.entries(tables).map(([table, entry]): [string, LoadedTable] => {
      const parts = entry.files.map(({ path }) => [path, join(folder, path)] as const)
      return [table, { entry, parts: new Map(parts) }]
    }),
  )
}
