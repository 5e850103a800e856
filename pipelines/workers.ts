// The pool of worker threads. p-queue bounds what is in flight to one request a worker; a worker that
// dies fails its request and the run, for nothing is known about what it left half done.
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import PQueue from 'p-queue'
import { limits } from '../config/limits.ts'
import type { BatchResult, BatchTask } from '../contracts/batch-task.ts'
import { LandingError } from '../contracts/errors.ts'
import type { TableJob } from './land-batch.ts'
import type { ReuseCandidate, WorkerAnswer, WorkerRequest } from './worker-protocol.ts'

/** One thread per core unless the operator says otherwise. */
export function defaultWorkerCount(): number {
  return Math.max(1, Math.min(limits.workersMax, availableParallelism()))
}

interface IdleWorker {
  readonly worker: Worker
  readonly jobs: Set<string>
}

export class Workers {
  readonly count: number
  readonly #idle: IdleWorker[] = []
  readonly #all: Worker[] = []
  readonly #queue: PQueue
  #lost: Error | null = null

  /** Threads start at once and load their modules while the caller goes on. */
  constructor(count: number) {
    this.count = count
    this.#queue = new PQueue({ concurrency: count })
    for (let i = 0; i < count; i++) {
      const worker = new Worker(new URL('./worker.js', import.meta.url))
      worker.on('error', (error) => {
        this.#lost ??= error
      })
      worker.on('exit', () => {
        this.#lost ??= new Error('the thread ended')
      })
      this.#all.push(worker)
      this.#idle.push({ worker, jobs: new Set() })
    }
  }

  /** Lands one batch on the next free worker. */
  async land(task: BatchTask, job: TableJob): Promise<BatchResult> {
    const answer = await this.#enqueue({ kind: 'land', task }, job)
    if (answer.kind !== 'landed') throw new Error(`a worker answered ${answer.kind} to land`)
    return answer.result
  }

  /** True when the slice is unchanged and the files of the earlier run were taken over. */
  async reuse(candidate: ReuseCandidate): Promise<boolean> {
    const answer = await this.#enqueue({ kind: 'reuse', candidate }, null)
    if (answer.kind !== 'reused') throw new Error(`a worker answered ${answer.kind} to reuse`)
    return answer.reused
  }

  /** Drops what has not started; what is running is ended by close(). */
  clear(): void {
    this.#queue.clear()
  }

  async close(): Promise<void> {
    this.#queue.clear()
    this.#lost ??= new Error('the pool is closed')
    await Promise.all(this.#all.map((worker) => worker.terminate()))
  }

  #enqueue(request: WorkerRequest, job: TableJob | null): Promise<WorkerAnswer> {
    return this.#queue.add(async () => {
      const idle = this.#idle.pop()
      if (idle === undefined) throw new Error('more requests in flight than workers')
      try {
        if (job !== null && !idle.jobs.has(job.table)) {
          await this.#ask(idle.worker, { kind: 'job', job })
          idle.jobs.add(job.table)
        }
        return await this.#ask(idle.worker, request)
      } finally {
        this.#idle.push(idle)
      }
    })
  }

  #ask(worker: Worker, request: WorkerRequest): Promise<WorkerAnswer> {
    return new Promise((resolve, reject) => {
      const release = (): void => {
        worker.off('message', onMessage)
        worker.off('error', onLost)
        worker.off('exit', onLost)
      }
      const onMessage = (answer: WorkerAnswer): void => {
        release()
        if (answer.kind === 'refused') {
          const { errorName, message, remedy } = answer
          reject(new LandingError(errorName, message, { remedy }))
        } else if (answer.kind === 'defect') {
          reject(new Error(`a worker failed: ${answer.stack}`))
        } else {
          resolve(answer)
        }
      }
      const onLost = (cause: unknown): void => {
        release()
        const reason = cause instanceof Error ? cause.message : 'the thread ended'
        reject(new LandingError('worker_lost', `a worker thread was lost: ${reason}`, { cause }))
      }
      if (this.#lost !== null) {
        onLost(this.#lost)
        return
      }
      worker.on('message', onMessage)
      worker.on('error', onLost)
      worker.on('exit', onLost)
      worker.postMessage(request)
    })
  }
}
