// Dictionary or plain, one of them for a whole column chunk: whichever takes fewer bytes on disk.
import { limits } from '../../config/limits.ts'
import type { DictionaryPage, EncodedValues } from './chunk-values.ts'
import type { Compress } from './codecs.ts'
import { dictionaryIndices } from './dictionary-values.ts'
import { estimateDictionary, estimateValues } from './estimate-size.ts'
import type { Scratch } from './scratch.ts'

export interface EncodingContext {
  readonly dictionary: 'auto' | 'off'
  readonly compress: Compress
  readonly scratch: Scratch
}

export interface ChosenEncoding {
  readonly values: EncodedValues
  readonly dictionary: DictionaryPage | null
}

export interface DictionaryCandidate {
  readonly page: DictionaryPage
  readonly indices: Int32Array
}

/**
 * `build` makes the dictionary, or null where it has more entries than allowed: more than would
 * fit in the bytes that plain values take, at `entryBytesMin` compressed bytes an entry.
 */
export function chooseEncoding(
  plain: EncodedValues,
  entryBytesMin: number,
  build: (distinctMax: number) => DictionaryCandidate | null,
  context: EncodingContext,
): ChosenEncoding {
  const asPlain = { values: plain, dictionary: null }
  if (context.dictionary === 'off' || plain.count === 0) return asPlain
  const plainBytes = estimateValues(plain, context.compress, context.scratch)
  const candidate = build(Math.floor(plainBytes / entryBytesMin))
  if (candidate === null) return asPlain
  const { page } = candidate
  const values = dictionaryIndices(candidate.indices, plain.count, page.count)
  const dictionaryBytes = estimateDictionary(page, context.compress)
  if (dictionaryBytes >= plainBytes) return asPlain
  const indexBytes = estimateValues(values, context.compress, context.scratch)
  return dictionaryBytes + indexBytes < plainBytes ? { values, dictionary: page } : asPlain
}

const firstTryDistinct = 4096

/**
 * Tries a small hash table that fits the cache first, then one for as many values as allowed, unless
 * what was seen says that this cannot pay. `index` returns the number of distinct values, or the
 * complement of the number of values it saw before there were too many.
 */
export function indexInSteps(
  distinctMax: number,
  count: number,
  scratch: Scratch,
  index: (slots: Int32Array, slotBits: number, distinctMax: number) => number,
): number {
  const most = Math.min(distinctMax, limits.parquetDictionaryValuesMax)
  for (let step = Math.min(firstTryDistinct, most); ; step = most) {
    const slotBits = 33 - Math.clz32(Math.max(step, 2) - 1)
    scratch.slots.reserve(4 << slotBits)
    scratch.slots.words.fill(0, 0, 1 << slotBits)
    const distinct = index(scratch.slots.words, slotBits, step)
    if (distinct >= 0 || step >= most) return distinct
    if (expectedDistinct(~distinct, step, count) > count * distinctShareMax) return distinct
  }
}

/** Beyond this share of distinct values a dictionary saves little and costs a lookup a value. */
const distinctShareMax = 0.4

/**
 * Distinct values to expect among `count`, where the first `seen` had `distinct`: draws from a pool
 * of N values, with N solved from distinct = N (1 - exp(-seen / N)) by bisection.
 */
export function expectedDistinct(seen: number, distinct: number, count: number): number {
  if (seen <= distinct) return count
  const drawn = (pool: number, draws: number): number => -pool * Math.expm1(-draws / pool)
  let low = distinct
  let high = distinct * count
  for (let step = 0; step < 60 && high - low > 1; step++) {
    const middle = (low + high) / 2
    if (drawn(middle, seen) < distinct) low = middle
    else high = middle
  }
  return drawn(high, count)
}
