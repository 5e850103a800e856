// Growing buffers for the values of an open row group. They are kept when a row group or a file ends
// and used again by the next one of the same thread: growing is what costs, not holding.
import assert from 'node:assert'
import { endianness } from 'node:os'

assert(endianness() === 'LE', 'values are written in the byte order of the machine: little endian')

const initialBytes = 1 << 16
/** A store that grew beyond this for one unusual table is not kept for the next one. */
const keptBytesMax = 1 << 27
const keptStoresMax = 1024

/** One buffer under several views. The views change when it grows: fetch them after `reserve`. */
export class ByteStore {
  bytes: Uint8Array
  words: Int32Array
  doubles: Float64Array
  view: DataView
  /** Bytes in use. */
  length = 0

  constructor(byteLength: number = initialBytes) {
    const buffer = Buffer.allocUnsafeSlow(byteLength).buffer
    this.bytes = new Uint8Array(buffer)
    this.words = new Int32Array(buffer)
    this.doubles = new Float64Array(buffer)
    this.view = new DataView(buffer)
  }

  /** Makes room for `byteLength` bytes in all, keeping the first `length` of them. */
  reserve(byteLength: number): void {
    if (byteLength <= this.bytes.length) return
    let grown = this.bytes.length
    while (grown < byteLength) grown *= 2
    const kept = this.bytes.subarray(0, this.length)
    const buffer = Buffer.allocUnsafeSlow(grown).buffer
    this.bytes = new Uint8Array(buffer)
    this.words = new Int32Array(buffer)
    this.doubles = new Float64Array(buffer)
    this.view = new DataView(buffer)
    this.bytes.set(kept)
  }
}

const kept: ByteStore[] = []

/** An empty store, of any capacity. */
export function takeStore(): ByteStore {
  return kept.pop() ?? new ByteStore()
}

/** Gives a store back; the caller forgets it. */
export function releaseStore(store: ByteStore): void {
  store.length = 0
  if (store.bytes.length <= keptBytesMax && kept.length < keptStoresMax) kept.push(store)
}
