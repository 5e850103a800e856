// The workers of all users: one process each, started when its user asks something, ended when the
// user has been silent or another needs its place. The pool only finds users; see user-queue.ts.
import { limits as configured } from '../../config/limits.ts'
import type { WorkerOptions } from '../worker/messages.ts'
import { VerifiedFiles } from '../worker/verified-files.ts'
import { poolErrors } from './pool-errors.ts'
import type { PooledRequest, PooledStatement, StatementListener } from './pooled-statement.ts'
import { type UserLimits, UserQueue } from './user-queue.ts'
import { type SpawnOptions, startUserWorker } from './user-worker.ts'

export interface PoolLimits extends UserLimits {
  readonly workersMax: number
}

export interface WorkerPool {
  /** Runs a statement of a user; the listener is told how it ends, unless it is canceled in line. */
  submit(user: string, request: PooledRequest, listener: StatementListener): PooledStatement
  /** Would a statement of the user be refused now, because too many wait? */
  isFull(user: string): boolean
  /** Who has a process, or had one until a moment ago. */
  users(): readonly string[]
  close(): Promise<void>
}

const nothing: PooledStatement = { next: () => undefined, cancel: () => undefined }

/** A pool that makes the options of a user's worker by `optionsOf`. */
export function openWorkerPool(
  optionsOf: (user: string) => Omit<WorkerOptions, 'verified'>,
  spawnOptions: SpawnOptions,
  limits: PoolLimits,
): WorkerPool {
  const users = new Map<string, UserQueue>()
  /** Processes that were let go: the next of their user opens the same file, so it waits. */
  const leaving = new Map<string, Promise<void>>()
  const verified = new VerifiedFiles(configured.verifiedFilesMax)
  let isClosed = false

  function leave(user: string, queue: UserQueue): void {
    users.delete(user)
    const ended = queue.leave(poolErrors.shuttingDown)
    if (ended === null) return
    leaving.set(
      user,
      ended.then(() => void leaving.delete(user)),
    )
  }

  function queueOf(user: string): UserQueue | null {
    const known = users.get(user)
    if (known !== undefined) return known
    if (users.size >= limits.workersMax) {
      const resting = [...users].find(([, { isResting }]) => isResting)
      if (resting === undefined) return null
      leave(...resting)
    }
    const queue = new UserQueue({
      limits,
      start: (events) => {
        const own = { ...optionsOf(user), verified: verified.list() }
        return startUserWorker(own, spawnOptions, events)
      },
      onVerified: (files) => {
        const fresh = verified.add(files)
        if (fresh.length === 0) return
        for (const other of users.values()) if (other !== queue) other.verified(fresh)
      },
      ending: () => leaving.get(user) ?? null,
      onIdle: () => leave(user, queue),
    })
    users.set(user, queue)
    return queue
  }

  return {
    submit: (user, request, listener) => {
      const queue = isClosed ? null : queueOf(user)
      if (queue !== null && !queue.isFull) return queue.submit(request, listener)
      const reason = isClosed ? poolErrors.shuttingDown : poolErrors.queueFull
      setImmediate(() => listener.onFailed(reason))
      return nothing
    },
    isFull: (user) => users.get(user)?.isFull ?? false,
    users: () => [...users.keys(), ...leaving.keys()],
    close: async () => {
      isClosed = true
      for (const [user, queue] of [...users]) leave(user, queue)
      await Promise.all(leaving.values())
    },
  }
}
