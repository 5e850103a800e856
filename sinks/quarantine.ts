// Refused rows as Parquet inside the data zone: where each came from, the rules it failed, and its
// raw bytes. Dirty loads refuse many rows, so rows travel in typed arrays here too.
import type { RecordBatch as ArrowRecordBatch, Data } from 'apache-arrow'
import { Binary, Field, Int64, makeData, RecordBatch, Schema, Struct } from '../config/arrow.ts'
import { limits } from '../config/limits.ts'
import { ruleNamesByNumber, rulesInMask } from '../contracts/rules.ts'
import type {
  FieldBatch,
  ParquetColumn,
  PartFile,
  RejectedRows,
  SinkWriter,
} from '../contracts/stage.ts'
import { gatherRecordsKernel } from './kernels/gather-records.ts'
import { locateRejectsKernel } from './kernels/locate-rejects.ts'
import { nullableKeysKernel } from './kernels/nullable-keys.ts'
import { releaseStore, takeStore } from './parquet/byte-store.ts'
import { openParquetWriter } from './parquet/open-parquet-writer.ts'
import { TextDictionary } from './text-dictionary.ts'

export interface QuarantineOrigin {
  readonly run: string
  readonly table: string
  /** `core/patients:0007`. */
  readonly batch: string
  /** Extract file as the operator knows it. */
  readonly file: string
  /** Names of the columns of the table plan, which `RejectedRows.columns` counts. */
  readonly columnNames: readonly string[]
}

export interface QuarantineWriter {
  /** Appends the refused rows of one field batch; copies what it keeps. */
  add(rejects: RejectedRows, fields: FieldBatch): void
  /** Records longer than `limits.quarantineRecordBytesMax`, whose rest was cut. */
  readonly cutRecords: number
  commit(): Promise<PartFile>
  abort(): void
}

const quarantineMode = 0o600

/** The columns of a quarantine file, in order. */
export const quarantineColumns: readonly ParquetColumn[] = [
  { name: 'batch', type: 'string', nullable: false },
  { name: 'file', type: 'string', nullable: false },
  /** From 1, within the batch. */
  { name: 'row', type: 'int64', nullable: false },
  /** Absolute, in the (decompressed) extract. */
  { name: 'byte_offset', type: 'int64', nullable: false },
  /** First failing column; null: the record itself. */
  { name: 'column', type: 'string', nullable: true },
  { name: 'rule', type: 'string', nullable: false },
  /** All failing rules, separated by commas. */
  { name: 'rules', type: 'string', nullable: false },
  { name: 'raw_record', type: 'binary', nullable: false },
]

/** Creates a quarantine file at `path`, which must not exist. Errors as for a Parquet part. */
export function openQuarantineWriter(path: string, origin: QuarantineOrigin): QuarantineWriter {
  const metadata = {
    'safelanding.run': origin.run,
    'safelanding.table': origin.table,
    'safelanding.batch': origin.batch,
  }
  const options = {
    columns: quarantineColumns,
    compression: 'snappy',
    dictionary: 'auto',
    metadata,
  } as const
  return new ParquetQuarantine(openParquetWriter(path, options, quarantineMode), origin)
}

class ParquetQuarantine implements QuarantineWriter {
  readonly #writer: SinkWriter
  readonly #batches: TextDictionary
  readonly #files: TextDictionary
  readonly #columns: TextDictionary
  readonly #rules = new TextDictionary(Array.from(ruleNamesByNumber, (name) => name ?? ''))
  readonly #ruleLists = new TextDictionary()
  readonly #ruleListKeys = new Map<number, number>()
  readonly #records = takeStore('records')
  #cutRecords = 0
  #released = false

  constructor(writer: SinkWriter, origin: QuarantineOrigin) {
    this.#writer = writer
    this.#batches = new TextDictionary([origin.batch])
    this.#files = new TextDictionary([origin.file])
    this.#columns = new TextDictionary(origin.columnNames)
  }

  get cutRecords(): number {
    return this.#cutRecords
  }

