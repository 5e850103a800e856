// What a published run came to, for whoever asks by its id again. The summary says it; a run that was
// killed between its commit and its summary is counted anew from its ledger, which has every batch.
import type { PlannedFile } from '../contracts/batch-task.ts'
import type { LakeLayout } from '../lake/lake-layout.ts'
import type { ReadLedger } from '../lake/ledger.ts'
import { readManifest } from '../lake/manifest.ts'
import { readSummary, writeSummary } from '../lake/run-summary.ts'
import type { CommittedBatch } from './land-table.ts'
import { type LoadOutcome, type TableOutcome, tableOutcome } from './load-outcome.ts'

/** The outcome of a published run; its summary is written where it was missing. The lock is held. */
export async function recallOutcome(
  lake: LakeLayout,
  run: string,
  ledger: ReadLedger,
): Promise<LoadOutcome> {
  const summary = (await readSummary(lake, run)) as LoadOutcome | null
  if (summary !== null && summary.state === 'published') return { ...summary, error: null }
  const outcome = await countAgain(lake, run, ledger)
  await writeSummary(lake, run, outcome)
  return outcome
}

async function countAgain(lake: LakeLayout, run: string, ledger: ReadLedger): Promise<LoadOutcome> {
  const end = ledger.lines.findLast((line) => line.event === 'run')
  const snapshot = end?.snapshot ?? null
  const published = snapshot === null ? null : (await readManifest(lake, snapshot)).manifest
  const tables: Record<string, TableOutcome> = {}
  for (const [table, batches] of batchesByTable(ledger)) {
    const entry = published?.tables[table]
    tables[table] = tableOutcome(batches, {
      absentColumns: entry?.absent_columns ?? [],
      skipped: (entry?.checks_not_run ?? []).map((skipped) => ({ table, ...skipped })),
      notices: [],
    })
  }
  const unchanged = published?.run !== run
  return { run, state: 'published', snapshot, unchanged, dryRun: false, tables, error: null }
}

function batchesByTable(ledger: ReadLedger): Map<string, CommittedBatch[]> {
  const tables = new Map<string, CommittedBatch[]>()
  const files = new Map<string, PlannedFile>()
  for (const line of ledger.batches.values()) {
    const key = `${line.table} ${line.file}`
    const file = files.get(key) ?? fileOf(line.file, line.file_bytes)
    files.set(key, file)
    const batch: CommittedBatch = {
      batch: line.batch,
      file,
      identity: line.identity,
      result: line.result,
      partPath: line.part,
      quarantinePath: line.quarantine,
      refusals: [],
      reusedFrom: line.reused_from ?? null,
    }
    const batches = tables.get(line.table)
    if (batches === undefined) tables.set(line.table, [batch])
    else batches.push(batch)
  }
  return tables
}

/** As much of a file as counting needs: its head was not kept. */
function fileOf(name: string, bytes: number): PlannedFile {
  const head = { dataStart: 0, fieldCount: 0, selected: [], blankLines: 0, commentLines: 0 }
  return { path: name, name, bytes, compressed: false, ...head }
}
