// One load, top to bottom: lock, plan, land every batch, check the tables, seal, publish. The ledger
// line is written before the act it names; one rename is the commit; whatever happens before it leaves
// the lake as it was, and the next load carries on from what is in the ledger.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../config/limits.ts'
import { checkName, describeObservation } from '../contracts/describe-outcome.ts'
import { isLandingError } from '../contracts/errors.ts'
import { judgeDeviations } from '../contracts/judge-deviations.ts'
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
import { coveringNotices, deviationUses, manifestDeviations } from './deviation-uses.ts'
import { EarlierBatches } from './earlier-batches.ts'
import { finish, finishDryRun, hasCommitted, stop } from './end-run.ts'
import { checkTotals, extractNotices } from './extract-totals.ts'
import { giveUpKeys, landWithinCeilings } from './hold-deviations.ts'
import { type CommittedBatch, landTable, type TableLanding } from './land-table.ts'
import {
  checksNotRun,
  type LoadCounts,
  type LoadOutcome,
  noTiming,
  type TableOutcome,
  tableOutcome,
} from './load-outcome.ts'
import { isIntact, loadedTables, matchesSnapshot } from './loaded-tables.ts'
import { advance, type LoadRequest, type OpenLoad } from './open-load.ts'
import {
  contractOf,
  dayOf,
  type PlannedTable,
  planTable,
  selectTables,
  tableJob,
} from './plan-load.ts'
import { refuseMixedPatientIds } from './refuse-mixed-patient-ids.ts'
import { refuseUnpublishable } from './refuse-unpublishable.ts'
import { repeatedRun } from './repeated-run.ts'
import { newRunId } from './run-id.ts'
import {
  type CheckedSnapshot,
  checkCeilings,
  checkRefusingRules,
  checkVerdicts,
  type LandedTable,
  runTableChecks,
} from './settle-tables.ts'

/**
 * Runs a load. Refusals and faults of the run are in the outcome's `error`, and in the ledger; only
 * what stops it before there is a run (lock, project, columns never to be published) and defects of
 * the program are thrown.
 */
export async function load(request: LoadRequest): Promise<LoadOutcome> {
  // A name that is mistyped is refused before there is a run.
  const mappings = selectTables(request.project, request.tables)
  if (!request.dryRun) {
    refuseUnpublishable(mappings.map(({ table }) => contractOf(request.contracts, table)))
  }
  const lake = await openOrCreateLake(request.project.lake)
  const opened = request.now()
  const run = checkedRunId(request.runId ?? newRunId(opened, request.randomSuffix()))
  await using lock = await takeLock(lake, run, request.pid, request.now)
  const pulse = setInterval(() => void lock.touch(request.now()), limits.lockTouchMs)
  using _pulse = { [Symbol.dispose]: () => clearInterval(pulse) }
  await reconcileRuns(lake, run, request.now)
  const repeated = await repeatedRun(lake, run)
  if (repeated !== null) return repeated
  const ledger = await openLedger(lake, run)
  try {
    const previous = await currentSnapshot(lake)
    const { project, contracts } = request
    const today = dayOf(opened)
    const deviations = judgeDeviations(project.deviations, contracts, today)
    return await runLoad({ ...request, lake, run, ledger, previous, opened, today, deviations })
  } finally {
    await ledger.close()
  }
}

async function runLoad(open: OpenLoad): Promise<LoadOutcome> {
  const counts: Counts = { tables: {}, cascades: [], carried_checks: {}, timing: noTiming }
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
    return await settle(open, landed, counts)
  } catch (error) {
    if (!isLandingError(error)) {
      if (!(await hasCommitted(open))) {
        await advance(open, 'failed', { error: { code: 'SL1001', message: 'internal defect' } })
      }
      throw error
    }
    return await stop(open, counts, error)
  } finally {
    open.workers.clear()
  }
}

