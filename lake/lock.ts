// One load at a time: locks/000017.json names the process that holds the lake. The holder of the
// highest number has it; numbers only grow, so a taker that looked too long ago can never mistake a
// new lock for the dead one it saw: the name it links to is taken, or is no longer the highest. The
// file stays when the lock is given back, marked as free. Correctness rests on the commit, not on this.
import { link, mkdtemp, readdir, readFile, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { limits } from '../config/limits.ts'
import { LandingError } from '../contracts/errors.ts'
import {
  onStorage,
  removeTree,
  replaceFileDurably,
  storageError,
  systemErrorCode,
  writeFileDurably,
} from './durable-files.ts'
import { failpoint } from './failpoints.ts'
import { isRunId, type LakeLayout } from './lake-layout.ts'
import { type ProcessIdentity, processFate, processIdentity } from './process-identity.ts'

export interface LockHolder {
  readonly run: string
  readonly instant: string
  readonly process: ProcessIdentity
  /** True once the holder gave the lock back. */
  readonly free: boolean
}

const optionalText = z.string().max(500).nullable()
/** A process as files in the lake name it. */
export const identitySchema: z.ZodType<ProcessIdentity> = z.strictObject({
  pid: z.int().min(1),
  host: z.string().max(500),
  boot: optionalText,
  namespace: optionalText,
  started: optionalText,
})
const holderSchema: z.ZodType<LockHolder> = z.strictObject({
  run: z.string().refine(isRunId),
  instant: z.iso.datetime(),
  process: identitySchema,
  free: z.boolean(),
})

const lockPattern = /^\d{6,15}\.json$/
const lockName = (number: number): string => `${String(number).padStart(6, '0')}.json`

async function lockNumbers(lake: LakeLayout): Promise<number[]> {
  const names = await onStorage(lake.locks, () => readdir(lake.locks))
  return names.filter((name) => lockPattern.test(name)).map((name) => Number.parseInt(name, 10))
}

const highest = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), 0)

/** null: the file went away meanwhile, or holds no lock (damaged: then nobody can own it). */
async function readHolder(path: string): Promise<LockHolder | null> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    if (['EACCES', 'EIO', 'EMFILE', 'ENFILE'].includes(systemErrorCode(error))) {
      throw storageError(error, path)
    }
    return null
  }
}

/** Who holds the lake now; null for nobody. A holder found dead is still named, with `dead`. */
export async function lockStatus(
  lake: LakeLayout,
  pid: number,
): Promise<(LockHolder & { readonly dead: boolean }) | null> {
  const number = highest(await lockNumbers(lake))
  const holder = number === 0 ? null : await readHolder(join(lake.locks, lockName(number)))
  if (holder === null || holder.free) return null
  return { ...holder, dead: processFate(holder.process, processIdentity(pid)) === 'dead' }
}

/** The lake, held. `release()` gives it back, any number of times; `await using` does so too. */
export class LakeLock {
  readonly #path: string
  readonly #holder: LockHolder
  /** Run of the dead process this lock was taken over from; null for an ordinary lock. */
  readonly tookOverFrom: string | null
  #released = false

  constructor(path: string, holder: LockHolder, tookOverFrom: string | null) {
    this.#path = path
    this.#holder = holder
    this.tookOverFrom = tookOverFrom
  }

  /** Says that the holder is alive, to those who cannot see its process. Failing is harmless. */
  async touch(now: Date): Promise<void> {
    if (!this.#released) await utimes(this.#path, now, now).catch(() => {})
  }

  async release(): Promise<void> {
    if (this.#released) return
    this.#released = true
    const free = { ...this.#holder, free: true }
    await replaceFileDurably(this.#path, `${JSON.stringify(free)}\n`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release()
  }
}

/**
 * Takes the lake for a run of process `pid`, or refuses with `lake_locked` naming who holds it. A
 * lock whose process is certainly dead is taken over.
 */
export async function takeLock(
  lake: LakeLayout,
  run: string,
  pid: number,
  now: () => Date,
): Promise<LakeLock> {
  const self = processIdentity(pid)
  const holder: LockHolder = { run, instant: now().toISOString(), process: self, free: false }
  const workshop = await onStorage(lake.locks, () => mkdtemp(join(lake.locks, '.new-')))
  try {
    const made = join(workshop, 'lock.json')
    await writeFileDurably(made, `${JSON.stringify(holder)}\n`)
    for (;;) {
      const last = highest(await lockNumbers(lake))
      const other = last === 0 ? null : await readHolder(join(lake.locks, lockName(last)))
      if (other !== null && !other.free) {
        const held = join(lake.locks, lockName(last))
        if (await isHeld(other, self, held, now())) throw locked(other)
      }
      const path = join(lake.locks, lockName(last + 1))
      if (!(await claim(lake, made, path, last + 1))) continue
      failpoint('lock:taken')
      await removeOlder(lake, last + 1)
      return new LakeLock(path, holder, other === null || other.free ? null : other.run)
    }
  } finally {
    await removeTree(workshop)
  }
}

/**
 * A process that cannot be seen from here (another machine, another container) counts as dead once
 * its lock was not touched for `lockSilenceMsMax`: nobody should have to remove it at night.
 */
async function isHeld(
  other: LockHolder,
  self: ProcessIdentity,
  path: string,
  now: Date,
): Promise<boolean> {
  const fate = processFate(other.process, self)
  if (fate !== 'unknown') return fate === 'running'
  const touched = await stat(path).catch(() => null)
  return touched !== null && now.getTime() - touched.mtimeMs <= limits.lockSilenceMsMax
}

async function claim(lake: LakeLayout, made: string, path: string, number: number) {
  try {
    await link(made, path)
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP'].includes(systemErrorCode(error))) {
      throw storageError(error, path)
    }
    // No hard links here: exclusive creation is as atomic, only its content comes a moment later.
    if (!(await createFrom(made, path))) return false
  }
  // Between the look and the link others may have come and gone, and cleared numbers below theirs:
  // the name was free again, but a higher one exists, and that one counts.
  if (highest(await lockNumbers(lake)) === number) return true
  await removeTree(path)
  return false
}

async function createFrom(made: string, path: string): Promise<boolean> {
  try {
    await writeFileDurably(path, await readFile(made))
    return true
  } catch (error) {
    if (systemErrorCode((error as Error).cause) === 'EEXIST') return false
    throw error
  }
}

async function removeOlder(lake: LakeLayout, number: number): Promise<void> {
  for (const older of await lockNumbers(lake)) {
    if (older < number) await removeTree(join(lake.locks, lockName(older)))
  }
}

function locked(holder: LockHolder): LandingError {
  const { pid, host } = holder.process
  return new LandingError(
    'lake_locked',
    `run ${holder.run} (process ${pid} on ${host}, since ${holder.instant}) holds the lake`,
  )
}