  add(rejects: RejectedRows, fields: FieldBatch): void {
    const length = rejects.count
    if (length === 0) return
    const children = [
      keyedData(new Int32Array(length), this.#batches),
      keyedData(new Int32Array(length), this.#files),
      ...positionData(rejects, fields),
      this.#columnData(rejects),
      keyedData(Int32Array.from(rejects.rules.subarray(0, length)), this.#rules),
      keyedData(this.#ruleListKeysOf(rejects), this.#ruleLists),
      this.#recordData(rejects, fields),
    ]
    this.#writer.add(toRecordBatch(children, length))
    if (this.#writer.pendingBytes >= limits.quarantineRowGroupBytesMax) this.#writer.endRowGroup()
  }

  commit(): Promise<PartFile> {
    this.#release()
    return this.#writer.commit()
  }

  abort(): void {
    this.#release()
    this.#writer.abort()
  }

  #release(): void {
    if (this.#released) return
    this.#released = true
    releaseStore(this.#records)
  }

  #columnData(rejects: RejectedRows): Data {
    const { count, columns } = rejects
    const keys = new Int32Array(count)
    const nullBitmap = new Uint8Array((count + 7) >>> 3)
    const nullCount = nullableKeysKernel(columns, count, keys, nullBitmap)
    return keyedData(keys, this.#columns, nullCount, nullBitmap)
  }

  #ruleListKeysOf({ count, masks }: RejectedRows): Int32Array {
    const keys = new Int32Array(count)
    for (let row = 0; row < count; row++) {
      const mask = masks[row] ?? 0
      let key = this.#ruleListKeys.get(mask)
      if (key === undefined) {
        key = this.#ruleLists.append(rulesInMask(mask).join(','))
        this.#ruleListKeys.set(mask, key)
      }
      keys[row] = key
    }
    return keys
  }

  #recordData(rejects: RejectedRows, fields: FieldBatch): Data {
    const { count, rows } = rejects
    const { bytes, recordStarts, recordEnds } = fields
    const recordBytesMax = limits.quarantineRecordBytesMax
    let byteLength = 0
    for (let reject = 0; reject < count; reject++) {
      const row = rows[reject] ?? 0
      byteLength += Math.min((recordEnds[row] ?? 0) - (recordStarts[row] ?? 0), recordBytesMax)
    }
    this.#records.reserve(byteLength)
    const data = this.#records.bytes
    const valueOffsets = new Int32Array(count + 1)
    this.#cutRecords += gatherRecordsKernel(
      bytes,
      recordStarts,
      recordEnds,
      rows,
      count,
      recordBytesMax,
      data,
      valueOffsets,
    )
    return makeData({ type: new Binary(), length: count, nullCount: 0, valueOffsets, data })
  }
}

function toRecordBatch(children: Data[], length: number): ArrowRecordBatch {
  const fields = quarantineColumns.map(({ name, nullable }, index) => {
    const type = children[index]?.type
    if (type === undefined) throw new Error(`quarantine column ${name} has no data`)
    return new Field(name, type, nullable)
  })
  const data = makeData({ type: new Struct(fields), length, nullCount: 0, children })
  return new RecordBatch(new Schema(fields), data)
}

function keyedData(
  keys: Int32Array,
  texts: TextDictionary,
  nullCount = 0,
  nullBitmap?: Uint8Array,
): Data {
  const dictionary = texts.vector
  const length = keys.length
  return makeData({ type: texts.type, length, nullCount, nullBitmap, data: keys, dictionary })
}

function positionData(rejects: RejectedRows, fields: FieldBatch): Data[] {
  const { count: length, rows } = rejects
  const rowWords = new Int32Array(length * 2)
  const offsetWords = new Int32Array(length * 2)
  const { recordStarts, firstRow, byteOffset } = fields
  locateRejectsKernel(rows, recordStarts, length, firstRow, byteOffset, rowWords, offsetWords)
  return [rowWords, offsetWords].map((words) => {
    const data = new BigInt64Array(words.buffer)
    return makeData({ type: new Int64(), length, nullCount: 0, data })
  })
}
