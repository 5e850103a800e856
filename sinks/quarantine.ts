// Refused rows as Parquet inside the data zone: where each came from, the rules it failed, and its
// raw bytes. Dirty loads refuse many rows, so rows travel in typed arrays here too.
import type { RecordBatch as ArrowRecordBatch, Data } from 'apache-arrow'
import { Field, makeData, RecordBatch, Schema, Struct } from '../config/arrow.ts'
import { limits } from '../config/limits.ts'
import { ruleNamesByNumber, rulesInMask } from '../contracts/rules.ts'
import type {
  FieldBatch,
  ParquetColumn,
  PartFile,
  RejectedRows,
  SinkWriter,
} from '../contracts/stage.ts'
import { openParquetWriter } from './parquet/open-parquet-writer.ts'
import { RejectBuffers } from './reject-buffers.ts'
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
  readonly #buffers = new RejectBuffers()

  constructor(writer: SinkWriter, origin: QuarantineOrigin) {
    this.#writer = writer
    this.#batches = new TextDictionary([origin.batch])
    this.#files = new TextDictionary([origin.file])
    this.#columns = new TextDictionary(origin.columnNames)
  }

  get cutRecords(): number {
    return this.#buffers.cutRecords
  }

  add(rejects: RejectedRows, fields: FieldBatch): void {
    const length = rejects.count
    if (length === 0) return
    const buffers = this.#buffers
    const { rows, places, records } = buffers.located(rejects, fields)
    const children = [
      buffers.sameText(length, this.#batches),
      buffers.sameText(length, this.#files),
      rows,
      places,
      buffers.columnNames(rejects, this.#columns),
      buffers.ruleNames(rejects, this.#rules),
      buffers.ruleLists(rejects, this.#ruleLists, this.#keyOfRules),
      records,
    ]
    this.#writer.add(toRecordBatch(children, length))
    if (this.#writer.pendingBytes >= limits.quarantineRowGroupBytesMax) this.#writer.endRowGroup()
  }

  commit(): Promise<PartFile> {
    this.#buffers.release()
    return this.#writer.commit()
  }

  abort(): void {
    this.#buffers.release()
    this.#writer.abort()
  }

  readonly #keyOfRules = (mask: number): number => {
    const known = this.#ruleListKeys.get(mask)
    if (known !== undefined) return known
    const key = this.#ruleLists.append(rulesInMask(mask).join(','))
    this.#ruleListKeys.set(mask, key)
    return key
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
