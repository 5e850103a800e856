// What runs were, for people and machines: read from ledgers and summaries, which hold no values.
import type { DeviationUse } from '../contracts/deviation-use.ts'
import type { LedgerBatchLine } from '../contracts/ledger-entry.ts'
import type { RunState } from '../contracts/run-state.ts'
import type { LakeLayout } from '../lake/lake-layout.ts'
import { listRuns, openedInstant, readLedger } from '../lake/ledger.ts'
import { readSummary } from '../lake/run-summary.ts'
import { type LoadOutcome, summarisedOutcome } from './load-outcome.ts'

export interface RunReport {
  readonly run: string
  readonly state: RunState
  readonly opened: string
  readonly ended: string
  readonly snapshot: number | null
  readonly tables: readonly string[]
  readonly batches: number
  readonly in: number
  readonly accepted: number
  readonly rejected: number
  readonly withheld: number
  readonly error: { readonly code: string; readonly message: string } | null
}

/** One run, from its ledger. Errors: unknown_name, lake_damaged. */
export async function readRun(lake: LakeLayout, run: string): Promise<RunReport> {
  const ledger = await readLedger(lake, run)
  if (ledger === null) throw new Error(`the ledger of run ${run} is empty`)
  const lines = ledger.lines.filter((line) => line.event === 'run')
  const [first] = lines
  const last = lines[lines.length - 1]
  const batches = [...ledger.batches.values()]
  const sum = (of: (batch: LedgerBatchLine) => number): number =>
    batches.reduce((total, batch) => total + of(batch), 0)
  return {
    run,
    state: ledger.state,
    opened: first?.instant ?? '',
    ended: last?.instant ?? '',
    snapshot: ledger.state === 'published' ? (last?.snapshot ?? null) : null,
    tables: lines.findLast((line) => line.tables !== undefined)?.tables ?? [],
    batches: batches.length,
    in: sum(({ result }) => result.rowsIn),
    accepted: sum(({ result }) => result.accepted),
    rejected: sum(({ result }) => result.rejected),
    withheld: sum(({ result }) => result.withheld),
    error: last?.error ?? null,
  }
}

/** Runs, newest first, at most `limit`. */
export async function readRuns(lake: LakeLayout, limit: number): Promise<RunReport[]> {
  const runs: RunReport[] = []
  for (const run of (await newestRuns(lake)).slice(0, limit)) runs.push(await readRun(lake, run))
  return runs
}

/**
 * Ids by the instant they were opened, newest first. Ids of an outside scheduler (`nightly-7`) do not
 * sort by time, and would hide every run with an id of ours behind them.
 */
async function newestRuns(lake: LakeLayout): Promise<string[]> {
  const opened: { readonly run: string; readonly instant: string }[] = []
  for (const run of await listRuns(lake)) {
    opened.push({ run, instant: (await openedInstant(lake, run)) ?? '' })
  }
  opened.reverse().sort((left, right) => byText(right.instant, left.instant))
  return opened.map(({ run }) => run)
}

const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** The counts by table that the run ended with; null where it did not come so far. */
export async function readOutcome(lake: LakeLayout, run: string): Promise<LoadOutcome | null> {
  return summarisedOutcome(await readSummary(lake, run))
}

/** Runs whose summaries are looked through for the last use of an entry. */
const runsLookedAt = 50

/** What the newest run that landed its table says of each entry of the register, by id. */
export async function lastDeviationUses(
  lake: LakeLayout,
): Promise<Map<string, DeviationUse & { readonly run: string }>> {
  const uses = new Map<string, DeviationUse & { readonly run: string }>()
  for (const run of (await newestRuns(lake)).slice(0, runsLookedAt)) {
    const tables = Object.values((await readOutcome(lake, run))?.tables ?? {})
    for (const use of tables.flatMap(({ deviations }) => deviations)) {
      if (!uses.has(use.id)) uses.set(use.id, { ...use, run })
    }
  }
  return uses
}

/** The run meant by an optional argument: the one named, or the newest there is; null for none. */
export async function chooseRun(
  lake: LakeLayout,
  named: string | undefined,
): Promise<string | null> {
  if (named !== undefined) {
    await readLedger(lake, named)
    return named
  }
  return (await newestRuns(lake))[0] ?? null
}
