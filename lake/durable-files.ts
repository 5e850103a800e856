// Writing that survives a power cut: exclusive creation, flush of the file, flush of its folder. A
// flush that failed is never tried again on the same file, because the kernel may have marked the
// lost pages clean. Every fault of the storage becomes a LandingError through `storageError`.
import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { chmod, copyFile, link, mkdir, open, rename, rm, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isLandingError, LandingError } from '../contracts/errors.ts'

const full: readonly string[] = ['ENOSPC', 'EDQUOT']
// EFBIG: a limit of the size of files (ulimit -f), which can be raised like the others.
const exhausted: readonly string[] = ['EMFILE', 'ENFILE', 'ENOMEM', 'EFBIG']
const cannotLink: readonly string[] = [
  'EXDEV',
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
]

// What a person has to change, and not the disk.
const sentences: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOENT: 'there is no such file or folder',
}
const permissionRemedy = 'Give the user that runs this the permission to write there.'

/** The code of a system error (`ENOENT`), or '' for any other error. */
export function systemErrorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}

/**
 * The refusal an operator sees for a fault of the storage at `path`: disk_full, out_of_resources, or
 * storage_failed for all others. `action` says what was tried. A LandingError is passed through.
 */
export function storageError(error: unknown, path: string, action = ''): LandingError {
  if (isLandingError(error)) return error
  const code = systemErrorCode(error)
  const where = action === '' ? path : `${path}: ${action}`
  const [name, sentence] = full.includes(code)
    ? (['disk_full', 'no space left on the disk'] as const)
    : exhausted.includes(code)
      ? (['out_of_resources', 'the machine is out of resources'] as const)
      : (['storage_failed', sentences[code] ?? 'the storage failed'] as const)
  const what = code === '' ? 'an unexpected fault' : code
  const remedy = sentences[code] === 'permission denied' ? { remedy: permissionRemedy } : {}
  return new LandingError(name, `${where}: ${sentence} (${what})`, { ...remedy, cause: error })
}

/** Runs a storage operation and maps its fault. */
export async function onStorage<T>(path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation()
  } catch (error) {
    throw storageError(error, path)
  }
}

/**
 * Creates the file (it must not exist), writes all, flushes, closes. What was written is removed when
 * any step fails. The entry in its folder is durable only after `flushFolder`.
 */
export async function writeFileDurably(
  path: string,
  data: string | Uint8Array,
  mode = 0o640,
): Promise<void> {
  const handle = await onStorage(path, () => open(path, 'wx', mode))
  try {
    try {
      await handle.writeFile(data)
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    await unlink(path).catch(() => {})
    throw storageError(error, path)
  }
}

/** Replaces a file as a whole: readers see the old content or the new. The folder is flushed. */
export async function replaceFileDurably(
  path: string,
  data: string | Uint8Array,
  mode = 0o640,
): Promise<void> {
  const temporary = `${path}.new`
  await onStorage(temporary, () => rm(temporary, { force: true }))
  await writeFileDurably(temporary, data, mode)
  await renameDurably(temporary, path)
}

/** Flushes the content of a file; a read-only handle is enough, and read-only files stay so. */
export async function flushFile(path: string): Promise<void> {
  await onStorage(path, async () => {
    const handle = await open(path, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  })
}

/** Flushes the entries of a folder: names made, renamed or removed in it survive a power cut. */
export const flushFolder: (path: string) => Promise<void> = flushFile

/** Creates a folder and those above it, and flushes every folder that got a new entry. */
export async function makeFolderDurably(path: string, mode = 0o750): Promise<void> {
  const created = await onStorage(path, () => mkdir(path, { recursive: true, mode }))
  if (created === undefined) return
  for (let folder = path; folder.length >= created.length; folder = dirname(folder)) {
    await flushFolder(dirname(folder))
  }
}

/** Renames and flushes both folders. What the kernel refuses is thrown as it is, unmapped. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to)
  await flushFolder(dirname(to))
  if (dirname(from) !== dirname(to)) await flushFolder(dirname(from))
}

/**
 * Gives a file a second name; copies and flushes where the file system has no hard links (or the file
 * has as many as it may have). The target must not exist.
 */
export async function linkOrCopy(from: string, to: string): Promise<'linked' | 'copied'> {
  try {
    await link(from, to)
    return 'linked'
  } catch (error) {
    if (!cannotLink.includes(systemErrorCode(error))) throw storageError(error, to)
  }
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL)
    // The copy of a read-only file is read-only from its creation: flushFile needs no more.
    await flushFile(to)
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') await unlink(to).catch(() => {})
    throw storageError(error, to)
  }
  return 'copied'
}

/** SHA-256 (lower-case hex) and size of a file, read as a stream. */
export async function digestFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  await onStorage(path, async () => {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      hash.update(chunk as Uint8Array)
      bytes += (chunk as Uint8Array).byteLength
    }
  })
  return { bytes, sha256: hash.digest('hex') }
}

/** SHA-256 of bytes or text in memory, lower-case hex. */
export function digestOf(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** Changes permission bits; files of a snapshot are 0440, quarantine is 0600 in folders of 0700. */
export async function protectFile(path: string, mode: number): Promise<void> {
  await onStorage(path, () => chmod(path, mode))
}

/** Removes a file or a whole folder; nothing there is fine. */
export async function removeTree(path: string): Promise<void> {
  await onStorage(path, () => rm(path, { recursive: true, force: true }))
}

/** Size in bytes, or null where there is no such file. */
export async function fileBytes(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null
    throw storageError(error, path)
  }
}
