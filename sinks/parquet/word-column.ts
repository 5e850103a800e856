// Columns of 32-bit values: int32 and dates.
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
import { deltaWords } from './delta-values.ts'
import { clearedSlots, directRangeMax, indexInSteps, slotBitsOf } from './index-in-steps.ts'
import { plainFixed } from './plain-values.ts'
import { wordBounds } from './statistics.ts'

const entryBytesMin = 1

export class WordColumn implements ColumnValues {
  readonly #store = takeStore('words')
  #count = 0

  get pendingBytes(): number {
    return this.#count * 4
  }

  add(data: Data, bitmap: number): void {
    const values: Int32Array = data.values
    const { length } = data
    assert(values.length >= length, 'there is a value for every row')
    this.#store.reserve((this.#count + length + 1) * 4)
    const source = arrowAddress('values', values)
    const target = this.#store.address + this.#count * 4
    if (bitmap === 0) {
      kernels.moveBytes(source, target, length * 4)
      this.#count += length
    } else {
      this.#count += kernels.compactWords(source, bitmap, data.offset, length, target)
    }
    this.#store.length = this.#count * 4
  }

  finish(context: EncodingContext): ChunkValues {
    const values = this.#store
    const count = this.#count
    const plain = plainFixed(values, 4, count)
    const delta = deltaWords(values, count)
    const bounds = wordBounds(values.address, count, context.scratch.bounds)
    const build = (distinctMax: number) => buildDictionary(values, count, distinctMax, context)
    return { ...chooseEncoding({ plain, delta, entryBytesMin, build }, context), bounds }
  }

  clear(): void {
    this.#count = 0
    this.#store.length = 0
  }

  release(): void {
    releaseStore(this.#store)
  }
}

/** `scratch.bounds` holds the bounds of the values. */
function buildDictionary(
  values: ByteStore,
  count: number,
  distinctMax: number,
  { scratch }: EncodingContext,
): DictionaryCandidate | null {
  const { indices, dictionary, slots, bounds } = scratch
  indices.reserve(count * 4)
  dictionary.reserve(distinctMax * 4)
  const from = values.address
  const minimum = bounds.words[0] ?? 0
  const range = (bounds.words[1] ?? 0) - minimum + 1
  const distinct = indexInSteps(distinctMax, count, (step) => {
    const to = [indices.address, dictionary.address, step] as const
    if (range <= directRangeMax) {
      return kernels.indexWordsDirect(from, count, minimum, clearedSlots(slots, range), ...to)
    }
    const slotBits = slotBitsOf(step)
    return kernels.indexWords(from, count, clearedSlots(slots, 1 << slotBits), slotBits, ...to)
  })
  if (distinct < 0) return null
  return { page: { bytes: dictionary.bytes.subarray(0, distinct * 4), count: distinct }, indices }
}
