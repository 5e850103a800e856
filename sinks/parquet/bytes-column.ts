// Columns of texts that come without an Arrow dictionary, and of binary values.
import assert from 'node:assert'
import type { Data } from 'apache-arrow'
import { kernels } from '../../kernels/kernels.ts'
import { arrowAddress } from './arrow-address.ts'
import { type ByteStore, releaseStore, takeStore } from './byte-store.ts'
import {
  chooseEncoding,
  type DictionaryCandidate,
  type EncodingContext,
} from './choose-encoding.ts'
import type { ChunkValues } from './chunk-values.ts'
import type { ColumnValues } from './column-values.ts'
import { clearedSlots, indexInSteps, slotBitsOf } from './index-in-steps.ts'
import { plainBytes } from './plain-values.ts'
import { textBounds } from './statistics.ts'

const entryBytesMin = 2

export class BytesColumn implements ColumnValues {
  readonly #store = takeStore('texts bytes')
  readonly #starts = takeStore('texts starts')
  readonly #type: 'string' | 'binary'
  #count = 0

  constructor(type: 'string' | 'binary') {
    this.#type = type
  }

  get pendingBytes(): number {
    return this.#store.length + this.#count * 4
  }

  add(data: Data, bitmap: number): void {
    const offsets: Int32Array = data.valueOffsets
    const values: Uint8Array = data.values
    const { offset, length } = data
    if (length === 0) return
    assert(offsets.length > length, 'one offset more than there are rows')
    const first = offsets[0] ?? 0
    const last = offsets[length] ?? 0
    assert(first >= 0 && values.length >= last, 'there are bytes for every row')
    const byteLength = this.#store.length + last - first + length * 4
    assert(byteLength < 2 ** 31, 'the bytes of a row group stay below 2 GiB')
    this.#store.reserve(byteLength)
    this.#starts.reserve((this.#count + length + 1) * 4)
    const added = kernels.appendValues(
      arrowAddress('values', values),
      arrowAddress('offsets', offsets),
      bitmap,
      offset,
      length,
      this.#store.address,
      this.#store.length,
      this.#starts.address + this.#count * 4,
    )
    assert(added >= 0, 'offsets never go backwards')
    this.#count += added
    this.#store.length = this.#starts.words[this.#count] ?? 0
    this.#starts.length = (this.#count + 1) * 4
  }

  finish(context: EncodingContext): ChunkValues {
    const texts = this.#store
    const starts = this.#starts
    const count = this.#count
    const plain = plainBytes(texts, starts, count)
    if (this.#type === 'binary') return { values: plain, dictionary: null, bounds: null }
    const build = (distinctMax: number) =>
      buildDictionary(texts, starts, count, distinctMax, context)
    const chosen = chooseEncoding({ plain, delta: null, entryBytesMin, build }, context)
    return { ...chosen, bounds: textBounds(texts, starts, count, context.scratch.bounds) }
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
  texts: ByteStore,
  starts: ByteStore,
  count: number,
  distinctMax: number,
  { scratch }: EncodingContext,
): DictionaryCandidate | null {
  const { indices, dictionary, slots, starts: entries } = scratch
  indices.reserve(count * 4)
  entries.reserve(distinctMax * 4)
  const distinct = indexInSteps(distinctMax, count, (step) => {
    const slotBits = slotBitsOf(step)
    const cleared = clearedSlots(slots, 4 << slotBits)
    const from = [texts.address, starts.address, count] as const
    return kernels.indexValues(...from, cleared, slotBits, indices.address, entries.address, step)
  })
  if (distinct < 0) return null
  const chosen = [texts.address, starts.address, entries.address, distinct] as const
  dictionary.reserve(kernels.sumLengths(starts.address, entries.address, distinct))
  const byteLength = kernels.gatherValues(...chosen, dictionary.address)
  return { page: { bytes: dictionary.bytes.subarray(0, byteLength), count: distinct }, indices }
}
