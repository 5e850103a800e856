// Columns of 64-bit values: int64 and doubles.
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
import { deltaPairs } from './delta-values.ts'
import { clearedSlots, directRangeMax, indexInSteps, slotBitsOf } from './index-in-steps.ts'
import { plainFixed } from './plain-values.ts'
import { doubleBounds, int64Bounds } from './statistics.ts'

const entryBytesMin = 2

export class PairColumn implements ColumnValues {
  readonly #store = takeStore('pairs')
  readonly #type: 'int64' | 'double'
  #count = 0

  constructor(type: 'int64' | 'double') {
    this.#type = type
  }

  get pendingBytes(): number {
    return this.#count * 8
  }

  add(data: Data, bitmap: number): void {
    const values: BigInt64Array | Float64Array = data.values
    const { length } = data
    assert(values.length >= length, 'there is a value for every row')
    this.#store.reserve((this.#count + length + 1) * 8)
    const source = arrowAddress('values', values)
    const target = this.#store.address + this.#count * 8
    if (bitmap === 0) {
      kernels.moveBytes(source, target, length * 8)
      this.#count += length
    } else {
      this.#count += kernels.compactPairs(source, bitmap, data.offset, length, target)
    }
    this.#store.length = this.#count * 8
  }

  finish(context: EncodingContext): ChunkValues {
    const values = this.#store
    const count = this.#count
    const isWhole = this.#type === 'int64'
    const plain = plainFixed(values, 8, count)
    const delta = isWhole ? deltaPairs(values, count) : null
    const { bounds: kept, dictionary: entries } = context.scratch
    const wholeBounds = isWhole ? int64Bounds(values.address, count, kept) : null
    const range = isWhole ? rangeOf(kept) : Number.POSITIVE_INFINITY
    const build = (distinctMax: number) =>
      buildDictionary(values, count, range, distinctMax, context)
    const chosen = chooseEncoding({ plain, delta, entryBytesMin, build }, context)
    if (isWhole) return { ...chosen, bounds: wholeBounds }
    const { dictionary } = chosen
    const bounds =
      dictionary === null
        ? doubleBounds(values.address, count, kept)
        : doubleBounds(entries.address, dictionary.count, kept)
    return { ...chosen, bounds }
  }

  clear(): void {
    this.#count = 0
    this.#store.length = 0
  }

  release(): void {
    releaseStore(this.#store)
  }
}

/** Whole numbers from the smallest to the largest value, about. */
function rangeOf({ view }: ByteStore): number {
  return Number(view.getBigInt64(8, true) - view.getBigInt64(0, true)) + 1
}

/** `scratch.bounds` holds the bounds of the values, where `range` is finite. */
function buildDictionary(
  values: ByteStore,
  count: number,
  range: number,
  distinctMax: number,
  { scratch }: EncodingContext,
): DictionaryCandidate | null {
  const { indices, dictionary, slots, bounds } = scratch
  indices.reserve(count * 4)
  dictionary.reserve(distinctMax * 8)
  const from = values.address
  const isDirect = range <= directRangeMax
  const distinct = indexInSteps(distinctMax, count, (step) => {
    const to = [indices.address, dictionary.address, step] as const
    if (isDirect) {
      const places = clearedSlots(slots, range)
      return kernels.indexPairsDirect(from, count, bounds.address, places, ...to)
    }
    const slotBits = slotBitsOf(step)
    return kernels.indexPairs(from, count, clearedSlots(slots, 1 << slotBits), slotBits, ...to)
  })
  if (distinct < 0) return null
  return { page: { bytes: dictionary.bytes.subarray(0, distinct * 8), count: distinct }, indices }
}
