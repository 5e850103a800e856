// Columns of 64-bit values: int64 and doubles, moved as pairs of 32-bit words.
import assert from 'node:assert'
import type { Data } from 'apache-arrow'
import { limits } from '../../config/limits.ts'
import { type ByteStore, releaseStore, takeStore } from './byte-store.ts'
import {
  chooseEncoding,
  type DictionaryCandidate,
  type EncodingContext,
  indexInSteps,
} from './choose-encoding.ts'
import type { ChunkValues } from './chunk-values.ts'
import type { ColumnValues } from './column-values.ts'
import { compactPairsKernel } from './kernels/compact-pairs.ts'
import { indexPairsKernel } from './kernels/index-pairs.ts'
import { plainFixed } from './plain-values.ts'
import { doubleBounds, int64Bounds, type ValueBounds } from './statistics.ts'

const entryBytesMin = 2

export class PairColumn implements ColumnValues {
  readonly #store = takeStore()
  readonly #type: 'int64' | 'double'
  #count = 0

  constructor(type: 'int64' | 'double') {
    this.#type = type
  }

  get pendingBytes(): number {
    return this.#count * 8
  }

  add(data: Data, bitmap: Uint8Array | null): void {
    const values: BigInt64Array | Float64Array = data.values
    const { length } = data
    assert(values.length >= length, 'there is a value for every row')
    const words = new Int32Array(values.buffer, values.byteOffset, length * 2)
    this.#store.reserve((this.#count + length + 1) * 8)
    const target = this.#store.words
    if (bitmap === null) {
      target.set(words, this.#count * 2)
      this.#count += length
    } else {
      const at = this.#count
      this.#count = compactPairsKernel(words, bitmap, data.offset, length, target, at)
    }
    this.#store.length = this.#count * 8
  }

  finish(context: EncodingContext): ChunkValues {
    const { words, bytes } = this.#store
    const plain = plainFixed(bytes, 8, this.#count)
    const build = (distinctMax: number) => buildDictionary(words, this.#count, distinctMax, context)
    const chosen = chooseEncoding(plain, entryBytesMin, build, context)
    const { dictionary } = chosen
    const bounds =
      dictionary === null
        ? this.#bounds(this.#store, this.#count)
        : this.#bounds(context.scratch.dictionary, dictionary.count)
    return { ...chosen, bounds }
  }

  clear(): void {
    this.#count = 0
    this.#store.length = 0
  }

  release(): void {
    releaseStore(this.#store)
  }

  #bounds(store: ByteStore, count: number): ValueBounds | null {
    return this.#type === 'int64'
      ? int64Bounds(store.words, count)
      : doubleBounds(store.doubles, count)
  }
}

function buildDictionary(
  words: Int32Array,
  count: number,
  distinctMax: number,
  context: EncodingContext,
): DictionaryCandidate | null {
  const { scratch } = context
  const most = Math.min(distinctMax, limits.parquetDictionaryValuesMax, count)
  scratch.indices.reserve(count * 4)
  scratch.dictionary.reserve(most * 8)
  const indices = scratch.indices.words
  const entries = scratch.dictionary.words
  const distinct = indexInSteps(most, count, scratch, (slots, slotBits, step) =>
    indexPairsKernel(words, count, slots, slotBits, indices, entries, step),
  )
  if (distinct < 0) return null
  const page = { bytes: scratch.dictionary.bytes.subarray(0, distinct * 8), count: distinct }
  return { page, indices }
}
