// Refused rows as Parquet inside the data zone: where each came from, the rules it failed, and its
// raw bytes. Dirty loads refuse many rows, so kernels make the columns, in buffers that are reused.
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
import { ArenaOwner, addressOf } from '../kernels/arena.ts'
import { kernels } from '../kernels/kernels.ts'
import { openParquetWriter } from './parquet/open-parquet-writer.ts'
import { openRejectBuffers, type RejectBuffers } from './reject-buffers.ts'
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
  readonly #owner = new ArenaOwner()
  readonly #buffers = openRejectBuffers(this.#owner)
  #cutRecords = 0

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
    const given = this.#buffers.begin(rejects, fields)
    const { zeros, rowNumbers, byteOffsets, columnKeys, validity, ruleKeys, listKeys } = given
    const rows = addressOf(given.rows)
    const starts = addressOf(given.recordStarts)
    const places = [addressOf(rowNumbers), addressOf(byteOffsets)] as const
    kernels.locateRecords(rows, length, starts, fields.firstRow, fields.byteOffset, ...places)
    const keys = [addressOf(columnKeys), addressOf(validity)] as const
    const nullCount = kernels.nullableKeys(addressOf(given.columns), length, ...keys)
    kernels.widenKeys(addressOf(given.rules), length, addressOf(ruleKeys))
    this.#writeListKeys(given.masks, length, listKeys)
    const children = [
      keyedData(zeros, length, this.#batches),
      keyedData(zeros, length, this.#files),
      positionData(rowNumbers, length),
      positionData(byteOffsets, length),
      keyedData(columnKeys, length, this.#columns, nullCount, validity),
      keyedData(ruleKeys, length, this.#rules),
      keyedData(listKeys, length, this.#ruleLists),
      this.#recordData(given, length),
    ]
    this.#writer.add(toRecordBatch(children, length))
    if (this.#writer.pendingBytes >= limits.quarantineRowGroupBytesMax) this.#writer.endRowGroup()
  }

  commit(): Promise<PartFile> {
    const committing = this.#writer.commit()
    this.#owner.release()
    return committing
  }

  abort(): void {
    this.#owner.release()
    this.#writer.abort()
  }

  #writeListKeys(masks: Int32Array, count: number, keys: Int32Array): void {
    for (let i = 0; i < count; i++) {
      const mask = masks[i] ?? 0
      let key = this.#ruleListKeys.get(mask)
      if (key === undefined) {
        key = this.#ruleLists.append(rulesInMask(mask).join(','))
        this.#ruleListKeys.set(mask, key)
      }
      keys[i] = key
    }
  }

  #recordData(given: RejectBuffers, length: number): Data {
    const { recordOffsets } = given
    const rows = addressOf(given.rows)
    const starts = addressOf(given.recordStarts)
    const offsets = addressOf(recordOffsets)
    this.#cutRecords += kernels.measureRecords(
      rows,
      length,
      starts,
      addressOf(given.recordEnds),
      limits.quarantineRecordBytesMax,
      offsets,
    )
    const byteLength = recordOffsets[length] ?? 0
    const data = this.#buffers.recordBytes(byteLength)
    kernels.gatherRecords(addressOf(given.bytes), rows, length, starts, offsets, addressOf(data))
    const valueOffsets = recordOffsets.subarray(0, length + 1)
    return makeData({ type: new Binary(), length, nullCount: 0, valueOffsets, data })
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
  length: number,
  texts: TextDictionary,
  nullCount = 0,
  nullBitmap?: Uint8Array,
): Data {
  const dictionary = texts.vector
  const data = keys.subarray(0, length)
  return makeData({ type: texts.type, length, nullCount, nullBitmap, data, dictionary })
}

function positionData(words: Int32Array, length: number): Data {
  const data = new BigInt64Array(words.buffer, words.byteOffset, length)
  return makeData({ type: new Int64(), length, nullCount: 0, data })
}
