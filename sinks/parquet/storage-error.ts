// What a failed call of the file system means to an operator: wait and repeat, or repair.
import { type ErrorName, isLandingError, LandingError } from '../../contracts/errors.ts'

const errorNames: Readonly<Record<string, ErrorName>> = {
  ENOSPC: 'disk_full',
  EDQUOT: 'disk_full',
  EMFILE: 'out_of_resources',
  ENFILE: 'out_of_resources',
  ENOMEM: 'out_of_resources',
  // A limit of the size of files (ulimit -f).
  EFBIG: 'out_of_resources',
}

/** The system's error code (`ENOSPC`), or a general word where there is none. */
export function systemErrorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return 'unknown error'
  return typeof error.code === 'string' ? error.code : 'unknown error'
}

/**
 * The refusal for an error met while doing `action` (`write`, `flush`…) on a file of the lake.
 * A LandingError passes unchanged.
 */
export function toStorageError(error: unknown, action: string, path: string): LandingError {
  if (isLandingError(error)) return error
  const code = systemErrorCode(error)
  return new LandingError(errorNames[code] ?? 'storage_failed', `${path}: ${action}: ${code}`, {
    cause: error,
  })
}
