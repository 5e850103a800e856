// Columns of texts that come as Arrow dictionaries: the hot path. Only entries that a row uses are
// copied, in order of first use, so that a text of a refused row never reaches the file.
import assert from 'node:assert'
import type { Data } from 'apache-arrow'
import { kernels } from '../../kernels/kernels.ts'
import { arrowAddress } from './arrow-address.ts'
import { type ByteStore, releaseStore, takeStore } from './byte-store.ts'
import { chooseEncoding, type EncodingContext } from './choose-encoding.ts'
import type { ChunkValues } from './chunk-values.ts'
import type { ColumnValues } from './column-values.ts'
import { plainByIndex } from './plain-values.ts'
import { textBounds } from './statistics.ts'

export class KeyedColumn implements ColumnValues {
  readonly #indices = takeStore('keyed indices')
  readonly #entries = takeStore('keyed entries')
  readonly #starts = takeStore('keyed starts')
  readonly #remap = takeStore('keyed remap')
  readonly #order = takeStore('keyed order')
  #count = 0
  #entryCount = 0
  /** Entries and bytes of the Arrow dictionary seen last in this row group. */
  #knownEntries = 0
  #knownBytes = 0

  get pendingBytes(): number {
    return this.#count * 4 + this.#entries.length + this.#knownEntries * 8
  }

  add(data: Data, bitmap: number): void {
    const keys: Int32Array = data.values
    const { length } = data
    assert(keys.length >= length, 'there is a key for every row')
    const from = this.#count
    this.#indices.reserve((from + length + 1) * 4)
    const source = arrowAddress('values', keys)
    const target = this.#indices.address + from * 4
    if (bitmap === 0) {
      kernels.moveBytes(source, target, length * 4)
      this.#count += length
    } else {
      this.#count += kernels.compactWords(source, bitmap, data.offset, length, target)
    }
    this.#indices.length = this.#count * 4
    if (this.#count > from) this.#remapAdded(data, from)
  }

  finish(context: EncodingContext): ChunkValues {
    const entries = this.#entries
    const starts = this.#starts
    const indices = this.#indices
    const plain = plainByIndex(entries, starts, indices, this.#count)
    const page = { bytes: entries.bytes.subarray(0, entries.length), count: this.#entryCount }
    const candidates = { plain, delta: null, entryBytesMin: 1, build: () => ({ page, indices }) }
    const chosen = chooseEncoding(candidates, context)
    const bounds = textBounds(entries, starts, this.#entryCount, context.scratch.bounds)
    return { ...chosen, bounds }
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
    const used = kernels.remapKeys(
      this.#indices.address + from * 4,
      this.#count - from,
      this.#remap.address,
      entryCount,
      this.#order.address,
      this.#entryCount,
    )
    assert(
      dictionary.values.length >= (offsets[entryCount] ?? 0),
      'there are bytes for every entry',
    )
    assert(used >= 0, 'every key is within the dictionary')
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
    const order = this.#order.address + from * 4
    const offsetsAddress = arrowAddress('offsets', offsets)
    const added = kernels.sumLengths(offsetsAddress, order, used - from)
    assert(added >= 0, 'offsets never go backwards')
    const byteLength = this.#entries.length + added + (used - from) * 4
    assert(byteLength < 2 ** 31, 'the texts of a row group stay below 2 GiB')
    this.#entries.reserve(byteLength)
    this.#starts.reserve((used + 1) * 4)
    this.#starts.length = (used + 1) * 4
    kernels.appendEntries(
      arrowAddress('values', values),
      offsetsAddress,
      order,
      used - from,
      this.#entries.address,
      this.#entries.length,
      this.#starts.address + from * 4,
    )
    this.#entries.length = byteLength
    this.#entryCount = used
  }
}
