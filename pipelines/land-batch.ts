// One batch from bytes to part file, in one thread: read a slice, find its fields, coerce and check
// them into Arrow record batches, write accepted rows as Parquet and refused rows into quarantine.
// Invariant: rows in = accepted + rejected + withheld, for every record batch and for the whole.
import assert from 'node:assert'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { limits } from '../config/limits.ts'
import { type BatchResult, type BatchTask, eachRefusal } from '../contracts/batch-task.ts'
import type { CsvDialect } from '../contracts/extract.ts'
import type { FieldBatch, ParquetOptions, PartFile, SinkWriter } from '../contracts/stage.ts'
import { openParquetWriter } from '../sinks/parquet/open-parquet-writer.ts'
import { openQuarantineWriter, type QuarantineWriter } from '../sinks/quarantine.ts'
import { openFieldReader } from '../sources/csv/read.ts'
import { openTransform, type Transform } from '../transforms/run-plan.ts'
import type { TablePlan } from '../transforms/table-plan.ts'

/** What a worker must know to land any batch of one table; sent to each worker once. */
export interface TableJob {
  readonly table: string
  readonly plan: TablePlan
  readonly dialect: CsvDialect
  readonly compression: ParquetOptions['compression']
  readonly dictionary: ParquetOptions['dictionary']
  /** Key-value metadata of every part file of the table; the batch is added to it. */
  readonly metadata: Readonly<Record<string, string>>
}

interface OpenBatch {
  readonly task: BatchTask
  readonly job: TableJob
  readonly transform: Transform
  readonly columnNames: readonly string[]
  part: SinkWriter | null
  quarantine: QuarantineWriter | null
  rowsIn: number
  accepted: number
  rejected: number
}

/**
 * Lands one batch. `onFlushing` is called, and awaited, when all bytes are written and the disk has
 * the word: the thread may begin with another batch then. On any failure the files of the batch are
 * removed and the error is thrown.
 */
export async function landBatch(
  task: BatchTask,
  job: TableJob,
  onFlushing: () => Promise<void> = async () => {},
): Promise<BatchResult> {
  const reader = openFieldReader(task.file, job.dialect, task)
  const open: OpenBatch = {
    task,
    job,
    transform: openTransform(job.plan, task.refusals === null ? [] : eachRefusal(task.refusals)),
    columnNames: job.plan.columns.map((column) => column.name),
    part: null,
    quarantine: null,
    rowsIn: 0,
    accepted: 0,
    rejected: 0,
  }
  try {
    for (;;) {
      const fields = await reader.next()
      if (fields === null) break
      landRecordBatch(open, fields)
      // Lets the flush of the batch before this one end, and its answer go out.
      await nextTurn()
    }
    const slice = reader.summary()
    reader.close()
    // Its buffers serve the next batch of the thread, which begins while the disk has the word.
    open.part?.endRowGroup()
    open.transform.release()
    await onFlushing()
    return await finishBatch(open, slice)
  } catch (error) {
    open.part?.abort()
    open.quarantine?.abort()
    throw error
  } finally {
    open.transform.release()
    reader.close()
  }
}

function landRecordBatch(open: OpenBatch, fields: FieldBatch): void {
  const { task, job, transform } = open
  const { rowsIn, acceptedCount, recordBatch, rejects } = transform.apply(fields)
  assert.strictEqual(rowsIn, fields.rowCount, 'a transform answers for every row it was given')
  assert.strictEqual(rowsIn, acceptedCount + rejects.count, 'rows in = accepted + rejected')
  open.rowsIn += rowsIn
  open.accepted += acceptedCount
  open.rejected += rejects.count
  if (acceptedCount > 0) {
    open.part ??= openParquetWriter(task.partPath, {
      columns: job.plan.parquetColumns,
      compression: job.compression,
      dictionary: job.dictionary,
      metadata: { ...job.metadata, 'safelanding.batch': task.batch },
    })
    open.part.add(recordBatch)
    const heldBytes = open.part.pendingBytes + transform.dictionaryBytes
    if (
      open.part.pendingRows + limits.recordBatchRowsMax > limits.rowGroupRowsMax ||
      heldBytes > limits.rowGroupBytesMax
    ) {
      open.part.endRowGroup()
      transform.startRowGroup()
    }
  } else if (transform.dictionaryBytes > limits.rowGroupBytesMax) {
    open.part?.endRowGroup()
    transform.startRowGroup()
  }
  if (rejects.count > 0) {
    open.quarantine ??= openQuarantineWriter(task.quarantinePath, {
      run: task.run,
      table: task.table,
      batch: task.batch,
      file: task.file.name,
      columnNames: open.columnNames,
    })
    open.quarantine.add(rejects, fields)
  }
}

async function finishBatch(open: OpenBatch, slice: BatchResult['slice']): Promise<BatchResult> {
  // The disk works on both at once. Both are over before either failure is told: abort follows it.
  const committing = [open.part?.commit() ?? null, open.quarantine?.commit() ?? null] as const
  await Promise.allSettled(committing)
  const part: PartFile | null = await committing[0]
  const quarantine = await committing[1]
  assert.strictEqual(slice.rowCount, open.rowsIn, 'every record of the slice was handed on')
  assert.strictEqual(part?.rows ?? 0, open.accepted, 'every accepted row is in the part file')
  assert.strictEqual(quarantine?.rows ?? 0, open.rejected, 'every refused row is in quarantine')
  return {
    batch: open.task.batch,
    slice,
    rowsIn: open.rowsIn,
    accepted: open.accepted,
    rejected: open.rejected,
    withheld: 0,
    rules: open.transform.ruleCounts(),
    warnings: open.transform.warnings(),
    nulled: open.transform.nulled(),
    refusing: open.transform.refusing(),
    coercions: open.transform.coercions(),
    futureDates: open.transform.futureDates(),
    part,
    quarantine,
  }
}
