// Pruning, from what was asked to what was deleted. It holds the lake as a load does, so that no load
// links files that go; what is deleted is what the operator saw, and of that only what nobody has come
// to hold since. Oldest first: a prune that is ended half way has deleted what is wanted least.
import { rmdir } from 'node:fs/promises'
import { limits } from '../config/limits.ts'
import {
  choosePruned,
  heldBy,
  type PruneChoice,
  type PruneCircumstances,
  type PrunePolicy,
} from '../lake/choose-pruned.ts'
import { failpoint } from '../lake/failpoints.ts'
import { type LakeLayout, makeHoldsFolder } from '../lake/lake-layout.ts'
import { takeLock } from '../lake/lock.ts'
import { isHolding, listPins, removePins } from '../lake/pins.ts'
import {
  measurePrune,
  type PruneMeasure,
  pruneSnapshot,
  snapshotFacts,
} from '../lake/prune-snapshot.ts'
import { liveReaders } from '../lake/readers.ts'
import { reconcileRuns } from '../lake/reconcile-runs.ts'
import { withdrawTombstone } from '../lake/tombstone.ts'

/** The name under which a prune holds the lake. */
export const pruneRun = 'snapshots-prune'

export interface PruneRequest {
  readonly lake: LakeLayout
  readonly policy: PrunePolicy
  readonly software: string
  readonly pid: number
  readonly now: () => Date
  /** Aborted: no further snapshot is begun. */
  readonly signal: AbortSignal
}

export interface PrunePlan {
  /** Newest first. */
  readonly choices: readonly PruneChoice[]
  /** Of what is to be deleted. */
  readonly measures: ReadonlyMap<number, PruneMeasure>
}

/** What deletes files. */
export const isDeleted = ({ action }: PruneChoice): boolean =>
  action === 'delete' || action === 'finish'

async function circumstances(
  { lake, pid, now }: PruneRequest,
  clean: boolean,
): Promise<PruneCircumstances> {
  const at = now()
  return { pins: await listPins(lake), readers: await liveReaders(lake, pid, at, clean), now: at }
}

/** What a prune would do now; changes nothing and needs no lock. */
export async function planPrune(request: PruneRequest): Promise<PrunePlan> {
  const facts = await snapshotFacts(request.lake)
  const choices = choosePruned(facts, request.policy, await circumstances(request, false))
  const chosen = choices.filter(isDeleted).map(({ snapshot }) => snapshot)
  return { choices: choices.toReversed(), measures: await measurePrune(request.lake, chosen) }
}

export interface PrunedSnapshot extends PruneMeasure {
  readonly snapshot: number
}

export interface PruneOutcome {
  /** In the order in which they went. */
  readonly pruned: readonly PrunedSnapshot[]
  /** Planned, and kept after all, with the reasons. */
  readonly spared: readonly { readonly snapshot: number; readonly reasons: readonly string[] }[]
  readonly isInterrupted: boolean
}

/**
 * Deletes what a plan names. `lake_locked` while a load holds the lake. Refusals of the storage end it
 * where it stands; the next prune goes on from there.
 */
export async function prune(request: PruneRequest, plan: PrunePlan): Promise<PruneOutcome> {
  const { lake, pid, now, policy, software, signal } = request
  const planned = new Set(plan.choices.filter(isDeleted).map(({ snapshot }) => snapshot))
  await using lock = await takeLock(lake, pruneRun, pid, now)
  const pulse = setInterval(() => void lock.touch(now()), limits.lockTouchMs)
  using _pulse = { [Symbol.dispose]: () => clearInterval(pulse) }
  // A load that was killed behind its commit left `current` on what is no longer the newest.
  await reconcileRuns(lake, pruneRun, now)
  await rmdir(lake.stagingRun(pruneRun)).catch(() => undefined)
  await makeHoldsFolder(lake)
  const choices = choosePruned(
    await snapshotFacts(lake),
    policy,
    await circumstances(request, true),
  )
  const pruned: PrunedSnapshot[] = []
  const spared: { snapshot: number; reasons: readonly string[] }[] = []
  const holders = async (snapshot: number) => heldBy(snapshot, await circumstances(request, false))
  for (const choice of choices) {
    const { snapshot, reasons } = choice
    if (choice.action === 'restore') await withdrawTombstone(lake, snapshot)
    if (!planned.has(snapshot)) continue
    if (signal.aborted) return { pruned, spared, isInterrupted: true }
    if (!isDeleted(choice)) {
      if (choice.action !== 'pruned') spared.push({ snapshot, reasons })
      continue
    }
    const instant = now().toISOString()
    const result = await pruneSnapshot(lake, snapshot, {
      ...{ instant, software, rule: policy.rule, holders },
    })
    if ('files' in result) pruned.push({ snapshot, ...result })
    else spared.push({ snapshot, reasons: result })
  }
  await removePins(lake, (found) => found.pin !== null && !isHolding(found, now()))
  failpoint('prune:before-release')
  return { pruned, spared, isInterrupted: false }
}
