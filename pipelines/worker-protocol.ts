// The messages between the main thread and a worker. A worker has one request in hand at a time.
import type { BatchResult, BatchTask } from '../contracts/batch-task.ts'
import type { ErrorName } from '../contracts/errors.ts'
import type { TableJob } from './land-batch.ts'

/** A slice whose outcome an earlier run has in its ledger, and the files it left. */
export interface ReuseCandidate {
  /** Absolute path of the extract file, and the slice in it. */
  readonly path: string
  readonly start: number
  readonly end: number
  readonly sha256: string
  /** Files of the earlier run that are taken over, with what they must digest to. */
  readonly files: readonly ReusedFile[]
}

export interface ReusedFile {
  readonly from: string
  readonly to: string
  readonly bytes: number
  readonly sha256: string
}

export type WorkerRequest =
  | { readonly kind: 'job'; readonly job: TableJob }
  | { readonly kind: 'reuse'; readonly candidate: ReuseCandidate }
  | { readonly kind: 'land'; readonly task: BatchTask }

export type WorkerAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'reused'; readonly reused: boolean }
  | { readonly kind: 'landed'; readonly result: BatchResult }
  | {
      readonly kind: 'refused'
      readonly errorName: ErrorName
      readonly message: string
      readonly remedy: string
    }
  | { readonly kind: 'defect'; readonly stack: string }
