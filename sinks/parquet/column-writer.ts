// One column of the open row group: validity and values side by side, written out as a column chunk
// when the row group ends.
import assert from 'node:assert'
import type { Data, Type as TypeId } from 'apache-arrow'
import { Type } from '../../config/arrow.ts'
import type { ParquetColumn, ParquetOptions } from '../../contracts/stage.ts'
import { BooleanColumn } from './boolean-column.ts'
import { BytesColumn } from './bytes-column.ts'
import type { EncodingContext } from './choose-encoding.ts'
import type { ColumnValues } from './column-values.ts'
import { writeDataPages } from './data-pages.ts'
import type { ColumnChunk } from './footer.ts'
import { KeyedColumn } from './keyed-column.ts'
import { type PageBytes, PageWriter } from './page-writer.ts'
import { PairColumn } from './pair-column.ts'
import type { PartFileWriter } from './part-file.ts'
import { Validity, validityOf } from './validity.ts'
import { WordColumn } from './word-column.ts'

const arrowTypes: Readonly<Record<ParquetColumn['type'], TypeId>> = {
  boolean: Type.Bool,
  int32: Type.Int,
  int64: Type.Int,
  double: Type.Float,
  date: Type.Date,
  string: Type.Utf8,
  binary: Type.Binary,
}

const noBytes: PageBytes = { uncompressed: 0, compressed: 0 }

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
  readonly #compression: ParquetOptions['compression']
  readonly #validity: Validity | null
  #values: ColumnValues | null = null
  /** Whether the texts of this file come as Arrow dictionaries. */
  #keyed = false

  constructor(column: ParquetColumn, compression: ParquetOptions['compression']) {
    this.column = column
    this.#compression = compression
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
    assert(bitmap === 0 || this.#validity !== null, `column ${name} has no nulls`)
    this.#validity?.add(data, bitmap)
    this.#values.add(data, bitmap)
  }

  /** Writes the column chunk and starts the next one. */
  endRowGroup(rowCount: number, file: PartFileWriter, context: EncodingContext): ColumnChunk {
    const values = this.#values
    assert(values !== null, 'a row group has rows')
    const chunk = values.finish(context)
    const nullCount = this.#validity?.nullCount ?? 0
    assert(chunk.values.count + nullCount === rowCount, 'every row is a value or a null')
    const { values: encoded, dictionary } = chunk
    const pages = new PageWriter(file, context.compress)
    const offset = file.position
    const head = dictionary === null ? noBytes : pages.writeDictionary(dictionary)
    const dataOffset = file.position
    const data = writeDataPages(encoded, this.#validity, rowCount, pages, context.scratch.page)
    values.clear()
    this.#validity?.clear()
    return {
      column: this.column,
      encoding: encoded.encoding,
      compression: this.#compression,
      rowCount,
      dictionaryOffset: dictionary === null ? null : offset,
      dataOffset,
      pageCount: data.pageCount,
      uncompressedBytes: head.uncompressed + data.uncompressed,
      compressedBytes: head.compressed + data.compressed,
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
}
