// Columns of texts that come without an Arrow dictionary, and of binary values.
import assert from 'node:assert'
import type { Data } from 'apache-arrow'
import { limits } from '../../config/limits.ts'
import { releaseStore, takeStore } from './byte-store.ts'
import {
  chooseEncoding,
  type DictionaryCandidate,
  type EncodingContext,
  indexInSteps,
} from './choose-encoding.ts'
import type { ChunkValues } from './chunk-values.ts'
import type { ColumnValues } from './column-values.ts'
import { appendValuesKernel } from './kernels/append-values.ts'
import { gatherValuesKernel } from './kernels/gather-values.ts'
import { indexValuesKernel } from './kernels/index-values.ts'
import { plainBytes } from './plain-values.ts'
import { textBounds } from './statistics.ts'

export class BytesColumn implements ColumnValues {
  readonly #store = takeStore()
  readonly #starts = takeStore()
  readonly #type: 'string' | 'binary'
  #count = 0

  constructor(type: 'string' | 'binary') {
    this.#type = type
  }

  get pendingBytes(): number {
    return this.#store.length + this.#count * 4
  }

  add(data: Data, bitmap: Uint8Array | null): void {
    const offsets: Int32Array = data.valueOffsets
    const values: Uint8Array = data.values
    const { offset, length } = data
    if (length === 0) return
    const byteLength = this.#store.length + (offsets[length] ?? 0) - (offsets[0] ?? 0) + length * 4
    assert(byteLength < 2 ** 31, 'the bytes of a row group stay below 2 GiB')
    this.#store.reserve(byteLength)
    this.#starts.reserve((this.#count + length + 1) * 4)
    this.#count += appendValuesKernel(
      values,
      offsets,
      bitmap,
      offset,
      length,
      this.#store.bytes,
      this.#store.length,
      this.#starts.words,
      this.#count,
    )
    this.#store.length = this.#starts.words[this.#count] ?? 0
    this.#starts.length = (this.#count + 1) * 4
  }

  finish(context: EncodingContext): ChunkValues {
    const { bytes } = this.#store
    const starts = this.#starts.words
    const plain = plainBytes(bytes, starts, this.#count)
    if (this.#type === 'binary') return { values: plain, dictionary: null, bounds: null }
    const build = (distinctMax: number) =>
      buildDictionary(bytes, starts, this.#count, distinctMax, context)
    const chosen = chooseEncoding(plain, 2, build, context)
    return { ...chosen, bounds: textBounds(bytes, starts, this.#count) }
  }

  clear(): void {
    this.#count = 0
    this.#store.length = 0
    this.#starts.length = 0
  }

  release(): void {
    releaseStore(this.#store)
    releaseStore(this.#starts)
  }
}

function buildDictionary(
  bytes: Uint8Array,
  starts: Int32Array,
  count: number,
  distinctMax: number,
  context: EncodingContext,
): DictionaryCandidate | null {
  const { scratch } = context
  const most = Math.min(distinctMax, limits.parquetDictionaryValuesMax, count)
  scratch.indices.reserve(count * 4)
  scratch.starts.reserve(most * 4)
  const indices = scratch.indices.words
  const entries = scratch.starts.words
  const distinct = indexInSteps(most, count, scratch, (slots, slotBits, step) =>
    indexValuesKernel(bytes, starts, count, slots, slotBits, indices, entries, step),
  )
  if (distinct < 0) return null
  let byteLength = 0
  for (let entry = 0; entry < distinct; entry++) {
    const value = entries[entry] ?? 0
    byteLength += (starts[value + 1] ?? 0) - (starts[value] ?? 0)
  }
  scratch.dictionary.reserve(byteLength)
  const target = scratch.dictionary.bytes
  gatherValuesKernel(bytes, starts, entries, 0, distinct, target, 0)
  return { page: { bytes: target.subarray(0, byteLength), count: distinct }, indices }
}
