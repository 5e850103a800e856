// Lands all batches of one table. Slices of a file are landed side by side, each from a guessed record
// boundary; a batch is committed (one ledger line) only when it starts where the batch before it
// ended, and a wrong guess is done again from the right place. Committed batches are in file order.
import assert from 'node:assert'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { BatchResult, BatchTask, PlannedFile, TableRefusals } from '../contracts/batch-task.ts'
import type { LedgerBatchLine } from '../contracts/ledger-entry.ts'
import type { SliceRange } from '../sources/csv/read.ts'
import { batchIdentity, refusalsDigest } from './batch-identity.ts'
import type { EarlierBatches } from './earlier-batches.ts'
import type { TableJob } from './land-batch.ts'
import type { Workers } from './workers.ts'

/** A batch whose line is in the ledger: its outcome and the files that hold it. */
export interface CommittedBatch {
  readonly batch: string
  readonly file: PlannedFile
  readonly identity: string
  readonly result: BatchResult
  readonly partPath: string | null
  readonly quarantinePath: string | null
  /** The earlier run whose files were taken over; null for work of this run. */
  readonly reusedFrom: string | null
}

export interface TableLanding {
  readonly run: string
  readonly job: TableJob
  readonly planDigest: string
  /** Counts the tries of a run to land the table, from 0: each has files of its own. */
  readonly attempt: number
  readonly files: readonly { readonly file: PlannedFile; readonly slices: readonly SliceRange[] }[]
  readonly partFolder: string
  readonly quarantineFolder: string
  /** Day of the load, YYYY-MM-DD. */
  readonly today: string
  readonly workers: Workers
  readonly earlier: EarlierBatches
  /** Appends the line: the commit of the batch. */
  readonly commit: (line: Omit<LedgerBatchLine, 'instant' | 'event'>) => Promise<void>
  /** Called once per committed batch, in order. */
  readonly onBatch: (batch: CommittedBatch) => void
}

interface NumberedSlice extends SliceRange {
  readonly batch: string
  readonly number: number
  readonly file: PlannedFile
}

/** Rows that table checks refuse: their arrays leave this thread with the task, these words stay. */
interface Refusals {
  readonly rows: TableRefusals
  readonly count: number
  readonly digest: string | null
}

interface LandedSlice {
  readonly result: BatchResult
  readonly identity: string
  readonly partName: string | null
  readonly quarantineName: string | null
  readonly reusedFrom: string | null
}

/** Lands every slice of every file; rejects with the first error, after nothing more is started. */
export async function landTable(landing: TableLanding): Promise<CommittedBatch[]> {
  const numbered = numberSlices(landing)
  const landed = numbered.map((slice) => landSlice(landing, slice, null))
  // An error of a later slice must not be an unhandled rejection while an earlier one is awaited.
  for (const promise of landed) promise.catch(() => {})
  const committed: CommittedBatch[] = []
  let expectedStart = 0
  let previousFile: PlannedFile | null = null
  for (const [index, slice] of numbered.entries()) {
    if (slice.file !== previousFile) expectedStart = slice.start
    previousFile = slice.file
    let outcome = await landed[index]!
    if (outcome.result.slice.start !== expectedStart) {
      removeFiles(landing, outcome)
      const exact = { ...slice, start: expectedStart, startIsExact: true }
      outcome = await landSlice(landing, exact, null)
      assert.strictEqual(outcome.result.slice.start, expectedStart, 'an exact start is kept')
    }
    expectedStart = outcome.result.slice.end
    const batch = await commitSlice(landing, slice, outcome, 0)
    committed.push(batch)
    landing.onBatch(batch)
    const isLast = numbered[index + 1]?.file !== slice.file
    if (isLast && !slice.file.compressed) {
      assert.strictEqual(expectedStart, slice.file.bytes, 'every byte of a file is in a batch')
    }
  }
  return committed
}

/** Lands a committed batch again with rows refused by table checks; replaces its part file. */
export async function landAgain(
  landing: TableLanding,
  batch: CommittedBatch,
  rows: TableRefusals,
): Promise<CommittedBatch> {
  const refusals = { rows, count: rows.ordinals.length, digest: refusalsDigest(rows) }
  const number = Number(batch.batch.slice(batch.batch.lastIndexOf(':') + 1))
  const { start, end } = batch.result.slice
  const slice = { batch: batch.batch, number, file: batch.file, start, end, startIsExact: true }
  const outcome = await landSlice(landing, slice, refusals)
  assert.strictEqual(outcome.result.slice.end, end, 'a second pass reads the same slice')
  assert.strictEqual(outcome.result.accepted, batch.result.accepted - refusals.count)
  return commitSlice(landing, slice, outcome, refusals.count)
}

