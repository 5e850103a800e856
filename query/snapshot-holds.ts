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
 * The holds of this process; `close()` them. Where the lake cannot be written to (a read-only copy, a
 * reader outside of its group), statements run all the same and prune does not see them.
 */
export class SnapshotHolds {
  readonly #lake: LakeLayout
  readonly #file: ReaderFile
  readonly #owners = new Map<object, number>()
  /** What the file says, with the instant of its last use. */
  readonly #written = new Map<number, number>()
  /** When this process last wrote the pins of sessions. */
  readonly #pinned = new Map<number, number>()
  readonly #pulse: NodeJS.Timeout
  /** null: not tried yet. */
  #isWritable: boolean | null = null
  #isClosed = false
  /** The change of the file under way: one at a time. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(lake: LakeLayout, options: HoldOptions) {
    this.#lake = lake
    const identity = processIdentity(process.pid)
    this.#file = new ReaderFile(lake, randomUUID(), { ...options, process: identity })
    const beat = (): Promise<void> => this.#serially(() => this.#beat())
    this.#pulse = setInterval(() => void beat().catch(() => undefined), limits.lockTouchMs)
    this.#pulse.unref()
  }

  /**
   * Holds a snapshot for `owner`, the current one where none is named, and gives its number; null where
   * nothing was published yet. `snapshot_pruned` where its files are deleted. `current` finds the number
   * of the current one.
   */
  async hold(
    owner: object,
    snapshot: number | null,
    current = () => currentSnapshotNumber(this.#lake),
  ): Promise<number | null> {
    // Another may follow the current one at any moment, and it may then be pruned at once.
    for (let tries = 1; ; tries++) {
      const number = snapshot ?? (await current())
      if (number === null) return null
      try {
        await this.#holdNumber(owner, number)
        return number
      } catch (error) {
        const isGone = isLandingError(error) && error.errorName === 'snapshot_pruned'
        if (snapshot !== null || !isGone || tries === currentTriesMax) throw error
      }
    }
  }

  /** The owner reads no more. */
  release(owner: object): void {
    const snapshot = this.#owners.get(owner)
    this.#owners.delete(owner)
    if (snapshot !== undefined && this.#written.has(snapshot)) {
      this.#written.set(snapshot, Date.now())
    }
  }

  /** Keeps a snapshot that is held and was asked for by its number, for days and across restarts. */
  async pin(snapshot: number): Promise<void> {
    const now = Date.now()
    if (this.#isWritable !== true) return
    if (now - (this.#pinned.get(snapshot) ?? 0) < limits.sessionPinWriteMs) return
    this.#pinned.set(snapshot, now)
    const until = new Date(now + limits.sessionPinDays * dayMs).toISOString()
    const pin = { snapshot, kind: 'session', until, reason: 'session' } as const
    const user = process.getuid?.() ?? 0
    await writePin(this.#lake, pin, user, randomUUID()).catch((error: unknown) => {
      // A full disk, say: the statement is not worse for it, and the next one tries again.
      if (!isLandingError(error)) throw error
      this.#pinned.delete(snapshot)
    })
  }

  /** Lets everything go, at once. */
  close(): void {
    this.#isClosed = true
    clearInterval(this.#pulse)
    if (this.#isWritable !== null) this.#file.remove()
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work)
    this.#last = next.catch(() => undefined)
    return next
  }

  async #holdNumber(owner: object, snapshot: number): Promise<void> {
    this.#owners.set(owner, snapshot)
    if (this.#written.has(snapshot) && this.#isWritable === true) {
      // Whoever writes it is not done perhaps: its look for the mark counts for this one too.
      await this.#last
      if (this.#written.has(snapshot)) return
    }
    try {
      await this.#serially(() => this.#take(snapshot))
    } catch (error) {
      this.#owners.delete(owner)
      throw error
    }
  }

  /** Says that a snapshot is read, then looks whether it is marked: prune does the same, crossed. */
  async #take(snapshot: number): Promise<void> {
    const isNew = !this.#written.has(snapshot)
    this.#written.set(snapshot, Date.now())
    if (isNew) await this.#write()
    try {
      if (isNew || this.#isWritable !== true) await refusePruned(this.#lake, snapshot)
    } catch (error) {
      // What is not read must not look as if it were: prune would wait for it.
      this.#written.delete(snapshot)
      await this.#write()
      throw error
    }
  }

  async #write(): Promise<void> {
    if (this.#isClosed) return
    try {
      if (this.#isWritable !== true) await makeHoldsFolder(this.#lake)
      await this.#file.write([...this.#written.keys()])
      this.#isWritable = true
      // It may have been closed meanwhile, and nobody would remove what came after.
      if (this.#isClosed) this.#file.remove()
    } catch (error) {
      if (!isLandingError(error)) throw error
      this.#isWritable = false
    }
  }

  /** Says that this process lives, and lets go what nobody reads any more. */
  async #beat(): Promise<void> {
    if (this.#isWritable === null) return
    const now = Date.now()
    const inUse = new Set(this.#owners.values())
    const before = this.#written.size
    for (const [snapshot, usedAt] of this.#written) {
      if (inUse.has(snapshot)) this.#written.set(snapshot, now)
      else if (now - usedAt > limits.readerLingerMs) this.#written.delete(snapshot)
    }
    const isThere = this.#isWritable && (await this.#file.touch(new Date(now)))
    if (this.#written.size < before || !isThere) await this.#write()
    if (isThere) return
    // It was given up on as dead, or could not write: what went meanwhile is asked for again.
    const held = this.#written.size
    for (const snapshot of [...this.#written.keys()]) {
      if (await isPruned(this.#lake, snapshot)) this.#written.delete(snapshot)
    }
    if (this.#written.size < held) await this.#write()
  }
}
