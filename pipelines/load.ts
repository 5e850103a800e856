// One load, top to bottom: lock, plan, land every batch, check the tables, seal, publish. The ledger
// line is written before the act it names; one rename is the commit; whatever happens before it leaves
// the lake as it was, and the next load carries on from what is in the ledger.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../config/limits.ts'
import { isLandingError } from '../contracts/errors.ts'
import type { LedgerBatchLine } from '../contracts/ledger-entry.ts'
import { assembleSnapshot } from '../lake/assemble.ts'
import { makeFolderDurably } from '../lake/durable-files.ts'
import { checkedRunId, openOrCreateLake } from '../lake/lake-layout.ts'
import { listRuns, openLedger, readLedger } from '../lake/ledger.ts'
import { takeLock } from '../lake/lock.ts'
import { currentSnapshot } from '../lake/manifest.ts'
import { publishSnapshot } from '../lake/publish.ts'
import { reconcileRuns } from '../lake/reconcile-runs.ts'
import { storeContract } from '../lake/stored-contracts.ts'
import { EarlierBatches } from './earlier-batches.ts'
import { finish, finishDryRun, hasCommitted, stop } from './end-run.ts'
import { checkTotals, extractNotices } from './extract-totals.ts'
import { type CommittedBatch, landTable, type TableLanding } from './land-table.ts'
import { type LoadOutcome, type TableOutcome, tableOutcome } from './load-outcome.ts'
import { isIntact, loadedTables, matchesSnapshot } from './loaded-tables.ts'
import { advance, type LoadRequest, type OpenLoad } from './open-load.ts'
import { contractOf, type PlannedTable, planTable, selectTables, tableJob } from './plan-load.ts'
import { refuseMixedPatientIds } from './refuse-mixed-patient-ids.ts'
import { repeatedRun } from './repeated-run.ts'
import {
  type CarriedTables,
  checkCeilings,
  type LandedTable,
  runTableChecks,
} from './settle-tables.ts'
import type { SkippedCheck } from './table-checks.ts'

/** `20261122T020000Z-7f3a`: sorts by time. */
export function newRunId(now: Date, suffix: string): string {
  return `${now.toISOString().replace(/[-:]|\.\d+/g, '')}-${suffix}`
}

/**
 * Runs a load. Refusals and faults of the run are in the outcome's `error`, and in the ledger; only
 * what stops it before there is a run (lock, project) and defects of the program are thrown.
 */
export async function load(request: LoadRequest): Promise<LoadOutcome> {
  // A name that is mistyped is refused before there is a run.
  selectTables(request.project, request.tables)
  const lake = await openOrCreateLake(request.project.lake)
  const run = checkedRunId(request.runId ?? newRunId(request.now(), request.randomSuffix()))
  await using lock = await takeLock(lake, run, request.pid, request.now)
  const pulse = setInterval(() => void lock.touch(request.now()), limits.lockTouchMs)
  using _pulse = { [Symbol.dispose]: () => clearInterval(pulse) }
  await reconcileRuns(lake, run, request.now)
  const repeated = await repeatedRun(lake, run)
  if (repeated !== null) return repeated
  const ledger = await openLedger(lake, run)
  try {
    const previous = await currentSnapshot(lake)
    return await runLoad({ ...request, lake, run, ledger, previous })
  } finally {
    await ledger.close()
  }
}

async function runLoad(open: OpenLoad): Promise<LoadOutcome> {
  const tables: Record<string, TableOutcome> = {}
  try {
    const names = selectTables(open.project, open.tables).map(({ table }) => table)
    if (open.ledger.state === null) {
      const { software, project } = open
      await advance(open, 'opened', { software, backend: project.backend, tables: names })
    } else {
      // A run that is taken up again is under way before it can fail again.
      await advance(open, 'staging', { tables: names })
    }
    const planned = await planTables(open)
    refuseMixedPatientIds(open, planned)
    if (open.ledger.state !== 'staging') await advance(open, 'staging', { tables: names })
    const landed = await landTables(open, planned)
    return await settle(open, landed, tables)
  } catch (error) {
    if (!isLandingError(error)) {
      if (!(await hasCommitted(open))) {
        await advance(open, 'failed', { error: { code: 'SL1001', message: 'internal defect' } })
      }
      throw error
    }
    return await stop(open, tables, error)
  } finally {
    open.workers.clear()
  }
}

async function planTables(open: OpenLoad): Promise<PlannedTable[]> {
  const { project, contracts, run } = open
  const planned: PlannedTable[] = []
  for (const mapping of selectTables(project, open.tables)) {
    planned.push(await planTable(project, mapping, contractOf(contracts, mapping.table)))
  }
  const files = planned.flatMap((table) => table.files)
  open.emit({
    event: 'run:opened',
    run,
    tables: planned.map(({ contract }) => contract.id),
    batches: files.reduce((total, { slices }) => total + slices.length, 0),
    bytes: files.reduce((total, { file }) => total + file.bytes, 0),
  })
  return planned
}

async function landTables(
  open: OpenLoad,
  planned: readonly PlannedTable[],
): Promise<LandedTable[]> {
  const earlier = await findEarlierBatches(open)
  const landings = planned.map((table) => startLanding(table, tableLanding(open, table, earlier)))
  return Promise.all(landings)
}

function tableLanding(
  open: OpenLoad,
  planned: PlannedTable,
  earlier: EarlierBatches,
): TableLanding {
  const { project, run, lake, workers, software, ledger } = open
  const table = planned.contract.id
  return {
    run,
    job: tableJob(project, planned, run, software),
    planDigest: planned.digest,
    files: planned.files,
    partFolder: lake.stagingParts(run, table),
    quarantineFolder: lake.quarantineTable(run, table),
    workers,
    earlier,
    commit: (line) => ledger.append({ event: 'batch', instant: open.now().toISOString(), ...line }),
    onBatch: (batch) => emitBatch(open, planned, batch),
  }
}

