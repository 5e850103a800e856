// Columns of texts that come as Arrow dictionaries: the hot path. Only entries that a row uses are
// copied, in order of first use, so that a text of a refused row never reaches the file.
import assert from 'node:assert'
import type { Data } from 'apache-arrow'
import { type ByteStore, releaseStore, takeStore } from './byte-store.ts'
import { chooseEncoding, type EncodingContext } from './choose-encoding.ts'
import type { ChunkValues } from './chunk-values.ts'
import type { ColumnValues } from './column-values.ts'
import { appendEntriesKernel } from './kernels/append-entries.ts'
import { compactWordsKernel } from './kernels/compact-words.ts'
import { remapKeysKernel } from './kernels/remap-keys.ts'
import { plainByIndex } from './plain-values.ts'
import { textBounds } from './statistics.ts'

export class KeyedColumn implements ColumnValues {
  readonly #indices = takeStore()
  readonly #entries = takeStore()
  readonly #starts = takeStore()
  readonly #remap = takeStore()
  readonly #order = takeStore()
  #count = 0
  #entryCount = 0
  /** Entries and bytes of the Arrow dictionary seen last in this row group. */
  #knownEntries = 0
  #knownBytes = 0

  get pendingBytes(): number {
    return this.#count * 4 + this.#entries.length + this.#knownEntries * 8
  }

  add(data: Data, bitmap: Uint8Array | null): void {
    const keys: Int32Array = data.values
    const { length } = data
    assert(keys.length >= length, 'there is a key for every row')
    const from = this.#count
    this.#indices.reserve((from + length + 1) * 4)
    const target = this.#indices.words
    if (bitmap === null) {
      target.set(keys.subarray(0, length), from)
      this.#count += length
    } else {
      this.#count = compactWordsKernel(keys, bitmap, data.offset, length, target, from)
    }
    this.#indices.length = this.#count * 4
    if (this.#count > from) this.#remapAdded(data, from)
  }

  finish(context: EncodingContext): ChunkValues {
    const entries = this.#entries.bytes
    const starts = this.#starts.words
    const indices = this.#indices.words
    const plain = plainByIndex(entries, starts, indices, this.#count)
    const page = { bytes: entries.subarray(0, this.#entries.length), count: this.#entryCount }
    const chosen = chooseEncoding(plain, 1, () => ({ page, indices }), context)
    return { ...chosen, bounds: textBounds(entries, starts, this.#entryCount) }
  }

  clear(): void {
    this.#count = 0
    this.#entryCount = 0
    this.#knownEntries = 0
    this.#knownBytes = 0
    for (const store of this.#stores()) store.length = 0
  }

  release(): void {
    for (const store of this.#stores()) releaseStore(store)
  }

  #stores(): ByteStore[] {
    return [this.#indices, this.#entries, this.#starts, this.#remap, this.#order]
  }

  #remapAdded(data: Data, from: number): void {
    const dictionary = data.dictionary?.data[0]
    assert(dictionary !== undefined && data.dictionary?.data.length === 1, 'one dictionary chunk')
    assert(dictionary.nullCount === 0, 'a dictionary holds no null')
    const offsets: Int32Array = dictionary.valueOffsets
    const entryCount = dictionary.length
    const first = offsets[0] ?? 0
    const known = (offsets[this.#knownEntries] ?? -1) - first
    assert(known === this.#knownBytes, 'a dictionary begins with the one before it')
    this.#learn(entryCount)
    this.#knownBytes = (offsets[entryCount] ?? first) - first
    const used = remapKeysKernel(
      this.#indices.words,
      from,
      this.#count,
      this.#remap.words,
      entryCount,
      this.#order.words,
      this.#entryCount,
    )
    this.#copyEntries(dictionary.values, offsets, used)
  }

  /** Makes room for the keys of a longer dictionary, none of them in use. */
  #learn(entryCount: number): void {
    const known = this.#knownEntries
    for (const store of [this.#remap, this.#order]) {
      store.reserve(entryCount * 4)
      store.length = entryCount * 4
    }
    if (entryCount > known) this.#remap.words.fill(-1, known, entryCount)
    this.#knownEntries = entryCount
  }

  #copyEntries(values: Uint8Array, offsets: Int32Array, used: number): void {
    const from = this.#entryCount
    if (used === from) return
    const order = this.#order.words
    let byteLength = this.#entries.length
    for (let entry = from; entry < used; entry++) {
      const key = order[entry] ?? 0
      byteLength += 4 + (offsets[key + 1] ?? 0) - (offsets[key] ?? 0)
    }
    assert(byteLength < 2 ** 31, 'the texts of a row group stay below 2 GiB')
    this.#entries.reserve(byteLength)
    this.#starts.reserve((used + 1) * 4)
    this.#starts.length = (used + 1) * 4
    const { bytes, length } = this.#entries
    const starts = this.#starts.words
    appendEntriesKernel(values, offsets, order, from, used, bytes, length, starts)
    this.#entries.length = byteLength
    this.#entryCount = used
  }
}
