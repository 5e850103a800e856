// The columns of refused rows while they are handed to the Parquet sink: buffers in the memory of the
// kernels, used again for every batch, because the sink copies what it keeps.
import assert from 'node:assert'
import type { Data } from 'apache-arrow'
import { Binary, Int64, makeData } from '../config/arrow.ts'
import { limits } from '../config/limits.ts'
import type { FieldBatch, RejectedRows } from '../contracts/stage.ts'
import { kernels } from '../kernels/kernels.ts'
import { arrowAddress } from './parquet/arrow-address.ts'
import { type ByteStore, releaseStore, takeStore } from './parquet/byte-store.ts'
import type { TextDictionary } from './text-dictionary.ts'

const recordBytesMax = limits.quarantineRecordBytesMax

export class RejectBuffers {
  readonly #zeros = takeStore('rejects zeros')
  readonly #columns = takeStore('rejects columns')
  readonly #validity = takeStore('rejects validity')
  readonly #rules = takeStore('rejects rules')
  readonly #lists = takeStore('rejects lists')
  readonly #rows = takeStore('rejects rows')
  readonly #places = takeStore('rejects places')
  readonly #offsets = takeStore('rejects offsets')
  readonly #records = takeStore('rejects records')
  #cutRecords = 0
  #released = false

  /** Records whose rest was cut. */
  get cutRecords(): number {
    return this.#cutRecords
  }

  /** A text that all rows share: the only one of its dictionary. */
  sameText(count: number, texts: TextDictionary): Data {
    this.#zeros.reserve(count * 4)
    kernels.clearBytes(this.#zeros.address, count * 4)
    return keyedData(this.#zeros, count, texts)
  }

  /** Names of the first failing columns; null for the record itself. */
  columnNames({ count, columns }: RejectedRows, texts: TextDictionary): Data {
    const values = arrowAddress('values', columns.subarray(0, count))
    const { address } = reserved(this.#columns, count * 4)
    const { address: validity } = reserved(this.#validity, (count + 7) >>> 3)
    const nullCount = kernels.nullableKeys(values, count, address, validity)
    return keyedData(this.#columns, count, texts, nullCount, this.#validity.bytes)
  }

  /** Names of the first failing rules. */
  ruleNames({ count, rules }: RejectedRows, texts: TextDictionary): Data {
    const { address } = reserved(this.#rules, count * 4)
    kernels.widenBytes(arrowAddress('values', rules.subarray(0, count)), count, address)
    return keyedData(this.#rules, count, texts)
  }

  /** Texts of all failing rules, by `keyOf` a mask. */
  ruleLists(
    { count, masks }: RejectedRows,
    texts: TextDictionary,
    keyOf: (mask: number) => number,
  ): Data {
    const { words } = reserved(this.#lists, count * 4)
    let lastMask = masks[0] ?? 0
    let lastKey = keyOf(lastMask)
    for (let row = 0; row < count; row++) {
      const mask = masks[row] ?? 0
      if (mask !== lastMask) {
        lastMask = mask
        lastKey = keyOf(mask)
      }
      words[row] = lastKey
    }
    return keyedData(this.#lists, count, texts)
  }

  /** Row and byte offset of each reject, and its raw bytes. */
  located(
    { count, rows }: RejectedRows,
    fields: FieldBatch,
  ): { rows: Data; places: Data; records: Data } {
    const { bytes, rowCount, firstRow, byteOffset } = fields
    const starts = arrowAddress('record starts', fields.recordStarts.subarray(0, rowCount))
    const ends = arrowAddress('record ends', fields.recordEnds.subarray(0, rowCount))
    const row = arrowAddress('rows', rows.subarray(0, count))
    const from = [starts, ends, rowCount, bytes.length] as const
    const byteLength = kernels.measureRecords(...from, row, count, recordBytesMax)
    assert(byteLength >= 0 && byteLength < 2 ** 31, 'refused records are rows of their batch')
    const target = reserved(this.#records, byteLength)
    const offsets = reserved(this.#offsets, (count + 1) * 4)
    this.#cutRecords += kernels.gatherRecords(
      arrowAddress('values', bytes),
      starts,
      ends,
      row,
      count,
      recordBytesMax,
      target.address,
      offsets.address,
    )
    const rowNumbers = reserved(this.#rows, count * 8)
    const places = reserved(this.#places, count * 8)
    const to = [rowNumbers.address, places.address] as const
    kernels.locateRejects(row, starts, count, firstRow, byteOffset, ...to)
    const valueOffsets = offsets.words.subarray(0, count + 1)
    const data = target.bytes
    return {
      rows: wholeData(rowNumbers, count),
      places: wholeData(places, count),
      records: makeData({ type: new Binary(), length: count, nullCount: 0, valueOffsets, data }),
    }
  }

  /** Gives the memory back; doing it twice is harmless. */
  release(): void {
    if (this.#released) return
    this.#released = true
    for (const store of [this.#zeros, this.#columns, this.#validity, this.#rules, this.#lists]) {
      releaseStore(store)
    }
    for (const store of [this.#rows, this.#places, this.#offsets, this.#records]) {
      releaseStore(store)
    }
  }
}

function reserved(store: ByteStore, byteLength: number): ByteStore {
  store.reserve(byteLength)
  return store
}

function keyedData(
  { words }: ByteStore,
  length: number,
  texts: TextDictionary,
  nullCount = 0,
  nullBitmap?: Uint8Array,
): Data {
  const dictionary = texts.vector
  const data = words.subarray(0, length)
  return makeData({ type: texts.type, length, nullCount, nullBitmap, data, dictionary })
}

function wholeData({ bytes }: ByteStore, length: number): Data {
  // The client of Arrow reads a buffer of any kind; its types name the kind that is not shared.
  const data = new BigInt64Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, length)
  return makeData({ type: new Int64(), length, nullCount: 0, data })
}
