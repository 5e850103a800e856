// The pool of worker threads. p-queue bounds what is in flight to one request a worker; a worker that
// dies fails its request and the run, for nothing is known about what it left half done.
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import PQueue from 'p-queue'
import { limits } from '../config/limits.ts'
import type { BatchResult, BatchTask } from '../contracts/batch-task.ts'
import { LandingError } from '../contracts/errors.ts'
import { packageRoot } from '../contracts/package-root.ts'
import type { TableJob } from './land-batch.ts'
import type {
  AnswerMessage,
  RequestMessage,
  ReuseCandidate,
  WorkerAnswer,
  WorkerRequest,
} from './worker-protocol.ts'

/** One thread per core unless the operator says otherwise. */
export function defaultWorkerCount(): number {
  return Math.max(1, Math.min(limits.workersMax, availableParallelism()))
}

/** One thread and the requests it has not answered yet. */
class Thread {
  /** The job that the thread knows for a table: one that is planned anew replaces it. */
  readonly jobs = new Map<string, TableJob>()
  readonly #worker = new Worker(join(packageRoot, 'dist', 'pipelines', 'worker.js'))
  readonly #waiting = new Map<number, Waiting>()
  #lost: LandingError | null = null
  #nextId = 1

  constructor() {
    this.#worker.on('message', ({ id, answer }: AnswerMessage) => this.#take(id, answer))
    this.#worker.on('error', (error) => this.#lose(error.message, error))
    this.#worker.on('exit', () => this.#lose('the thread ended'))
  }

  /** `freed` settles when the thread can take another request, `answered` with the last word. */
  ask(request: WorkerRequest): { freed: Promise<void>; answered: Promise<WorkerAnswer> } {
    let free: () => void = () => {}
    const freed = new Promise<void>((resolve) => {
      free = resolve
    })
    const answered = new Promise<WorkerAnswer>((resolve, reject) => {
      if (this.#lost !== null) {
        reject(this.#lost)
        return
      }
      const id = this.#nextId++
      this.#waiting.set(id, { free, resolve, reject })
      const message: RequestMessage = { id, request }
      this.#worker.postMessage(message, buffersOf(request))
    })
    answered.then(free, free)
    return { freed, answered }
  }

  async terminate(reason: string): Promise<void> {
    this.#lose(reason)
    await this.#worker.terminate()
  }

  #take(id: number, answer: WorkerAnswer): void {
    const waiting = this.#waiting.get(id)
    // An answer that was on its way when the pool was closed: its request has been refused.
    if (waiting === undefined && this.#lost !== null) return
    if (waiting === undefined) throw new Error('a worker answered what nobody asked')
    if (answer.kind === 'flushing') {
      waiting.free()
      return
    }
    this.#waiting.delete(id)
    if (answer.kind === 'refused') {
      const { errorName, message, remedy } = answer
      waiting.reject(new LandingError(errorName, message, { remedy }))
    } else if (answer.kind === 'defect') {
      waiting.reject(new Error(`a worker failed: ${answer.stack}`))
    } else {
      waiting.resolve(answer)
    }
  }

  #lose(reason: string, cause?: unknown): void {
    this.#lost ??= new LandingError('worker_lost', `a worker thread was lost: ${reason}`, { cause })
    for (const { reject } of this.#waiting.values()) reject(this.#lost)
    this.#waiting.clear()
  }
}

/** Buffers that move to the thread instead of being copied. */
function buffersOf(request: WorkerRequest): ArrayBuffer[] {
  const refusals = request.kind === 'land' ? request.task.refusals : null
  if (refusals === null) return []
  return [refusals.ordinals.buffer, refusals.places.buffer] as ArrayBuffer[]
}

interface Waiting {
  readonly free: () => void
  readonly resolve: (answer: WorkerAnswer) => void
  readonly reject: (error: Error) => void
}

export class Workers {
  readonly count: number
  readonly #threads: readonly Thread[]
  readonly #idle: Thread[]
  readonly #queue: PQueue
  #interrupted = false

  /** Threads start at once and load their modules while the caller goes on. */
  constructor(count: number) {
    this.count = count
    this.#queue = new PQueue({ concurrency: count })
    this.#threads = Array.from({ length: count }, () => new Thread())
    this.#idle = [...this.#threads]
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

  /** True where somebody stopped the work: what fails then is no fault of a worker. */
  get interrupted(): boolean {
    return this.#interrupted
  }

  /** Ends all threads for somebody who stopped the work. */
  async interrupt(): Promise<void> {
    this.#interrupted = true
    await this.close('the load was interrupted')
  }

  async close(reason = 'the pool is closed'): Promise<void> {
    this.#queue.clear()
    await Promise.all(this.#threads.map((thread) => thread.terminate(reason)))
  }

  /** Settles with the answer; the place in the queue is given up as soon as the thread is free. */
  #enqueue(request: WorkerRequest, job: TableJob | null): Promise<WorkerAnswer> {
    return new Promise((resolve, reject) => {
      const turn = async (): Promise<void> => {
        const thread = this.#idle.shift()
        if (thread === undefined) throw new Error('more requests in flight than workers')
        try {
          if (job !== null && thread.jobs.get(job.table) !== job) {
            thread.jobs.set(job.table, job)
            await thread.ask({ kind: 'job', job }).answered
          }
          const { freed, answered } = thread.ask(request)
          answered.then(resolve, reject)
          await freed
        } finally {
          this.#idle.push(thread)
        }
      }
      this.#queue.add(turn).catch(reject)
    })
  }
}
