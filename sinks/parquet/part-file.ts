// A file of the lake while it is written: buffered, digested as it goes, flushed, then read back and
// compared with the CRC-32 of each piece as it was given, because a part that cannot be read back
// must never be named by a manifest.
import { createHash, type Hash } from 'node:crypto'
import { closeSync, fchmodSync, fsync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'
import { limits } from '../../config/limits.ts'
import { LandingError } from '../../contracts/errors.ts'
import { addressOf, isInArena } from '../../kernels/arena.ts'
import { kernels } from '../../kernels/kernels.ts'
import { storageError, systemErrorCode } from '../../lake/durable-files.ts'
import { type ByteStore, releaseStore, takeStore } from './byte-store.ts'
import { magic } from './format.ts'
import { type Piece, PieceCheck } from './piece-check.ts'

const modeWhileOpen = 0o600
const flush = promisify(fsync)

export interface FinishedFile {
  readonly bytes: number
  readonly sha256: string
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

export class PartFileWriter {
  readonly path: string
  /** Lengths and CRCs of the pieces that were written, of which a page is the largest. */
  readonly #pieces: Piece[] = []
  readonly #hash: Hash = createHash('sha256')
  #buffered = 0
  #written = 0
  #descriptor: number | null
  #store: ByteStore | null = null

  /** Creates the file; one that exists already is refused. */
  constructor(path: string) {
    this.path = path
    this.#descriptor = this.#guard('create', () => openSync(path, 'wx', modeWhileOpen))
  }

  /** Offset of the next byte. */
  get position(): number {
    return this.#written + this.#buffered
  }

  /** Appends the bytes, which the caller may change afterwards. `crc` is their CRC-32. */
  write(bytes: Uint8Array, crc: number = crc32(bytes)): void {
    const { length } = bytes
    if (length > 0) this.#pieces.push({ length, crc })
    if (this.#buffered + length > limits.partWriteBytes) this.#drain()
    if (length > limits.partWriteBytes) {
      this.#writeAll(bytes)
      return
    }
    const buffer = this.#buffer()
    if (isInArena(bytes)) {
      kernels.moveBytes(addressOf(bytes), buffer.address + this.#buffered, length)
    } else {
      buffer.bytes.set(bytes, this.#buffered)
    }
    this.#buffered += length
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
    this.#readBack()
    this.#release()
    return { bytes: this.#written, sha256: this.#hash.digest('hex') }
  }

  /** Closes and removes the file; doing it twice is harmless. */
  remove(): void {
    const descriptor = this.#descriptor
    this.#descriptor = null
    this.#release()
    try {
      unlinkSync(this.path)
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw storageError(error, this.path, 'remove')
    } finally {
      if (descriptor !== null) closeSync(descriptor)
    }
  }

  #readBack(): void {
    const path = this.path
    const descriptor = this.#guard('read back', () => openSync(path, 'r'))
    const buffer = this.#buffer().bytes.subarray(0, limits.partWriteBytes)
    const check = new PieceCheck(this.#pieces)
    let head = ''
    let tail = ''
    try {
      for (;;) {
        const count = this.#guard('read back', () => readSync(descriptor, buffer))
        if (count === 0) break
        const read = buffer.subarray(0, count)
        check.add(read)
        head ||= latin1(read.subarray(0, magic.length))
        tail = (tail + latin1(read.subarray(-magic.length))).slice(-magic.length)
      }
    } finally {
      closeSync(descriptor)
    }
    const expected = String.fromCharCode(...magic)
    if (!check.isWhole || head !== expected || tail !== expected) {
      throw new LandingError('storage_failed', `${path}: read back with another content`)
    }
  }

  #buffer(): ByteStore {
    if (this.#store !== null) return this.#store
    this.#store = takeStore('part')
    this.#store.reserve(limits.partWriteBytes)
    return this.#store
  }

  #release(): void {
    if (this.#store !== null) releaseStore(this.#store)
    this.#store = null
  }

  #drain(): void {
    const count = this.#buffered
    this.#buffered = 0
    if (count > 0) this.#writeAll(this.#buffer().bytes.subarray(0, count))
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
