// Files that a command makes: all of them or none where one is in the way, and nothing that exists
// is overwritten unless that was asked for.
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { LandingError } from '../../contracts/errors.ts'

export interface MadeFile {
  /** Absolute path. */
  readonly path: string
  /** The file in messages. */
  readonly name: string
  readonly text: string
}

/** Throws `usage` where a file exists and `force` is not given, or where one cannot be written. */
export function writeFiles(files: readonly MadeFile[], force: boolean): void {
  const existing = files.filter(
    ({ path }) => statSync(path, { throwIfNoEntry: false }) !== undefined,
  )
  const [first] = existing
  if (first !== undefined && !force) {
    const more = existing.length === 1 ? '' : `, and so do ${existing.length - 1} more`
    throw new LandingError('usage', `${first.name} exists already${more}`, {
      remedy: 'Name another place, or add --force to overwrite; nothing was written.',
    })
  }
  for (const { path, name, text } of files) {
    try {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text, { flag: force ? 'w' : 'wx' })
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      if (code === 'ENOSPC')
        throw new LandingError('disk_full', `${name}: the disk is full`, { cause })
      const what = code === 'EEXIST' ? 'exists already' : `cannot be written (${code})`
      throw new LandingError('usage', `${name} ${what}`, {
        remedy: 'Name another place, or correct the permissions.',
        cause,
      })
    }
  }
}