async function planTables(open: OpenLoad): Promise<PlannedTable[]> {
  const { project, contracts, run, today } = open
  const planned: PlannedTable[] = []
  for (const mapping of selectTables(project, open.tables)) {
    const contract = contractOf(contracts, mapping.table)
    planned.push(await planTable(project, mapping, contract, today, open.deviations))
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
  const land = (table: PlannedTable, attempt: number): Promise<LandedTable> =>
    startLanding(table, tableLanding(open, table, earlier, attempt))
  return Promise.all(planned.map((table) => landWithinCeilings(open, table, land)))
}

function tableLanding(
  open: OpenLoad,
  planned: PlannedTable,
  earlier: EarlierBatches,
  attempt: number,
): TableLanding {
  const { project, run, lake, workers, software, ledger } = open
  const table = planned.contract.id
  return {
    run,
    job: tableJob(project, planned, run, software),
    planDigest: planned.digest,
    attempt,
    files: planned.files,
    partFolder: lake.stagingParts(run, table),
    quarantineFolder: lake.quarantineTable(run, table),
    today: open.today,
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
  const batches = await landTable(landing)
  return { planned, landing, batches, firstBatches: batches, passed: new Map() }
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

/** Filled in as the load goes on, so that one that ends early tells what it has. */
interface Counts extends LoadCounts {
  tables: Record<string, TableOutcome>
  cascades: LoadCounts['cascades']
  carried_checks: LoadCounts['carried_checks']
  timing: LoadCounts['timing']
}

function countTables(
  counts: Counts,
  landed: readonly LandedTable[],
  checked: CheckedSnapshot | null,
): void {
  for (const { planned, batches, passed } of landed) {
    const { id } = planned.contract
    const told = checked?.notices.filter(({ table }) => table === id) ?? []
    const counted = tableOutcome(batches, {
      absentColumns: planned.absentColumns,
      checks: checked?.checks[id] ?? [],
      cascaded: checked?.cascades.reduce((sum, { tables }) => sum + (tables[id] ?? 0), 0) ?? 0,
      notices: [...extractNotices(planned, batches), ...told.map(({ notice }) => notice)],
    })
    const deviations = deviationUses(planned, counted, passed)
    const notices = [...counted.notices, ...coveringNotices(deviations)]
    counts.tables[id] = { ...counted, deviations, notices }
  }
  if (checked === null) return
  counts.cascades = checked.cascades
  const carried = checked.carried.map((table) => [table, checked.checks[table] ?? []])
  counts.carried_checks = Object.fromEntries(carried)
}

/** Adds what a round of checks over whole tables took. */
function countTime(counts: Counts, { spentMs, totalMs }: CheckedSnapshot): void {
  const before = counts.timing
  const asked = { ...before.table_checks }
  for (const [table, ms] of spentMs) asked[table] = (asked[table] ?? 0) + ms
  const total = before.table_checks_ms + totalMs
  counts.timing = { ...before, table_checks_ms: total, table_checks: asked }
}

function emitChecked({ run, emit }: OpenLoad, counts: Counts, checked: CheckedSnapshot): void {
  for (const [table, outcomes] of Object.entries(checked.checks)) {
    for (const outcome of outcomes) {
      const check = checkName(outcome)
      const { observed, reason } = outcome
      if (reason !== null && !checked.carried.includes(table)) {
        emit({ event: 'check:skipped', run, table, check, reason })
      }
      if (outcome.outcome !== 'warned' || observed === null) continue
      emit({ event: 'check:warned', run, table, check, observed: describeObservation(observed) })
    }
  }
  for (const [table, outcome] of Object.entries(counts.tables)) {
    const { in: rowsIn, accepted, rejected, withheld } = outcome
    emit({ event: 'table:finished', run, table, rowsIn, accepted, rejected, withheld })
  }
}

async function settle(
  open: OpenLoad,
  landed: readonly LandedTable[],
  counts: Counts,
): Promise<LoadOutcome> {
  const { lake, run, previous } = open
  countTables(counts, landed, null)
  for (const { planned, batches } of landed) await checkTotals(planned, batches)
  const outcomes = () =>
    landed.flatMap(({ planned }) => {
      const outcome = counts.tables[planned.contract.id]
      return outcome === undefined ? [] : [{ planned, outcome }]
    })
  checkRefusingRules(outcomes())
  checkCeilings(outcomes())
  let checked = await runTableChecks(open, landed)
  countTime(counts, checked)
  countTables(counts, landed, checked)
  while (await giveUpKeys(open, landed, counts.tables)) {
    checked = await runTableChecks(open, landed)
    countTime(counts, checked)
    countTables(counts, landed, checked)
  }
  emitChecked(open, counts, checked)
  checkVerdicts(checked, outcomes())
  checkCeilings(outcomes())
  const loaded = await loadedTables(open, landed, counts.tables)
  const deviations = landed.flatMap(({ planned }) => {
    const uses = counts.tables[planned.contract.id]?.deviations ?? []
    return manifestDeviations(planned.deviations, uses)
  })
  const unchanged =
    previous !== null &&
    previous.manifest.backend === open.project.backend &&
    matchesSnapshot(loaded, deviations, previous.manifest) &&
    (await isIntact(lake.snapshot(previous.manifest.snapshot), previous.manifest, loaded.keys()))
  if (open.dryRun) return await finishDryRun(open, counts, unchanged)
  if (unchanged) return await finish(open, counts, previous.manifest.snapshot, true)
  const carriedNames = Object.keys(previous?.manifest.tables ?? {}).filter((t) => !loaded.has(t))
  // What a manifest names by digest can be read back from before it is published.
  // The published contract: what deviations made of it has the same digest, and is stated beside it.
  for (const { planned } of landed) {
    await storeContract(lake, contractOf(open.contracts, planned.contract.id))
  }
  const manifest = await assembleSnapshot(lake, {
    run,
    backend: open.project.backend,
    software: open.software,
    publishedAt: open.now().toISOString(),
    loaded,
    base: previous?.manifest.snapshot ?? null,
    carried: carriedNames,
    carriedChecks: new Map(
      Object.entries(counts.carried_checks).map(([table, checks]) => [
        table,
        { checks, checks_not_run: checksNotRun(checks) },
      ]),
    ),
    deviations,
    optOuts: [],
    keyIds: [],
  })
  await advance(open, 'sealed', { snapshot: manifest.snapshot })
  open.emit({ event: 'run:sealed', run, snapshot: manifest.snapshot })
  await publishSnapshot(lake, manifest)
  return await finish(open, counts, manifest.snapshot, false)
}
