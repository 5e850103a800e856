// One line of a run's ledger. The line is written before the act it names (a batch line after the
// batch's files are flushed, for it is the commit of the batch). Audit and resume state in one;
// never holds a value of a row.
import type { BatchResult } from './batch-task.ts'
import type { RunState } from './run-state.ts'

export interface LedgerRunLine {
  readonly event: 'run'
  readonly instant: string
  readonly run: string
  readonly state: RunState
  readonly software?: string
  readonly backend?: string
  /** Tables of this run; on the lines `opened` and `staging` (of each attempt). */
  readonly tables?: readonly string[]
  readonly snapshot?: number
  readonly error?: { readonly code: string; readonly message: string }
  /** The run that took over, for `abandoned`. */
  readonly by?: string
}

export interface LedgerBatchLine {
  readonly event: 'batch'
  readonly instant: string
  readonly table: string
  readonly batch: string
  /** Extract file as the operator knows it, and its size when it was planned. */
  readonly file: string
  readonly file_bytes: number
  /** Digest of all that made the batch (see pipelines/batch-identity.ts). */
  readonly identity: string
  readonly result: BatchResult
  /** File names of part and quarantine below the run's folders; null where there is none. */
  readonly part: string | null
  readonly quarantine: string | null
  /** Rows that table checks refused; > 0 marks the second pass of a batch. */
  readonly table_refusals: number
  /** The run whose files were taken over; absent for work of this run. */
  readonly reused_from?: string
}

export type LedgerLine = LedgerRunLine | LedgerBatchLine
