// The Parquet sink: Arrow record batches in, one flushed and read-back part file out. Columns are
// collected as plain buffers and encoded when a row group ends.
import assert from 'node:assert'
import type { RecordBatch } from 'apache-arrow'
import type { ParquetOptions, PartFile, SinkWriter } from '../../contracts/stage.ts'
import type { EncodingContext } from './choose-encoding.ts'
import { chooseCompress } from './codecs.ts'
import { ColumnWriter } from './column-writer.ts'
import { encodeFooter, type RowGroup } from './footer.ts'
import { magic } from './format.ts'
import { PartFileWriter } from './part-file.ts'
import { releaseScratch, takeScratch } from './scratch.ts'

/** open: rows may be added. flushing: all is written. committed, aborted: final. failed: abort. */
type WriterState = 'open' | 'flushing' | 'committed' | 'failed' | 'aborted'

const nextStates: Readonly<Record<WriterState, readonly WriterState[]>> = {
  open: ['flushing', 'failed', 'aborted'],
  flushing: ['committed', 'failed', 'aborted'],
  committed: ['aborted'],
  failed: ['aborted'],
  aborted: ['aborted'],
}

const publishedMode = 0o440

/**
 * Creates a Parquet file at `path`, which must not exist, and returns its writer. Errors:
 * `not_supported_yet` (codec), `disk_full`, `out_of_resources`, `storage_failed`; after one the
 * caller aborts. `mode` is the file's mode once committed.
 */
export function openParquetWriter(
  path: string,
  options: ParquetOptions,
  mode: number = publishedMode,
): SinkWriter {
  return new ParquetWriter(path, options, mode)
}

class ParquetWriter implements SinkWriter {
  readonly #options: ParquetOptions
  readonly #mode: number
  readonly #file: PartFileWriter
  readonly #context: EncodingContext
  readonly #columns: readonly ColumnWriter[]
  readonly #rowGroups: RowGroup[] = []
  #state: WriterState = 'open'
  #pendingRows = 0
  #released = false

  constructor(path: string, options: ParquetOptions, mode: number) {
    assert(options.columns.length > 0, 'a Parquet file has columns')
    const scratch = takeScratch()
    const compress = chooseCompress(options.compression, scratch.compressed)
    this.#options = options
    this.#mode = mode
    this.#file = new PartFileWriter(path)
    this.#context = { dictionary: options.dictionary, compress, scratch }
    this.#columns = options.columns.map((column) => new ColumnWriter(column, options.compression))
    this.#file.write(magic)
  }

  get pendingRows(): number {
    return this.#pendingRows
  }

  get pendingBytes(): number {
    return this.#columns.reduce((total, column) => total + column.pendingBytes, 0)
  }

  add(recordBatch: RecordBatch): void {
    assert(this.#state === 'open', 'rows are added to an open writer')
    const { children, length } = recordBatch.data
    assert(children.length === this.#columns.length, 'a record batch has the columns of the file')
    for (const [index, column] of this.#columns.entries()) {
      const data = children[index]
      assert(data !== undefined && data.length === length, 'columns are of equal length')
      column.add(data)
    }
    this.#pendingRows += length
  }

  endRowGroup(): void {
    assert(this.#state === 'open', 'row groups end in an open writer')
    const rowCount = this.#pendingRows
    if (rowCount === 0) return
    const offset = this.#file.position
    this.#orFail(() => {
      const chunks = this.#columns.map((column) =>
        column.endRowGroup(rowCount, this.#file, this.#context),
      )
      this.#rowGroups.push({ rowCount, offset, chunks })
    })
    this.#pendingRows = 0
  }

  async commit(): Promise<PartFile> {
    this.endRowGroup()
    this.#orFail(() => this.#file.write(encodeFooter(this.#options, this.#rowGroups)))
    this.#advance('flushing')
    // The next writer may have the buffers while the disk works on this file.
    this.#release()
    const finished = await this.#file.finish(this.#mode).catch((error: unknown) => {
      this.#advance('failed')
      throw error
    })
    this.#advance('committed')
    return {
      rows: this.#rowGroups.reduce((total, group) => total + group.rowCount, 0),
      ...finished,
    }
  }

  abort(): void {
    this.#advance('aborted')
    this.#release()
    this.#file.remove()
  }

  #orFail<T>(action: () => T): T {
    try {
      return action()
    } catch (error) {
      this.#advance('failed')
      throw error
    }
  }

  #release(): void {
    if (this.#released) return
    this.#released = true
    for (const column of this.#columns.toReversed()) column.release()
    releaseScratch(this.#context.scratch)
  }

  #advance(to: WriterState): void {
    assert(nextStates[this.#state].includes(to), `a writer cannot go from ${this.#state} to ${to}`)
    this.#state = to
  }
}
