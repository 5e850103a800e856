// A file of the lake while it is written: buffered, digested as it goes, flushed, then read back and
// digested again, because a part that cannot be read back must never be named by a manifest.
import { createHash, type Hash } from 'node:crypto'
import { closeSync, fchmodSync, fsync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { limits } from '../../config/limits.ts'
import { LandingError } from '../../contracts/errors.ts'
import { storageError, systemErrorCode } from '../../lake/durable-files.ts'
import { magic } from './format.ts'

const modeWhileOpen = 0o600
const flush = promisify(fsync)

export interface FinishedFile {
  readonly bytes: number
  readonly sha256: string
}

export class PartFileWriter {
  readonly path: string
  readonly #buffer = Buffer.allocUnsafeSlow(limits.partWriteBytes)
  readonly #hash: Hash = createHash('sha256')
  #buffered = 0
  #written = 0
  #descriptor: number | null

  /** Creates the file; one that exists already is refused. */
  constructor(path: string) {
    this.path = path
    this.#descriptor = this.#guard('create', () => openSync(path, 'wx', modeWhileOpen))
  }

  /** Offset of the next byte. */
  get position(): number {
    return this.#written + this.#buffered
  }

  /** Appends the bytes, which the caller may change afterwards. */
  write(bytes: Uint8Array): void {
    if (this.#buffered + bytes.length > this.#buffer.length) this.#drain()
    if (bytes.length > this.#buffer.length) {
      this.#writeAll(bytes)
      return
    }
    this.#buffer.set(bytes, this.#buffered)
    this.#buffered += bytes.length
  }

  /**
   * Flushes, closes and reads the file back. A failed flush is final: it is never tried again. The
   * thread is free while the disk works.
   */
  async finish(mode: number): Promise<FinishedFile> {
    this.#drain()
    const descriptor = this.#openDescriptor()
    this.#guard('set the mode of', () => fchmodSync(descriptor, mode))
    await flush(descriptor).catch((error: unknown) => {
      throw storageError(error, this.path, 'flush')
    })
    this.#close()
    const sha256 = this.#hash.digest('hex')
    this.#readBack(sha256)
    return { bytes: this.#written, sha256 }
  }

  /** Closes and removes the file; doing it twice is harmless. */
  remove(): void {
    const descriptor = this.#descriptor
    this.#descriptor = null
    try {
      unlinkSync(this.path)
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw storageError(error, this.path, 'remove')
    } finally {
      if (descriptor !== null) closeSync(descriptor)
    }
  }

  #readBack(sha256: string): void {
    const path = this.path
    const descriptor = this.#guard('read back', () => openSync(path, 'r'))
    try {
      const hash = createHash('sha256')
      let total = 0
      let head = ''
      let tail = ''
      for (;;) {
        const count = this.#guard('read back', () => readSync(descriptor, this.#buffer))
        if (count === 0) break
        const read = this.#buffer.subarray(0, count)
        hash.update(read)
        if (total === 0) head = read.subarray(0, magic.length).toString('latin1')
        tail = (tail + read.subarray(-magic.length).toString('latin1')).slice(-magic.length)
        total += count
      }
      const expected = String.fromCharCode(...magic)
      if (total !== this.#written || head !== expected || tail !== expected) {
        throw new LandingError('storage_failed', `${path}: read back with another length or magic`)
      }
      if (hash.digest('hex') !== sha256) {
        throw new LandingError('storage_failed', `${path}: read back with another content`)
      }
    } finally {
      closeSync(descriptor)
    }
  }

  #drain(): void {
    const count = this.#buffered
    this.#buffered = 0
    if (count > 0) this.#writeAll(this.#buffer.subarray(0, count))
  }

  #writeAll(bytes: Uint8Array): void {
    const descriptor = this.#openDescriptor()
    this.#hash.update(bytes)
    this.#guard('write', () => {
      let done = 0
      while (done < bytes.length) done += writeSync(descriptor, bytes, done, bytes.length - done)
    })
    this.#written += bytes.length
  }

  #openDescriptor(): number {
    if (this.#descriptor === null) throw new Error('the part file is closed')
    return this.#descriptor
  }

  #close(): void {
    const descriptor = this.#descriptor
    this.#descriptor = null
    if (descriptor !== null) this.#guard('close', () => closeSync(descriptor))
  }

  #guard<T>(action: string, call: () => T): T {
    try {
      return call()
    } catch (error) {
      throw storageError(error, this.path, action)
    }
  }
}
