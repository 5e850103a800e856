// Columns of booleans: always plain, a bit a value is what a dictionary would take too.
import type { Data } from 'apache-arrow'
import { releaseStore, takeStore } from './byte-store.ts'
import type { ChunkValues } from './chunk-values.ts'
import type { ColumnValues } from './column-values.ts'
import { compactBooleansKernel } from './kernels/compact-booleans.ts'
import { plainBooleans } from './plain-values.ts'
import { booleanBounds } from './statistics.ts'

export class BooleanColumn implements ColumnValues {
  readonly #store = takeStore()

  get pendingBytes(): number {
    return this.#store.length
  }

  add(data: Data, bitmap: Uint8Array | null): void {
    const store = this.#store
    const { offset, length } = data
    store.reserve(store.length + length + 1)
    const values: Uint8Array = data.values
    store.length = compactBooleansKernel(values, bitmap, offset, length, store.bytes, store.length)
  }

  finish(): ChunkValues {
    const { bytes, length } = this.#store
    const values = plainBooleans(bytes, length)
    return { values, dictionary: null, bounds: booleanBounds(bytes, length) }
  }

  clear(): void {
    this.#store.length = 0
  }

  release(): void {
    releaseStore(this.#store)
  }
}
