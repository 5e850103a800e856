// Columns of 32-bit values: int32 and dates.
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
import { boundsWordsKernel } from './kernels/bounds-words.ts'
import { compactWordsKernel } from './kernels/compact-words.ts'
import { indexWordsKernel } from './kernels/index-words.ts'
import { indexWordsDirectKernel } from './kernels/index-words-direct.ts'
import { plainFixed } from './plain-values.ts'
import type { Scratch } from './scratch.ts'
import { wordBounds } from './statistics.ts'

const entryBytesMin = 1
/** Widest range of values for which a table with a place for each is used. */
const directRangeMax = 1 << 18

export class WordColumn implements ColumnValues {
  readonly #store = takeStore()
  #count = 0

  get pendingBytes(): number {
    return this.#count * 4
  }

  add(data: Data, bitmap: Uint8Array | null): void {
    const values: Int32Array = data.values
    const { length } = data
    assert(values.length >= length, 'there is a value for every row')
    this.#store.reserve((this.#count + length + 1) * 4)
    const target = this.#store.words
    if (bitmap === null) {
      target.set(values.subarray(0, length), this.#count)
      this.#count += length
    } else {
      const at = this.#count
      this.#count = compactWordsKernel(values, bitmap, data.offset, length, target, at)
    }
    this.#store.length = this.#count * 4
  }

  finish(context: EncodingContext): ChunkValues {
    const { words, bytes } = this.#store
    const plain = plainFixed(bytes, 4, this.#count)
    const build = (distinctMax: number) => buildDictionary(words, this.#count, distinctMax, context)
    const chosen = chooseEncoding(plain, entryBytesMin, build, context)
    const { dictionary } = chosen
    const bounds =
      dictionary === null
        ? wordBounds(words, this.#count)
        : wordBounds(context.scratch.dictionary.words, dictionary.count)
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

function buildDictionary(
  words: Int32Array,
  count: number,
  distinctMax: number,
  context: EncodingContext,
): DictionaryCandidate | null {
  const { scratch } = context
  const most = Math.min(distinctMax, limits.parquetDictionaryValuesMax, count)
  scratch.indices.reserve(count * 4)
  scratch.dictionary.reserve(most * 4)
  const distinct = indexWords(words, count, most, scratch)
  if (distinct < 0) return null
  const page = { bytes: scratch.dictionary.bytes.subarray(0, distinct * 4), count: distinct }
  return { page, indices: scratch.indices.words }
}

function indexWords(words: Int32Array, count: number, most: number, scratch: Scratch): number {
  const indices = scratch.indices.words
  const dictionary = scratch.dictionary.words
  const bounds = new Int32Array(2)
  boundsWordsKernel(words, count, bounds)
  const minimum = bounds[0] ?? 0
  const range = (bounds[1] ?? 0) - minimum + 1
  if (range <= directRangeMax) {
    scratch.slots.reserve(range * 4)
    const places = scratch.slots.words
    places.fill(0, 0, range)
    return indexWordsDirectKernel(words, count, minimum, places, range, indices, dictionary, most)
  }
  return indexInSteps(most, count, scratch, (slots, slotBits, step) =>
    indexWordsKernel(words, count, slots, slotBits, indices, dictionary, step),
  )
}
