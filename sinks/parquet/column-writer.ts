// One column of the open row group: validity and values side by side, written out as a column chunk
// when the row group ends.
import assert from 'node:assert'
import { type Data, Type } from 'apache-arrow'
import { limits } from '../../config/limits.ts'
import type { ParquetColumn } from '../../contracts/stage.ts'
import { BooleanColumn } from './boolean-column.ts'
import { BytesColumn } from './bytes-column.ts'
import type { EncodingContext } from './choose-encoding.ts'
import type { ChunkValues } from './chunk-values.ts'
import type { ColumnValues } from './column-values.ts'
import type { ColumnChunk } from './footer.ts'
import { KeyedColumn } from './keyed-column.ts'
import type { PageWriter } from './page-writer.ts'
import { PairColumn } from './pair-column.ts'
import type { PartFileWriter } from './part-file.ts'
import { Validity, validityOf } from './validity.ts'
import { WordColumn } from './word-column.ts'

const arrowTypes: Readonly<Record<ParquetColumn['type'], Type>> = {
  boolean: Type.Bool,
  int32: Type.Int,
  int64: Type.Int,
  double: Type.Float,
  date: Type.Date,
  string: Type.Utf8,
  binary: Type.Binary,
}

function openValues(type: ParquetColumn['type'], keyed: boolean): ColumnValues {
  switch (type) {
    case 'boolean':
      return new BooleanColumn()
    case 'int32':
    case 'date':
      return new WordColumn()
    case 'int64':
    case 'double':
      return new PairColumn(type)
    case 'string':
      return keyed ? new KeyedColumn() : new BytesColumn(type)
    case 'binary':
      return new BytesColumn(type)
  }
}

export class ColumnWriter {
  readonly column: ParquetColumn
  readonly #validity: Validity | null
  #values: ColumnValues | null = null
  /** Whether the texts of this file come as Arrow dictionaries. */
  #keyed = false

  constructor(column: ParquetColumn) {
    this.column = column
    this.#validity = column.nullable ? new Validity() : null
  }

  get pendingBytes(): number {
    const levels = this.#validity === null ? 0 : this.#validity.rowCount >>> 3
    return levels + (this.#values?.pendingBytes ?? 0)
  }

  add(data: Data): void {
    const { name, type } = this.column
    const keyed = data.typeId === Type.Dictionary
    const typeId = keyed ? data.dictionary?.type.typeId : data.typeId
    assert(typeId === arrowTypes[type], `column ${name} comes as the Arrow type of a ${type}`)
    this.#values ??= openValues(type, (this.#keyed = keyed))
    assert(keyed === this.#keyed, `column ${name} always or never comes as an Arrow dictionary`)
    const bitmap = validityOf(data)
    assert(bitmap === null || this.#validity !== null, `column ${name} has no nulls`)
    this.#validity?.add(data, bitmap)
    this.#values.add(data, bitmap)
  }

  /** Writes the column chunk and starts the next one. */
  endRowGroup(
    rowCount: number,
    file: PartFileWriter,
    pages: PageWriter,
    context: EncodingContext,
  ): ColumnChunk {
    const values = this.#values
    assert(values !== null, 'a row group has rows')
    const chunk = values.finish(context)
    const nullCount = this.#validity?.nullCount ?? 0
    assert(chunk.values.count + nullCount === rowCount, 'every row is a value or a null')
    const { dictionary } = chunk
    const offset = file.position
    const dictionaryBytes =
      dictionary === null
        ? { uncompressed: 0, compressed: 0 }
        : pages.writeDictionary(dictionary.bytes, dictionary.count)
    const dataOffset = file.position
    const data = this.#writeDataPages(chunk, rowCount, pages, context)
    values.clear()
    this.#validity?.clear()
    return {
      column: this.column,
      encoding: chunk.values.encoding,
      rowCount,
      dictionaryOffset: dictionary === null ? null : offset,
      dataOffset,
      pageCount: data.pageCount,
      uncompressedBytes: dictionaryBytes.uncompressed + data.uncompressed,
      compressedBytes: dictionaryBytes.compressed + data.compressed,
      nullCount,
      distinctCount: dictionary === null ? null : dictionary.count,
      bounds: chunk.bounds,
    }
  }

  release(): void {
    this.#values?.release()
    this.#validity?.release()
    this.#values = null
  }

  #writeDataPages(
    chunk: ChunkValues,
    rowCount: number,
    pages: PageWriter,
    context: EncodingContext,
  ): { pageCount: number; uncompressed: number; compressed: number } {
    const { values } = chunk
    const target = context.scratch.page
    const written = { pageCount: 0, uncompressed: 0, compressed: 0 }
    let value = 0
    let row = 0
    while (row < rowCount) {
      let rowEnd = Math.min(rowCount, row + limits.parquetPageRowsMax)
      const validCount = this.#validity?.countValid(row, rowEnd) ?? rowEnd - row
      let valueEnd = value + validCount
      if (validCount > 0) {
        const pageEnd = values.pageEnd(value, valueEnd)
        if (pageEnd < valueEnd) {
          valueEnd = pageEnd
          const count = valueEnd - value
          rowEnd = this.#validity?.rowAfter(row, rowEnd, count) ?? row + count
        }
      }
      target.reserve(Validity.levelBytesMax(rowEnd - row) + values.bytesMax(value, valueEnd))
      let end = 0
      if (this.#validity !== null) {
        end = this.#validity.encodeLevels(row, rowEnd, valueEnd - value, target, 0)
      }
      end = values.encode(value, valueEnd, target, end)
      const page = pages.writeData(target.bytes.subarray(0, end), rowEnd - row, values.encoding)
      written.pageCount++
      written.uncompressed += page.uncompressed
      written.compressed += page.compressed
      row = rowEnd
      value = valueEnd
    }
    assert(value === values.count, 'every value is in a page')
    return written
  }
}
