// What the ledgers of a project's lake say about its runs.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { LedgerBatchLine } from '../../contracts/ledger-entry.ts'
import { lakeLayout } from '../../lake/lake-layout.ts'
import { readLedger } from '../../lake/ledger.ts'

/** Names of all runs, sorted; empty where there is no lake yet. */
export function runsOf(folder: string): string[] {
  const runs = join(folder, 'lake', 'runs')
  return existsSync(runs) ? readdirSync(runs).sort() : []
}

/** Batch lines of a run in the order of the ledger; none where it ended before its first line. */
export async function batchLines(folder: string, run: string): Promise<LedgerBatchLine[]> {
  const ledger = await readLedger(lakeLayout(join(folder, 'lake')), run).catch(() => null)
  return (ledger?.lines ?? []).filter((line): line is LedgerBatchLine => line.event === 'batch')
}

/** `batch identity` of each line: what a later run may take over. */
export const identities = (lines: readonly LedgerBatchLine[]): string[] =>
  lines.map(({ batch, identity }) => `${batch} ${identity}`).sort()
