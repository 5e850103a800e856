// The messages between the main thread and a worker. A worker works on one request at a time; beside
// it the files of the one before may still be on their way to the disk.
import type { BatchResult, BatchTask } from '../contracts/batch-task.ts'
import type { ErrorName } from '../contracts/errors.ts'
import type { TableJob } from './land-batch.ts'

/** A slice whose outcome an earlier run has in its ledger, and the files it left. */
export interface ReuseCandidate {
  /** Absolute path of the extract file, and the bytes of the slice in it, as they lie on disk. */
  readonly path: string
  readonly start: number
  readonly end: number
  readonly fingerprint: string
  /** Files of the earlier run that are taken over, with what they must digest to. */
  readonly files: readonly ReusedFile[]
}

export interface ReusedFile {
  readonly from: string
  readonly to: string
  readonly bytes: number
  readonly sha256: string
}

export interface RequestMessage {
  readonly id: number
  readonly request: WorkerRequest
}

export interface AnswerMessage {
  /** Of the request. */
  readonly id: number
  readonly answer: WorkerAnswer
}

export type WorkerRequest =
  | { readonly kind: 'job'; readonly job: TableJob }
  | { readonly kind: 'reuse'; readonly candidate: ReuseCandidate }
  | { readonly kind: 'land'; readonly task: BatchTask }

export type WorkerAnswer =
  | { readonly kind: 'ready' }
  /** Not the last word: the thread is free for another request, the result follows. */
  | { readonly kind: 'flushing' }
  | { readonly kind: 'reused'; readonly reused: boolean }
  | { readonly kind: 'landed'; readonly result: BatchResult }
  | {
      readonly kind: 'refused'
      readonly errorName: ErrorName
      readonly message: string
      readonly remedy: string
    }
  | { readonly kind: 'defect'; readonly stack: string }
