// Who reads snapshots now: holds/reader-<id>.json, a file for each reading process, written before it
// opens a file of a snapshot. A reader writes its file and then looks for the mark of `prune`; prune
// writes the mark and then looks for readers: one of them sees the other, whatever the order.
import { rmSync } from 'node:fs'
import { chmod, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { limits } from '../config/limits.ts'
import { onStorage, removeTree, storageError, systemErrorCode } from './durable-files.ts'
import type { LakeLayout } from './lake-layout.ts'
import { identitySchema } from './lock.ts'
import { type ProcessIdentity, processFate, processIdentity } from './process-identity.ts'

export const readerPurposes = ['serve', 'query', 'export', 'impact', 'verify'] as const

export interface Reader {
  readonly format: 1
  readonly process: ProcessIdentity
  readonly purpose: (typeof readerPurposes)[number]
  /** The process that it works for, as an operator knows it; null where it is its own. */
  readonly server: number | null
  readonly snapshots: readonly number[]
}

const readerSchema: z.ZodType<Reader> = z.strictObject({
  format: z.literal(1),
  process: identitySchema,
  purpose: z.enum(readerPurposes),
  server: z.int().min(1).nullable(),
  snapshots: z.array(z.int().min(1)).max(limits.readerSnapshotsMax),
})

const readerPattern = /^reader-[0-9a-f-]{8,40}\.json$/
const leftPattern = /^\.new-/

/** The file of one reading process. */
export class ReaderFile {
  readonly #lake: LakeLayout
  readonly #path: string
  readonly #temporary: string
  readonly #who: Omit<Reader, 'format' | 'snapshots'>

  /** `id` is unlike that of any other reader: 8 to 40 hexadecimal digits and hyphens. */
  constructor(lake: LakeLayout, id: string, who: Omit<Reader, 'format' | 'snapshots'>) {
    this.#lake = lake
    this.#path = join(lake.holds, `reader-${id}.json`)
    this.#temporary = join(lake.holds, `.new-reader-${id}`)
    this.#who = who
  }

  /** Says what is read from now on. Not flushed: a power cut ends the reader too. */
  async write(snapshots: readonly number[]): Promise<void> {
    const reader: Reader = { format: 1, ...this.#who, snapshots }
    await onStorage(this.#lake.holds, async () => {
      await writeFile(this.#temporary, `${JSON.stringify(reader)}\n`)
      // Whoever prunes may be another user, whatever the umask of this one.
      await chmod(this.#temporary, 0o644)
      await rename(this.#temporary, this.#path)
    })
  }

  /** Says that the reader is alive; false where its file is gone, and it holds nothing any more. */
  async touch(now: Date): Promise<boolean> {
    return utimes(this.#path, now, now).then(
      () => true,
      () => false,
    )
  }

  /** At once, for the last moment of a process; one that cannot be removed is known as dead soon. */
  remove(): void {
    try {
      rmSync(this.#path, { force: true })
    } catch {}
  }
}

export interface LiveReader {
  /** null: its file cannot be read, so it may read anything. */
  readonly reader: Reader | null
}

/**
 * Readers that are alive, or may be: one that cannot be seen from here, and a file that cannot be read,
 * count until they were not touched for `lockSilenceMsMax`. `clean` removes what the dead left.
 */
export async function liveReaders(
  lake: LakeLayout,
  pid: number,
  now: Date,
  clean: boolean,
): Promise<LiveReader[]> {
  const self = processIdentity(pid)
  const live: LiveReader[] = []
  for (const name of await holdNames(lake)) {
    if (!readerPattern.test(name) && !leftPattern.test(name)) continue
    const path = join(lake.holds, name)
    const touched = await stat(path).catch(() => null)
    if (touched === null) continue
    const isFresh = now.getTime() - touched.mtimeMs <= limits.lockSilenceMsMax
    const reader = await readReader(path)
    const fate = reader === null ? 'unknown' : processFate(reader.process, self)
    const isAlive = fate === 'running' || (fate === 'unknown' && isFresh)
    if (isAlive && readerPattern.test(name)) live.push({ reader })
    if (!isAlive && clean) await removeTree(path)
  }
  return live
}

/** Names of all files in the folder of holds; none where there is no such folder yet. */
export async function holdNames(lake: LakeLayout): Promise<string[]> {
  try {
    return (await readdir(lake.holds)).sort()
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw storageError(error, lake.holds)
  }
}

async function readReader(path: string): Promise<Reader | null> {
  try {
    return readerSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    if (['EIO', 'EMFILE', 'ENFILE'].includes(systemErrorCode(error))) {
      throw storageError(error, path)
    }
    return null
  }
}
