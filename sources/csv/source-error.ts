// What the operating system says about a file, as a refusal an operator can act on.
import { type ErrorName, isLandingError, LandingError } from '../../contracts/errors.ts'

const errorNames: Readonly<Record<string, ErrorName>> = {
  ENOENT: 'extract_missing',
  ENOTDIR: 'extract_missing',
  EISDIR: 'source_is_directory',
  EMFILE: 'out_of_resources',
  ENFILE: 'out_of_resources',
  ENOMEM: 'out_of_resources',
}

const sentences: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'is a directory; expected a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EIO: 'the device reported an input/output error',
  ELOOP: 'the link leads back to itself',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  ENOMEM: 'out of memory',
}

/** The refusal for an error met while planning; errors of ours pass unchanged. */
export function sourceError(error: unknown, name: string): unknown {
  const code = systemCode(error)
  if (isLandingError(error) || code === null) return error
  const sentence = sentences[code] ?? `cannot be read (${code})`
  return new LandingError(errorNames[code] ?? 'source_unreadable', `${name}: ${sentence}`, {
    cause: error,
  })
}

/** The same while reading: a file that was planned and is gone has changed under our hands. */
export function readError(error: unknown, name: string): unknown {
  const code = systemCode(error)
  if (code !== null && errorNames[code] === 'extract_missing') {
    return changedError(name, 'it was removed')
  }
  return sourceError(error, name)
}

/** A file that is no longer the one that was planned. */
export function changedError(name: string, what: string): LandingError {
  return new LandingError('source_unreadable', `${name}: ${what} after it was planned`, {
    remedy: 'Wait until the extract is written completely, then load again.',
  })
}

/** `ENOENT` and its like, also from another realm; null for any other error. */
export function systemCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null
  return typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code) ? error.code : null
}