function emitBatch(open: OpenLoad, planned: PlannedTable, committed: CommittedBatch): void {
  const { batch, result, reusedFrom, file } = committed
  const { run, emit } = open
  const table = planned.contract.id
  if (reusedFrom !== null) emit({ event: 'batch:reused', run, table, batch, from: reusedFrom })
  const { rowsIn, accepted, rejected, withheld, slice } = result
  const bytes = file.compressed ? file.bytes : slice.end - slice.start
  emit({ event: 'batch:committed', run, table, batch, rowsIn, accepted, rejected, withheld, bytes })
  if (rejected === 0) return
  const { rejectCeiling } = planned.mapping
  const permitted =
    rejectCeiling.kind === 'count' ? rejectCeiling.count > 0 : rejectCeiling.share > 0
  emit({ event: 'batch:refused', run, table, batch, rules: result.rules, permitted })
}

async function startLanding(planned: PlannedTable, landing: TableLanding): Promise<LandedTable> {
  await makeFolderDurably(landing.partFolder)
  await makeFolderDurably(landing.quarantineFolder, 0o700)
  return { planned, landing, batches: await landTable(landing) }
}

/** Batches of runs that left staged files, and those behind the current snapshot. */
async function findEarlierBatches(open: OpenLoad): Promise<EarlierBatches> {
  const earlier = new EarlierBatches()
  const { lake, previous } = open
  const add = async (run: string, partFolder: (table: string) => string): Promise<void> => {
    const ledger = await readLedger(lake, run).catch(() => null)
    const lines = (ledger?.lines ?? []).filter((line): line is LedgerBatchLine => {
      return line.event === 'batch'
    })
    earlier.add(run, lines, partFolder, (table) => lake.quarantineTable(run, table))
  }
  if (previous !== null) {
    const folder = lake.snapshot(previous.manifest.snapshot)
    const runs = new Set(Object.values(previous.manifest.tables).map(({ run }) => run))
    for (const run of runs) await add(run, (table) => join(folder, table))
  }
  for (const run of await listRuns(lake)) {
    if (!existsSync(lake.stagingRun(run))) continue
    await add(run, (table) => lake.stagingParts(run, table))
  }
  return earlier
}

async function settle(
  open: OpenLoad,
  landed: readonly LandedTable[],
  tables: Record<string, TableOutcome>,
): Promise<LoadOutcome> {
  const { lake, run, previous } = open
  const count = (skipped: readonly SkippedCheck[]): void => {
    for (const { planned, batches } of landed) {
      const { id } = planned.contract
      tables[id] = tableOutcome(batches, {
        absentColumns: planned.absentColumns,
        skipped: skipped.filter(({ table }) => table === id),
        notices: extractNotices(planned, batches),
      })
    }
  }
  count([])
  for (const { planned, batches } of landed) await checkTotals(planned, batches)
  const outcomes = () =>
    landed.flatMap(({ planned }) => {
      const outcome = tables[planned.contract.id]
      return outcome === undefined ? [] : [{ planned, outcome }]
    })
  checkCeilings(outcomes())
  const carried = carriedTables(open, landed)
  const spillFolder = join(lake.stagingRun(run), 'table-checks')
  const skipped = await runTableChecks(landed, carried, spillFolder, open.workers.count)
  count(skipped)
  for (const { table, check, reason } of skipped) {
    open.emit({ event: 'check:skipped', run, table, check, reason })
  }
  for (const [table, { in: rowsIn, accepted, rejected, withheld }] of Object.entries(tables)) {
    open.emit({ event: 'table:finished', run, table, rowsIn, accepted, rejected, withheld })
  }
  checkCeilings(outcomes())
  const loaded = await loadedTables(open, landed, tables)
  const unchanged =
    previous !== null &&
    previous.manifest.backend === open.project.backend &&
    matchesSnapshot(loaded, previous.manifest) &&
    (await isIntact(lake.snapshot(previous.manifest.snapshot), previous.manifest, loaded.keys()))
  if (open.dryRun) return await finishDryRun(open, tables, unchanged)
  if (unchanged) return await finish(open, tables, previous.manifest.snapshot, true)
  const carriedNames = Object.keys(previous?.manifest.tables ?? {}).filter((t) => !loaded.has(t))
  // What a manifest names by digest can be read back from before it is published.
  for (const { planned } of landed) await storeContract(lake, planned.contract)
  const manifest = await assembleSnapshot(lake, {
    run,
    backend: open.project.backend,
    software: open.software,
    publishedAt: open.now().toISOString(),
    loaded,
    base: previous?.manifest.snapshot ?? null,
    carried: carriedNames,
    deviations: [],
    optOuts: [],
    keyIds: [],
  })
  await advance(open, 'sealed', { snapshot: manifest.snapshot })
  open.emit({ event: 'run:sealed', run, snapshot: manifest.snapshot })
  await publishSnapshot(lake, manifest)
  return await finish(open, tables, manifest.snapshot, false)
}

function carriedTables(open: OpenLoad, landed: readonly LandedTable[]): CarriedTables | null {
  const { previous, lake, contracts } = open
  if (previous === null) return null
  const names = new Set(landed.map(({ planned }) => planned.contract.id))
  const carried = Object.keys(previous.manifest.tables).filter((table) => !names.has(table))
  return {
    folder: lake.snapshot(previous.manifest.snapshot),
    manifest: previous.manifest,
    contracts: carried.flatMap((table) => contracts.get(table) ?? []),
  }
}
