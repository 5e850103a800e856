// `snapshots prune`: what goes and what stays, and why, in a table; a question; then the deletion.
import { softwareVersion } from '../../config/version.ts'
import { LandingError } from '../../contracts/errors.ts'
import type { PruneChoice, PrunePolicy } from '../../lake/choose-pruned.ts'
import type { LakeLayout } from '../../lake/lake-layout.ts'
import {
  isDeleted,
  type PruneOutcome,
  type PrunePlan,
  type PruneRequest,
  planPrune,
  prune,
} from '../../pipelines/prune.ts'
import { askYes } from '../ask.ts'
import type { CommandContext, VerbOutcome } from '../command-context.ts'
import { textTable } from '../text-table.ts'

export interface PruneOptions {
  readonly keep?: number
  readonly olderThan?: { readonly text: string; readonly ms: number }
  readonly dryRun?: boolean
  readonly yes?: boolean
}

function policyOf({ keep, olderThan }: PruneOptions): PrunePolicy {
  if (keep === undefined && olderThan === undefined) {
    throw new LandingError('usage', 'prune needs --keep, --older-than or both')
  }
  const rule = [
    ...(keep === undefined ? [] : [`keep ${keep}`]),
    ...(olderThan === undefined ? [] : [`older than ${olderThan.text}`]),
  ]
  return { keep: keep ?? null, olderThanMs: olderThan?.ms ?? null, rule: rule.join(', ') }
}

const words: Readonly<Record<PruneChoice['action'], string>> = {
  delete: 'delete',
  finish: 'delete (begun earlier)',
  restore: 'keep (mark taken back)',
  keep: 'keep',
  pruned: 'pruned',
}

/** Runs the verb. */
export async function runPrune(
  context: CommandContext,
  lake: LakeLayout,
  options: PruneOptions,
): Promise<VerbOutcome> {
  const request: PruneRequest = {
    ...{ lake, policy: policyOf(options), signal: context.signal },
    software: `safelanding ${softwareVersion}`,
    pid: process.pid,
    now: () => new Date(),
  }
  const plan = await planPrune(request)
  await tellPlan(context, plan)
  const chosen = plan.choices.filter(isDeleted)
  const kept = plan.choices.filter(({ action }) => action === 'keep' || action === 'restore')
  const counts = { kept: kept.length, dry_run: options.dryRun === true }
  const nothing = { pruned: [], spared: [], ...counts, files: 0, bytes: 0, freed: 0 }
  const isIdle = plan.choices.every(({ action }) => action === 'keep' || action === 'pruned')
  if (isIdle || options.dryRun === true) {
    if (isIdle) context.output.story('nothing to prune')
    return { finished: nothing }
  }
  if (chosen.length > 0 && options.yes !== true) {
    const numbers = chosen.map(({ snapshot }) => snapshot).reverse()
    const question = `Delete the data files of ${numbers.length} snapshots for good?`
    if (!(await askYes(context, question))) {
      context.output.story('nothing was deleted')
      return { finished: nothing }
    }
  }
  const working = prune(request, plan)
  // An interrupt waits for the snapshot under way, so that the lock is given back.
  const forget = context.onInterrupt(async () => void (await working.catch(() => undefined)))
  try {
    return { finished: { ...tellOutcome(context, await working), ...counts } }
  } finally {
    forget()
  }
}

async function tellPlan({ output }: CommandContext, plan: PrunePlan): Promise<void> {
  const shown = plan.choices.filter(({ action }) => action !== 'pruned')
  const rows = shown.map(({ snapshot, action, reasons }) => {
    const measure = plan.measures.get(snapshot)
    return [
      ...[snapshot, words[action], measure?.files ?? '', measure?.bytes ?? ''],
      ...[measure?.frees ?? '', reasons.join('; ')],
    ]
  })
  for (const { snapshot, action, reasons } of shown) {
    output.event('prune', { snapshot, action, reasons, ...plan.measures.get(snapshot) })
  }
  const header = ['snapshot', 'action', 'files', 'bytes', 'frees', 'why it stays']
  for (const line of textTable(header, rows)) await output.data(`${line}\n`)
  const before = plan.choices.length - shown.length
  if (before > 0) output.story(`${before} snapshots were pruned before`)
  const chosen = shown.filter(isDeleted)
  if (chosen.length === 0) return
  const frees = [...plan.measures.values()].reduce((sum, one) => sum + one.frees, 0)
  output.story(`${chosen.length} snapshots to delete, which frees ${frees} bytes`)
}

function tellOutcome({ output }: CommandContext, outcome: PruneOutcome) {
  const { pruned, spared, isInterrupted } = outcome
  for (const { snapshot, reasons } of spared) {
    output.warn(`snapshot ${snapshot} is kept after all: ${reasons.join('; ')}`)
  }
  const sum = (name: 'files' | 'bytes' | 'frees') =>
    pruned.reduce((total, one) => total + one[name], 0)
  const [files, bytes, freed] = [sum('files'), sum('bytes'), sum('frees')]
  const what = `${pruned.length} snapshots, ${files} files of ${bytes} bytes`
  output.story(`deleted ${what}; ${freed} bytes are free again`)
  if (isInterrupted) output.warn('interrupted: the rest stays until the next prune')
  const numbers = pruned.map(({ snapshot }) => snapshot)
  return { pruned: numbers, spared, files, bytes, freed }
}
