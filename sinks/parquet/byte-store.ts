// Growing buffers for the values of an open row group, in the memory of the kernels. They are kept
// when a row group or a file ends and used again by the next one of the same thread: growing is what
// costs, not holding.
import assert from 'node:assert'
import { endianness } from 'node:os'
import { addressOf, giveBack, guardBytes, takeBytes } from '../../kernels/arena.ts'
import { kernels } from '../../kernels/kernels.ts'

assert(endianness() === 'LE', 'values are written in the byte order of the machine: little endian')

const initialBytes = 1 << 16
/** A store that grew beyond this for one unusual table is not kept for the next one. */
const keptBytesMax = 1 << 27
const keptStoresMax = 1024

export type StoreUse =
  | 'booleans'
  | 'words'
  | 'pairs'
  | 'validity'
  | `texts ${'bytes' | 'starts'}`
  | `keyed ${'indices' | 'entries' | 'starts' | 'remap' | 'order'}`
  | `scratch ${'page' | 'sample' | 'compressed' | 'indices' | 'dictionary' | 'starts' | 'slots'}`
  | 'bounds'
  | 'part'
  | 'input'
  | `rejects ${'zeros' | 'columns' | 'validity' | 'rules' | 'lists' | 'rows' | 'places'}`
  | `rejects ${'offsets' | 'records'}`

/** One buffer under several views. Views and address change when it grows: fetch after `reserve`. */
export class ByteStore {
  bytes!: Uint8Array
  words!: Int32Array
  doubles!: Float64Array
  view!: DataView
  /** Where it begins, for kernels. */
  address!: number
  /** Bytes in use. */
  length = 0

  readonly use: StoreUse

  constructor(use: StoreUse, byteLength: number = initialBytes - guardBytes) {
    this.use = use
    this.#view(takeBytes(byteLength))
  }

  /** Makes room for `byteLength` bytes in all, keeping the first `length` of them. */
  reserve(byteLength: number): void {
    if (byteLength <= this.bytes.length) return
    let grown = this.bytes.length + guardBytes
    while (grown - guardBytes < byteLength) grown *= 2
    const before = this.bytes
    this.#view(takeBytes(grown - guardBytes))
    kernels.moveBytes(addressOf(before), this.address, this.length)
    giveBack(before)
  }

  /** Gives the memory back; the store is used no more. */
  free(): void {
    giveBack(this.bytes)
  }

  #view(bytes: Uint8Array): void {
    const { buffer, byteOffset, length } = bytes
    this.bytes = bytes
    this.words = new Int32Array(buffer, byteOffset, length >>> 2)
    this.doubles = new Float64Array(buffer, byteOffset, length >>> 3)
    this.view = new DataView(buffer, byteOffset, length)
    this.address = addressOf(bytes)
  }
}

/** By use: were they mixed, every one of them would grow as large as the largest use of all. */
const keptStores = new Map<StoreUse, ByteStore[]>()
let keptCount = 0

/** An empty store, of any capacity. */
export function takeStore(use: StoreUse): ByteStore {
  const store = keptStores.get(use)?.pop()
  if (store === undefined) return new ByteStore(use)
  keptCount--
  return store
}

/** Gives a store back; the caller forgets it. */
export function releaseStore(store: ByteStore): void {
  store.length = 0
  if (store.bytes.length > keptBytesMax || keptCount >= keptStoresMax) {
    store.free()
    return
  }
  const stores = keptStores.get(store.use) ?? []
  stores.push(store)
  keptStores.set(store.use, stores)
  keptCount++
}
