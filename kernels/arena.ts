// The memory that the kernels work in: one WebAssembly memory a thread, from which buffers are taken
// and to which they are given back. It is shared memory only because that can grow without making
// the views of it useless; no other thread sees it. Pages never touched cost nothing.
import assert from 'node:assert'
import { LandingError } from '../contracts/errors.ts'

const pageBytes = 65_536
const pagesMax = 32_768
/** Below: what the compiler of the kernels put there, and room for loads that begin early. */
const firstBlock = 65_536
/** Kernels may load up to so many bytes before and behind a buffer, and write behind one. */
export const guardBytes = 64
/** Smallest block is 2^7 bytes, the guard included. */
const smallestClass = 7

export type ArenaView = Uint8Array | Int16Array | Uint16Array | Int32Array | Float64Array

/** The memory, imported by the kernels. 2 GiB at most, so that addresses are positive. */
export const memory = new WebAssembly.Memory({ initial: 2, maximum: pagesMax, shared: true })

/** By size class: addresses of blocks given back. */
const freeBlocks: number[][] = Array.from({ length: 32 }, () => [])
/** By address: the size class of a block that is taken. */
const takenClasses = new Map<number, number>()
/** Every buffer object that the memory has had: it gets a new one when it grows. */
const buffers = new WeakSet<ArrayBufferLike>([memory.buffer])
let end = firstBlock

/** Address of a block of at least `byteLength` bytes, aligned to 64, all of them zero. */
function takeBlock(byteLength: number): number {
  const sizeClass = Math.max(smallestClass, 32 - Math.clz32(byteLength + guardBytes - 1))
  const reused = freeBlocks[sizeClass]?.pop()
  if (reused !== undefined) {
    takenClasses.set(reused, sizeClass)
    // In eights: filling shared memory goes element by element.
    new Float64Array(memory.buffer, reused, (byteLength + 7) >>> 3).fill(0)
    return reused
  }
  const address = end
  const needed = address + 2 ** sizeClass
  if (needed > memory.buffer.byteLength) grow(needed)
  end = needed
  takenClasses.set(address, sizeClass)
  return address
}

/** Makes the memory reach `byteLength` bytes; `out_of_resources` where it cannot. */
function grow(byteLength: number): void {
  const missing = Math.ceil((byteLength - memory.buffer.byteLength) / pageBytes)
  try {
    memory.grow(missing)
  } catch (cause) {
    const pages = `${memory.buffer.byteLength / pageBytes} pages of 64 KiB`
    const what = `a worker thread has no more memory for its buffers beyond ${pages}`
    throw new LandingError('out_of_resources', what, { cause })
  }
  buffers.add(memory.buffer)
}

type ViewOf<View> = new (buffer: SharedArrayBuffer, address: number, length: number) => View

/** The buffer object changes when the memory grows, so it is read after the block is there. */
function take<View>(view: ViewOf<View>, elementBytes: number, length: number): View {
  const address = takeBlock(length * elementBytes)
  return new view(memory.buffer, address, length)
}

/** Buffers of zeros for kernels, valid until they are given back. */
export const takeBytes = (length: number): Uint8Array => take(Uint8Array, 1, length)
export const takeInt16 = (length: number): Int16Array => take(Int16Array, 2, length)
export const takeUint16 = (length: number): Uint16Array => take(Uint16Array, 2, length)
export const takeInt32 = (length: number): Int32Array => take(Int32Array, 4, length)
export const takeFloat64 = (length: number): Float64Array => take(Float64Array, 8, length)

/** Gives a buffer back. `view` begins where the buffer begins; the caller forgets every view of it. */
export function giveBack(view: ArenaView): void {
  const address = addressOf(view)
  const sizeClass = takenClasses.get(address)
  assert(sizeClass !== undefined, 'a buffer is given back once')
  takenClasses.delete(address)
  freeBlocks[sizeClass]?.push(address)
}

/** Is the view one of the memory of the kernels? */
export const isInArena = (view: ArrayBufferView): boolean => buffers.has(view.buffer)

/** Where a view begins, for a kernel. */
export function addressOf(view: ArrayBufferView): number {
  assert(buffers.has(view.buffer), 'kernels read their own memory only')
  return view.byteOffset
}

/** A view of the same bytes that reaches `byteLength` bytes, for buffers with parts of two kinds. */
export const bytesAt = (address: number, byteLength: number): Uint8Array =>
  new Uint8Array(memory.buffer, address, byteLength)

/** Takes buffers for one owner, and gives back at once whatever the owner still has. */
export class ArenaOwner {
  readonly #views = new Set<ArenaView>()

  bytes(length: number): Uint8Array {
    return this.#keep(takeBytes(length))
  }

  int16(length: number): Int16Array {
    return this.#keep(takeInt16(length))
  }

  int32(length: number): Int32Array {
    return this.#keep(takeInt32(length))
  }

  float64(length: number): Float64Array {
    return this.#keep(takeFloat64(length))
  }

  /** Gives one buffer back. */
  drop(view: ArenaView): void {
    assert(this.#views.delete(view), 'an owner drops what it took')
    giveBack(view)
  }

  /** Gives everything back. Doing it twice is harmless. */
  release(): void {
    for (const view of this.#views) giveBack(view)
    this.#views.clear()
  }

  #keep<View extends ArenaView>(view: View): View {
    this.#views.add(view)
    return view
  }
}
