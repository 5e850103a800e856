// Where a reader's bytes come from: a plain file, read synchronously at an offset, or a compressed
// one, unpacked as it streams. Both guard against a file that changes while it is read.
import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { limits } from '../../config/limits.ts'
import { isLandingError, LandingError } from '../../contracts/errors.ts'
import { openFingerprint } from '../../lake/fingerprint.ts'
import { changedError, readError } from './source-error.ts'

export interface TextFeed {
  /**
   * Reads up to `length` bytes of text into `bytes` at `position`, at least one; 0 at the end.
   * Synchronous where the file is plain.
   */
  read(bytes: Uint8Array, position: number, length: number): number | Promise<number>
  /** Refuses a file that changed since it was opened. To be called after the last read. */
  verify(): void
  /** Fingerprint of the whole compressed file, after the end; null for a plain one. */
  compressedFingerprint(): string | null
  close(): void
}

export interface FeedFile {
  readonly path: string
  readonly name: string
  readonly bytes: number
  readonly modifiedMs?: number
  readonly compressed: boolean
}

/** Opens the text of a file at an offset of its text. Errors: source_unreadable. */
export function openTextFeed(file: FeedFile, offset: number): TextFeed {
  try {
    const descriptor = openSync(file.path, 'r')
    const stats = fstatSync(descriptor)
    if (stats.size !== file.bytes) {
      closeSync(descriptor)
      throw changedError(file.name, `its size changed from ${file.bytes} to ${stats.size} bytes`)
    }
    // Between two slices a file of equal size may have taken its place: the halves would not fit.
    if (file.modifiedMs !== undefined && stats.mtimeMs !== file.modifiedMs) {
      closeSync(descriptor)
      throw changedError(file.name, 'it was written to')
    }
    const opened = { file, descriptor, stats }
    return file.compressed ? compressedFeed(opened, offset) : plainFeed(opened, offset)
  } catch (error) {
    throw readError(error, file.name)
  }
}

interface OpenedFile {
  readonly file: FeedFile
  readonly descriptor: number
  readonly stats: Stats
}

function verifyUnchanged({ file, descriptor, stats }: OpenedFile): void {
  const now = fstatSync(descriptor)
  if (now.size !== stats.size) {
    throw changedError(file.name, `its size changed from ${stats.size} to ${now.size} bytes`)
  }
  if (now.mtimeMs !== stats.mtimeMs) throw changedError(file.name, 'it was written to')
}

function plainFeed(opened: OpenedFile, offset: number): TextFeed {
  const { file, descriptor } = opened
  let filePosition = offset
  return {
    read(bytes, position, length) {
      const wanted = Math.min(length, file.bytes - filePosition)
      if (wanted <= 0) return 0
      try {
        const count = readSync(descriptor, bytes, position, wanted, filePosition)
        if (count === 0) throw changedError(file.name, `it shrank below ${file.bytes} bytes`)
        filePosition += count
        return count
      } catch (error) {
        throw readError(error, file.name)
      }
    },
    verify: () => verifyUnchanged(opened),
    compressedFingerprint: () => null,
    close: () => closeSync(descriptor),
  }
}

const compressedChunkBytes = 256 * 1024

function compressedFeed(opened: OpenedFile, offset: number): TextFeed {
  const { file, descriptor } = opened
  const fingerprint = openFingerprint()
  let closed = false
  let textBytes = 0
  let held: Uint8Array = new Uint8Array(0)
  function* compressedChunks(): Generator<Uint8Array> {
    for (let position = 0; position < file.bytes && !closed; ) {
      const chunk = new Uint8Array(Math.min(compressedChunkBytes, file.bytes - position))
      const count = readSync(descriptor, chunk, 0, chunk.length, position)
      if (count === 0) throw changedError(file.name, `it shrank below ${file.bytes} bytes`)
      position += count
      fingerprint.update(chunk.subarray(0, count))
      yield chunk.subarray(0, count)
    }
  }
  const gunzip = createGunzip({ chunkSize: compressedChunkBytes })
  // The error arrives at the iterator; pipeline's own report of it would be the second.
  pipeline(Readable.from(compressedChunks()), gunzip, () => {})
  const unpacked = gunzip[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  const pull = async (): Promise<boolean> => {
    const next = await unpacked.next().catch((error: unknown) => {
      throw unpackError(error, file)
    })
    if (next.done === true) {
      // Bytes behind the last member are not text, and not looked at by gunzip.
      if (gunzip.bytesWritten < file.bytes) throw damaged(file, 'has bytes behind its end')
      return false
    }
    held = next.value
    textBytes += held.length
    if (textBytes > limits.batchBytesMax && textBytes / file.bytes > limits.decompressionRatioMax) {
      throw damaged(file, `unpacks to more than ${limits.decompressionRatioMax} times its size`)
    }
    return true
  }
  const take = async (bytes: Uint8Array, position: number, length: number): Promise<number> => {
    while (held.length === 0) if (!(await pull())) return 0
    const count = Math.min(length, held.length)
    bytes.set(held.subarray(0, count), position)
    held = held.subarray(count)
    return count
  }
  let unskipped = offset
  return {
    async read(bytes, position, length) {
      while (unskipped > 0) {
        if (held.length === 0 && !(await pull())) throw changedError(file.name, 'it shrank')
        const skipped = Math.min(unskipped, held.length)
        held = held.subarray(skipped)
        unskipped -= skipped
      }
      return take(bytes, position, length)
    },
    verify: () => verifyUnchanged(opened),
    compressedFingerprint: () => fingerprint.digest(),
    close() {
      if (closed) return
      closed = true
      gunzip.destroy()
      closeSync(descriptor)
    },
  }
}

function damaged(file: FeedFile, what: string): LandingError {
  return new LandingError('compressed_damaged', `${file.name}: the compressed file ${what}`)
}

function unpackError(error: unknown, file: FeedFile): unknown {
  if (isLandingError(error)) return error
  const hasCode = typeof error === 'object' && error !== null && 'code' in error
  const code = hasCode ? String(error.code) : ''
  if (!code.startsWith('Z_')) return readError(error, file.name)
  return damaged(file, code === 'Z_BUF_ERROR' ? 'ends too early' : `is damaged (${code})`)
}