function numberSlices(landing: TableLanding): NumberedSlice[] {
  const numbered: NumberedSlice[] = []
  for (const { file, slices } of landing.files) {
    for (const slice of slices) {
      const number = numbered.length + 1
      numbered.push({ ...slice, file, number, batch: batchName(landing.job.table, number) })
    }
  }
  return numbered
}

function batchName(table: string, number: number): string {
  return `${table}:${String(number).padStart(4, '0')}`
}

/** Files are named by run and batch; a second pass has a name of its own, for none is reused. */
function fileName(
  { run, attempt }: TableLanding,
  number: number,
  refusals: Refusals | null,
): string {
  const again = attempt > 0 ? `-again${attempt}` : ''
  const pass = refusals === null ? '' : '-checked'
  return `${run}.${String(number).padStart(4, '0')}${again}${pass}.parquet`
}

async function landSlice(
  landing: TableLanding,
  slice: NumberedSlice,
  refusals: Refusals | null,
): Promise<LandedSlice> {
  const reused = await reuseEarlier(landing, slice, refusals)
  if (reused !== null) return reused
  const name = fileName(landing, slice.number, refusals)
  const task: BatchTask = {
    run: landing.run,
    table: landing.job.table,
    batch: slice.batch,
    file: slice.file,
    start: slice.start,
    end: slice.end,
    startIsExact: slice.startIsExact,
    refusals: refusals?.rows ?? null,
    partPath: join(landing.partFolder, name),
    quarantinePath: join(landing.quarantineFolder, name),
  }
  // A run that is taken up again may have left a file that no ledger line vouches for.
  rmSync(task.partPath, { force: true })
  rmSync(task.quarantinePath, { force: true })
  const result = await landing.workers.land(task, landing.job)
  return {
    result,
    identity: batchIdentity(landing.planDigest, slice.file, result, refusals?.digest ?? null),
    partName: result.part === null ? null : name,
    quarantineName: result.quarantine === null ? null : name,
    reusedFrom: null,
  }
}

async function reuseEarlier(
  landing: TableLanding,
  slice: NumberedSlice,
  refusals: Refusals | null,
): Promise<LandedSlice | null> {
  const { planDigest, earlier: batches } = landing
  const exactStart = slice.startIsExact ? slice.start : null
  const earlier = batches.find(
    planDigest,
    slice.batch,
    slice.file,
    exactStart,
    refusals?.digest ?? null,
    landing.today,
  )
  if (earlier === null) return null
  const { line } = earlier
  // The digest of a compressed slice is that of the whole file: its offsets are those of the text.
  const { path, compressed, bytes } = slice.file
  const reused = await landing.workers.reuse({
    path,
    start: compressed ? 0 : line.result.slice.start,
    end: compressed ? bytes : line.result.slice.end,
    fingerprint: line.result.slice.fingerprint,
    files: earlier.files(landing.partFolder, landing.quarantineFolder),
  })
  if (!reused) return null
  return {
    result: line.result,
    identity: line.identity,
    partName: line.part,
    quarantineName: line.quarantine,
    reusedFrom: earlier.run,
  }
}

async function commitSlice(
  landing: TableLanding,
  slice: NumberedSlice,
  outcome: LandedSlice,
  tableRefusals: number,
): Promise<CommittedBatch> {
  const { result, identity, partName, quarantineName, reusedFrom } = outcome
  const { rowsIn, accepted, rejected, withheld } = result
  assert.strictEqual(
    rowsIn,
    accepted + rejected + withheld,
    'rows in = accepted + rejected + withheld',
  )
  await landing.commit({
    table: landing.job.table,
    batch: slice.batch,
    file: slice.file.name,
    file_bytes: slice.file.bytes,
    identity,
    result,
    part: partName,
    quarantine: quarantineName,
    table_refusals: tableRefusals,
    ...(reusedFrom === null ? {} : { reused_from: reusedFrom }),
  })
  return {
    batch: slice.batch,
    file: slice.file,
    identity,
    result,
    partPath: partName === null ? null : join(landing.partFolder, partName),
    quarantinePath: quarantineName === null ? null : join(landing.quarantineFolder, quarantineName),
    reusedFrom,
  }
}

function removeFiles(landing: TableLanding, outcome: LandedSlice): void {
  const { partName, quarantineName } = outcome
  if (partName !== null) rmSync(join(landing.partFolder, partName), { force: true })
  if (quarantineName !== null)
    rmSync(join(landing.quarantineFolder, quarantineName), { force: true })
}
