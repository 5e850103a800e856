// Columns of booleans: always plain, a bit a value is what a dictionary would take too.
import assert from 'node:assert'
import type { Data } from 'apache-arrow'
import { kernels } from '../../kernels/kernels.ts'
import { arrowAddress } from './arrow-address.ts'
import { releaseStore, takeStore } from './byte-store.ts'
import type { ChunkValues } from './chunk-values.ts'
import type { ColumnValues } from './column-values.ts'
import { plainBooleans } from './plain-values.ts'
import { booleanBounds } from './statistics.ts'

export class BooleanColumn implements ColumnValues {
  readonly #store = takeStore('booleans')

  get pendingBytes(): number {
    return this.#store.length
  }

  add(data: Data, bitmap: number): void {
    const store = this.#store
    const { offset, length } = data
    const values: Uint8Array = data.values
    assert(values.length * 8 >= offset + length, 'there is a value for every row')
    store.reserve(store.length + length + 1)
    const source = arrowAddress('values', values)
    const target = store.address + store.length
    store.length += kernels.compactBooleans(source, bitmap, offset, length, target)
  }

  finish(): ChunkValues {
    const { bytes, address, length } = this.#store
    const values = plainBooleans(address, length)
    return { values, dictionary: null, bounds: booleanBounds(bytes, length) }
  }

  clear(): void {
    this.#store.length = 0
  }

  release(): void {
    releaseStore(this.#store)
  }
}
