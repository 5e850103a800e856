// The thread that lands batches. It imports only what that needs, is started before the main thread
// has read the project file, and answers every task with a result or with an error as plain data.
import { parentPort } from 'node:worker_threads'
import { isLandingError } from '../contracts/errors.ts'
import { landBatch, type TableJob } from './land-batch.ts'
import { reuseSlice } from './reuse-slice.ts'
import type {
  AnswerMessage,
  RequestMessage,
  WorkerAnswer,
  WorkerRequest,
} from './worker-protocol.ts'

const jobs = new Map<string, TableJob>()
/** Ends when the files of the batch before are on disk: one flush at a time bounds what is open. */
let lastLanding: Promise<unknown> = Promise.resolve()

async function answer(request: WorkerRequest, onFlushing: () => void): Promise<WorkerAnswer> {
  try {
    switch (request.kind) {
      case 'job':
        jobs.set(request.job.table, request.job)
        return { kind: 'ready' }
      case 'reuse':
        return { kind: 'reused', reused: await reuseSlice(request.candidate) }
      case 'land': {
        const job = jobs.get(request.task.table)
        if (job === undefined) throw new Error(`no job for table ${request.task.table}`)
        const before = lastLanding
        const landing = landBatch(request.task, job, async () => {
          await before
          onFlushing()
        })
        lastLanding = landing.catch(() => {})
        return { kind: 'landed', result: await landing }
      }
      default:
        return unreachable(request)
    }
  } catch (error) {
    if (isLandingError(error)) {
      const { errorName, message, remedy } = error
      return { kind: 'refused', errorName, message, remedy }
    }
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { kind: 'defect', stack }
  }
}

function unreachable(request: never): never {
  throw new Error(`unknown request ${JSON.stringify(request)}`)
}

const port = parentPort
if (port === null) throw new Error('pipelines/worker runs in a worker thread only')
const say = (id: number, word: WorkerAnswer): void => {
  const message: AnswerMessage = { id, answer: word }
  port.postMessage(message)
}
port.on('message', ({ id, request }: RequestMessage) => {
  void answer(request, () => say(id, { kind: 'flushing' })).then((last) => say(id, last))
})
