// What a load is asked to do, and what it holds while it runs: its id, its ledger, the lake, and the
// snapshot that was current when it began.
import type { EmitEvent } from '../contracts/events.ts'
import type { Project } from '../contracts/extract.ts'
import type { JudgedDeviation } from '../contracts/judge-deviations.ts'
import type { LedgerRunLine } from '../contracts/ledger-entry.ts'
import type { RunState } from '../contracts/run-state.ts'
import type { TableContract } from '../contracts/table-contract.ts'
import type { LakeLayout } from '../lake/lake-layout.ts'
import type { LedgerWriter } from '../lake/ledger.ts'
import type { ReadManifest } from '../lake/manifest.ts'
import type { Workers } from './workers.ts'

export interface LoadRequest {
  readonly project: Project
  readonly contracts: ReadonlyMap<string, TableContract>
  /** Names of tables; empty: all of the project. */
  readonly tables: readonly string[]
  readonly dryRun: boolean
  /** Given by an outside scheduler: the same id never publishes twice. */
  readonly runId: string | null
  readonly workers: Workers
  /** What references of the project file resolved to: kept out of ledger and summary. */
  readonly secrets: ReadonlySet<string>
  readonly software: string
  readonly pid: number
  readonly now: () => Date
  /** Hex digits for the run id. */
  readonly randomSuffix: () => string
  readonly emit: EmitEvent
}

/** A load under way. */
export interface OpenLoad extends LoadRequest {
  readonly lake: LakeLayout
  readonly run: string
  /** When the load began. */
  readonly opened: Date
  /** Day on which the load began, in UTC: YYYY-MM-DD. */
  readonly today: string
  readonly ledger: LedgerWriter
  readonly previous: ReadManifest | null
  /** The register as it stands on that day. */
  readonly deviations: readonly JudgedDeviation[]
}

/** Writes the run's next state into its ledger; resolves when the line is on disk. */
export async function advance(
  open: OpenLoad,
  state: RunState,
  more: Omit<Partial<LedgerRunLine>, 'event' | 'instant' | 'run' | 'state'>,
): Promise<void> {
  const instant = open.now().toISOString()
  await open.ledger.append({ event: 'run', instant, run: open.run, state, ...more })
}
