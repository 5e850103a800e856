// Memory that one column chunk needs only while it is encoded: shared by all columns of a writer,
// because they are encoded one after the other.
import { type ByteStore, releaseStore, takeStore } from './byte-store.ts'

export interface Scratch {
  readonly page: ByteStore
  readonly sample: ByteStore
  readonly compressed: ByteStore
  readonly indices: ByteStore
  readonly dictionary: ByteStore
  readonly starts: ByteStore
  readonly slots: ByteStore
  /** Smallest and largest value. */
  readonly bounds: ByteStore
}

export function takeScratch(): Scratch {
  return {
    page: takeStore('scratch page'),
    sample: takeStore('scratch sample'),
    compressed: takeStore('scratch compressed'),
    indices: takeStore('scratch indices'),
    dictionary: takeStore('scratch dictionary'),
    starts: takeStore('scratch starts'),
    slots: takeStore('scratch slots'),
    bounds: takeStore('bounds'),
  }
}

export function releaseScratch(scratch: Scratch): void {
  for (const store of Object.values(scratch)) releaseStore(store)
}
