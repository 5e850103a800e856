// Where kernels find the buffers of Arrow data and of refused rows. What was made in their memory is
// there already; what comes from elsewhere is copied, into stores that the next column uses again.
import { addressOf, isInArena } from '../../kernels/arena.ts'
import { ByteStore } from './byte-store.ts'

type BufferKind = 'values' | 'offsets' | 'bitmap' | 'rows' | 'record starts' | 'record ends'

const stores = new Map<BufferKind, ByteStore>()
const keptBytesMax = 1 << 24

/** Address of the view's bytes, valid until a buffer of the same kind is asked for. */
export function arrowAddress(kind: BufferKind, view: ArrayBufferView): number {
  if (isInArena(view)) return addressOf(view)
  const store = storeOf(kind, view.byteLength)
  store.bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
  return store.address
}

function storeOf(kind: BufferKind, byteLength: number): ByteStore {
  let store = stores.get(kind)
  if (store !== undefined && store.bytes.length > keptBytesMax && byteLength <= keptBytesMax) {
    store.free()
    store = undefined
  }
  store ??= new ByteStore('input')
  stores.set(kind, store)
  store.reserve(byteLength)
  return store
}
