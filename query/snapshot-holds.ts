// Keeps `prune` off the snapshots that this process reads. A snapshot is written into the process's file
// in the lake before its first file is opened, and stays there while statements read it and a little
// longer: so a statement costs nothing but its first on a snapshot does.
import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { limits } from '../config/limits.ts'
import { isLandingError } from '../contracts/errors.ts'
import { type LakeLayout, makeHoldsFolder } from '../lake/lake-layout.ts'
import { currentSnapshotNumber } from '../lake/manifest.ts'
import { writePin } from '../lake/pins.ts'
import { processIdentity } from '../lake/process-identity.ts'
import { type Reader, ReaderFile } from '../lake/readers.ts'
import { isPruned, refusePruned } from '../lake/tombstone.ts'

export interface SnapshotHolds {
  /**
   * Holds a snapshot for `owner`, the current one where none is named, and gives its number; null where
   * nothing was published yet. `snapshot_pruned` where its files are deleted.
   */
  hold(owner: object, snapshot: number | null): Promise<number | null>
  /** The owner reads no more. */
  release(owner: object): void
  /** Keeps a snapshot that was asked for by its number, for days and across restarts. */
  pin(snapshot: number): Promise<void>
  /** Lets everything go, at once. */
  close(): void
}

export interface HoldOptions {
  readonly purpose: Reader['purpose']
  /** The process that an operator knows this one by; null: this one. */
  readonly server: number | null
}

const dayMs = 86_400_000

/** How often the current snapshot is looked for, where it is gone each time. */
const currentTriesMax = 5

/** True where this process can say what it reads. */
export async function canHold(lake: LakeLayout): Promise<boolean> {
  try {
    await makeHoldsFolder(lake)
    await access(lake.holds, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Opens the holds of this process. Where the lake cannot be written to (a read-only copy, a reader
 * outside of its group), statements run all the same and prune does not see them.
 */
export function openSnapshotHolds(lake: LakeLayout, options: HoldOptions): SnapshotHolds {
  const file = new ReaderFile(lake, randomUUID(), {
    ...options,
    process: processIdentity(process.pid),
  })
  const owners = new Map<object, number>()
  /** What the file says, with the instant of its last use. */
  const written = new Map<number, number>()
  const pinned = new Map<number, number>()
  let isWritable: boolean | null = null
  let isClosed = false
  let last: Promise<unknown> = Promise.resolve()

  /** One change of the file at a time. */
  function serially<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work)
    last = next.catch(() => undefined)
    return next
  }

  async function write(snapshots: readonly number[]): Promise<void> {
    if (isClosed) return
    try {
      if (isWritable !== true) await makeHoldsFolder(lake)
      await file.write(snapshots)
      isWritable = true
      // It may have been closed meanwhile, and nobody would remove what came after.
      if (isClosed) file.remove()
    } catch (error) {
      if (!isLandingError(error)) throw error
      isWritable = false
    }
  }

  async function take(snapshot: number): Promise<void> {
    const isNew = !written.has(snapshot)
    written.set(snapshot, Date.now())
    if (isNew) await write([...written.keys()])
    try {
      if (isNew || isWritable === false) await refusePruned(lake, snapshot)
    } catch (error) {
      written.delete(snapshot)
      throw error
    }
  }

  /** Says that this process lives, and lets go what nobody reads any more. */
  async function beat(): Promise<void> {
    if (isWritable === null) return
    const now = Date.now()
    const inUse = new Set(owners.values())
    const before = written.size
    for (const [snapshot, usedAt] of written) {
      if (inUse.has(snapshot)) written.set(snapshot, now)
      else if (now - usedAt > limits.readerLingerMs) written.delete(snapshot)
    }
    const isThere = isWritable && (await file.touch(new Date(now)))
    if (written.size < before || !isThere) await write([...written.keys()])
    if (isThere) return
    // It was given up on as dead, or could not write: what went meanwhile is asked for again.
    for (const snapshot of [...written.keys()]) {
      if (await isPruned(lake, snapshot)) written.delete(snapshot)
    }
  }

  const pulse = setInterval(() => void serially(beat).catch(() => undefined), limits.lockTouchMs)
  pulse.unref()

  async function holdNumber(owner: object, snapshot: number): Promise<void> {
    owners.set(owner, snapshot)
    if (written.has(snapshot) && isWritable === true) {
      // Whoever writes it is not done perhaps: its look for the mark counts for this one too.
      await last
      if (written.has(snapshot)) return
    }
    try {
      await serially(() => take(snapshot))
    } catch (error) {
      owners.delete(owner)
      throw error
    }
  }

  return {
    hold: async (owner, snapshot) => {
      // Another may follow the current one at any moment, and it may then be pruned at once.
      for (let tries = 1; ; tries++) {
        const number = snapshot ?? (await currentSnapshotNumber(lake))
        if (number === null) return null
        try {
          await holdNumber(owner, number)
          return number
        } catch (error) {
          const isGone = isLandingError(error) && error.errorName === 'snapshot_pruned'
          if (snapshot !== null || !isGone || tries === currentTriesMax) throw error
        }
      }
    },
    release: (owner) => {
      const snapshot = owners.get(owner)
      owners.delete(owner)
      if (snapshot !== undefined && written.has(snapshot)) written.set(snapshot, Date.now())
    },
    pin: async (snapshot) => {
      const now = Date.now()
      if (isWritable !== true) return
      if (now - (pinned.get(snapshot) ?? 0) < limits.sessionPinWriteMs) return
      pinned.set(snapshot, now)
      const until = new Date(now + limits.sessionPinDays * dayMs).toISOString()
      const pin = { snapshot, kind: 'session', until, reason: 'session' } as const
      await writePin(lake, pin, process.getuid?.() ?? 0, randomUUID()).catch((error: unknown) => {
        // A full disk, say: the statement is not worse for it, and the next one tries again.
        if (!isLandingError(error)) throw error
        pinned.delete(snapshot)
      })
    },
    close: () => {
      isClosed = true
      clearInterval(pulse)
      if (isWritable !== null) file.remove()
    },
  }
}
