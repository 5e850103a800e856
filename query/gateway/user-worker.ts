// One user's process, seen from the gateway: started, asked, watched, and replaced when it is gone.
// The gateway believes nothing of it but its frames.
import { type ChildProcess, spawn } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { openFrames } from '../worker/frames.ts'
import type { FromWorker, ToWorker, WorkerOptions } from '../worker/messages.ts'

export interface WorkerEvents {
  onMessage(message: FromWorker, body: Uint8Array): void
  /** The process ended; `signal` is null where it ended by itself. */
  onExit(signal: NodeJS.Signals | null): void
}

export interface UserWorker {
  readonly ready: Promise<void>
  execute(message: Extract<ToWorker, { readonly kind: 'execute' }>): void
  next(statement: number): void
  cancel(statement: number): void
  /** Tells it of files that need not be digested. */
  verified(files: readonly string[]): void
  kill(): void
  /** Lets it end by itself, and kills it where it does not. */
  close(): Promise<void>
}

export interface SpawnOptions {
  /** Absolute path of the module that the process runs. */
  readonly entry: string
  /** RLIMIT_DATA in bytes; 0: none. */
  readonly dataBytesMax: number
  readonly threadPoolSize: number
  readonly closeGraceMs: number
}

/** How long after its end a process's last words are waited for. */
const drainMsMax = 1_000

// The shell sets the limit of the process it then becomes: Node has no call for it.
function start({ entry, dataBytesMax, threadPoolSize }: SpawnOptions): ChildProcess {
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', entry]
  const env = { UV_THREADPOOL_SIZE: String(threadPoolSize), TZ: 'UTC' }
  const stdio = ['ignore', 'ignore', 'ignore', 'pipe'] as const
  if (dataBytesMax === 0) {
    return spawn(node[0] ?? '', node.slice(1), { env, stdio: [...stdio] })
  }
  const limit = String(Math.floor(dataBytesMax / 1024))
  const script = 'ulimit -d "$1" && shift && exec "$@"'
  return spawn('/bin/sh', ['-c', script, 'sh', limit, ...node], { env, stdio: [...stdio] })
}

/** Starts the process of a user. */
export function startUserWorker(
  options: WorkerOptions,
  spawnOptions: SpawnOptions,
  events: WorkerEvents,
): UserWorker {
  const child = start(spawnOptions)
  // Without a listener an error ends the gateway, also one of a child that has no socket.
  child.on('error', () => undefined)
  const stream = child.stdio[3] as Duplex
  stream.on('error', () => child.kill('SIGKILL'))
  let markReady = (): void => undefined
  const channel = openFrames<ToWorker, FromWorker>(stream, (message, body) => {
    if (message.kind === 'ready') markReady()
    else events.onMessage(message, body)
  })
  // All that it says was said; what is no frame is none of ours.
  const messages = channel.ended.catch(() => void child.kill('SIGKILL'))
  const exited = new Promise<void>((resolve) => {
    child.once('error', () => {
      // One that runs cannot be signalled, say: its exit is told when it comes.
      if (child.pid !== undefined) return
      events.onExit(null)
      resolve()
    })
    child.once('exit', (_, signal) => {
      // What it said before its end counts: a table that it made is made.
      void Promise.race([messages, setTimeout(drainMsMax, null, { ref: false })]).then(() => {
        channel.close()
        events.onExit(signal)
        resolve()
      })
    })
  })
  const send = (message: ToWorker): void => {
    // A socket that is gone is an exit, which is told by itself.
    channel.send(message).catch(() => undefined)
  }
  const ready = new Promise<void>((resolve, reject) => {
    markReady = resolve
    void exited.then(() => reject(new Error('the worker ended before it was ready')))
  })
  ready.catch(() => undefined)
  send({ kind: 'open', options })
  return {
    ready,
    execute: send,
    next: (statement) => send({ kind: 'next', statement }),
    cancel: (statement) => send({ kind: 'cancel', statement }),
    verified: (files) => send({ kind: 'verified', files }),
    kill: () => {
      child.kill('SIGKILL')
    },
    close: async () => {
      stream.end()
      const ended = new AbortController()
      const grace = setTimeout(spawnOptions.closeGraceMs, null, { signal: ended.signal })
      grace.then(
        () => child.kill('SIGKILL'),
        () => undefined,
      )
      await exited
      ended.abort()
    },
  }
}
