// A run id given a second time: by a scheduler that repeats itself, or after a kill. One that published
// is told again and finished where the kill left it; one that failed or was refused is taken up again.
import { existsSync } from 'node:fs'
import { LandingError } from '../contracts/errors.ts'
import type { LedgerBatchLine } from '../contracts/ledger-entry.ts'
import type { LakeLayout } from '../lake/lake-layout.ts'
import { type ReadLedger, readLedger } from '../lake/ledger.ts'
import { clearStaging } from '../lake/publish.ts'
import { readSummary, writeSummary } from '../lake/run-summary.ts'
import {
  type CountedBatch,
  type LoadOutcome,
  noTiming,
  summarisedOutcome,
  tableOutcome,
} from './load-outcome.ts'
import { removeSuperseded } from './read-quarantine.ts'

/** The outcome of a run id that has published; null for a new one or one to take up again. */
export async function repeatedRun(lake: LakeLayout, run: string): Promise<LoadOutcome | null> {
  if (!existsSync(lake.ledger(run))) return null
  const ledger = await readLedger(lake, run)
  if (ledger === null || ledger.state === 'failed' || ledger.state === 'refused') return null
  if (ledger.state !== 'published') {
    const remedy = 'Choose another --run-id, or leave it out.'
    throw new LandingError('unknown_name', `run ${run} is ${ledger.state}`, { remedy })
  }
  // The summary of an earlier attempt that was refused is not that of the one that published.
  const summary = summarisedOutcome(await readSummary(lake, run))
  const outcome = summary?.state === 'published' ? summary : outcomeOf(run, ledger)
  if (outcome !== summary) await writeSummary(lake, run, outcome)
  await removeSuperseded(lake, run)
  await clearStaging(lake, run)
  return { ...outcome, error: null }
}

/** What the ledger alone knows of a published run: all counts, but no notices. */
function outcomeOf(run: string, ledger: ReadLedger): LoadOutcome {
  const byTable = new Map<string, CountedBatch[]>()
  const names = ledger.lines.findLast((line) => line.event === 'run' && line.tables !== undefined)
  for (const table of (names?.event === 'run' && names.tables) || []) byTable.set(table, [])
  const files = new Map<string, CountedBatch['file']>()
  for (const line of ledger.batches.values()) {
    const key = `${line.table} ${line.file}`
    const file = files.get(key) ?? { name: line.file, bytes: line.file_bytes, blankLines: 0 }
    files.set(key, file)
    byTable.set(line.table, [...(byTable.get(line.table) ?? []), countedBatch(line, file)])
  }
  const facts = { absentColumns: [], checks: [], cascaded: 0, notices: [] }
  const tables = [...byTable].map(([table, batches]) => [table, tableOutcome(batches, facts)])
  const last = ledger.lines.at(-1)
  const snapshot = (last?.event === 'run' && last.snapshot) || null
  return {
    run,
    state: 'published',
    snapshot,
    unchanged: false,
    dryRun: false,
    tables: Object.fromEntries(tables),
    cascades: [],
    carried_checks: {},
    timing: noTiming,
    warnings: [],
    error: null,
  }
}

function countedBatch(line: LedgerBatchLine, file: CountedBatch['file']): CountedBatch {
  return { result: line.result, file, reusedFrom: line.reused_from ?? null }
}
