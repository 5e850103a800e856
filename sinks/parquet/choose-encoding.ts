// Plain, differences or dictionary, one of them for a whole column chunk: whichever takes the fewest
// bytes on disk.
import { limits } from '../../config/limits.ts'
import type { ByteStore } from './byte-store.ts'
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
  /** 32-bit words. */
  readonly indices: ByteStore
}

export interface EncodingCandidates {
  readonly plain: EncodedValues
  /** Of whole numbers. */
  readonly delta: EncodedValues | null
  /** Compressed bytes that an entry of a dictionary takes at least. */
  readonly entryBytesMin: number
  /** Makes the dictionary, or null where it would have more entries than allowed. */
  readonly build: (distinctMax: number) => DictionaryCandidate | null
}

/**
 * A dictionary may have as many entries as fit in the bytes that the values take without it. With
 * dictionaries `off` all is plain: that is for readers that know nothing else.
 */
export function chooseEncoding(
  candidates: EncodingCandidates,
  context: EncodingContext,
): ChosenEncoding {
  const { plain, delta, entryBytesMin, build } = candidates
  const asPlain = { values: plain, dictionary: null }
  if (context.dictionary === 'off' || plain.count === 0) return asPlain
  const { compress, scratch } = context
  const plainBytes = estimateValues(plain, compress, scratch)
  const deltaBytes = delta === null ? plainBytes : estimateValues(delta, compress, scratch)
  const best =
    delta !== null && deltaBytes < plainBytes ? { values: delta, dictionary: null } : asPlain
  const bestBytes = Math.min(plainBytes, deltaBytes)
  const distinctMax = Math.min(
    Math.floor(bestBytes / entryBytesMin),
    limits.parquetDictionaryValuesMax,
    plain.count,
  )
  const candidate = build(distinctMax)
  if (candidate === null) return best
  const { page } = candidate
  const values = dictionaryIndices(candidate.indices, plain.count, page.count)
  const dictionaryBytes = estimateDictionary(page, compress)
  if (dictionaryBytes >= bestBytes) return best
  const indexBytes = estimateValues(values, compress, scratch)
  return dictionaryBytes + indexBytes < bestBytes ? { values, dictionary: page } : best
}
