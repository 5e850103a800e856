// Where a result goes: a stream of the caller (standard output), or a file that appears under its name
// only when it is whole.
import { existsSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { LandingError } from '../contracts/errors.ts'
import {
  onStorage,
  removeTree,
  renameDurably,
  storageError,
  systemErrorCode,
} from '../lake/durable-files.ts'
import type { Write } from './query-result.ts'

export interface QueryOutput {
  readonly write: Write
  /** Path for an engine that writes the file itself; null for a stream. */
  readonly path: string | null
  /** Ends a file: flushed, and under its name. */
  finish(): Promise<void>
  /** Leaves no file behind. */
  abandon(): Promise<void>
}

/** Writes to a stream, one piece at a time: its callback is the back pressure. */
export function streamOutput(stream: Writable): QueryOutput {
  return {
    write: (data) =>
      new Promise<void>((resolve, reject) => {
        stream.write(data, (error) => {
          // A reader that is gone ends the query quietly (run-query.ts); any other fault is told.
          if (!error) resolve()
          else if (systemErrorCode(error) === 'EPIPE') reject(error)
          else reject(storageError(error, 'standard output'))
        })
      }),
    path: null,
    finish: async () => {},
    abandon: async () => {},
  }
}

/** The name of the file while it is not whole. */
export const partialPath = (path: string): string => `${path}.part`

/** A file at `path`, replacing one that is there; results are for their owner alone (0600). */
export async function fileOutput(path: string): Promise<QueryOutput> {
  const partial = partialPath(path)
  const folder = dirname(resolve(path))
  if (!existsSync(folder)) {
    throw new LandingError('usage', `there is no folder ${folder}; expected one to write to`, {
      remedy: 'Make the folder, or name another with --out.',
    })
  }
  await removeTree(partial)
  const handle: FileHandle = await onStorage(partial, () => open(partial, 'wx', 0o600))
  let open_ = true
  const close = async () => {
    if (open_) await handle.close()
    open_ = false
  }
  return {
    write: (data) => onStorage(partial, () => handle.writeFile(data)),
    path: partial,
    finish: async () => {
      await onStorage(partial, async () => {
        await handle.sync()
        await close()
        await renameDurably(partial, path)
      })
    },
    abandon: async () => {
      await close().catch(() => {})
      await removeTree(partial)
    },
  }
}
