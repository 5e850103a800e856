// The footer of a Parquet file: schema, row groups, column chunks with statistics, metadata.
import { softwareVersion } from '../../config/version.ts'
import type { ParquetColumn, ParquetOptions } from '../../contracts/stage.ts'
import {
  codecNumbers,
  convertedTypes,
  encodings,
  logicalTypes,
  magic,
  pageTypes,
  physicalTypes,
  repetitions,
  type ValueEncoding,
} from './format.ts'
import type { Bound, ValueBounds } from './statistics.ts'
import { CompactWriter, thriftTypes } from './thrift.ts'

/** A column chunk that was written. */
export interface ColumnChunk {
  readonly column: ParquetColumn
  readonly encoding: ValueEncoding
  readonly compression: ParquetOptions['compression']
  /** Values and nulls. */
  readonly rowCount: number
  readonly dictionaryOffset: number | null
  readonly dataOffset: number
  readonly pageCount: number
  /** Pages with their headers. */
  readonly uncompressedBytes: number
  readonly compressedBytes: number
  readonly nullCount: number
  readonly distinctCount: number | null
  readonly bounds: ValueBounds | null
}

export interface RowGroup {
  readonly rowCount: number
  readonly offset: number
  readonly chunks: readonly ColumnChunk[]
}

const columnPhysicalTypes: Readonly<Record<ParquetColumn['type'], number>> = {
  boolean: physicalTypes.boolean,
  int32: physicalTypes.int32,
  int64: physicalTypes.int64,
  double: physicalTypes.double,
  date: physicalTypes.int32,
  string: physicalTypes.byteArray,
  binary: physicalTypes.byteArray,
}

/** FileMetaData, its length and the closing magic. */
export function encodeFooter(options: ParquetOptions, rowGroups: readonly RowGroup[]): Uint8Array {
  const thrift = new CompactWriter()
  thrift.i32(1, 1)
  writeSchema(thrift, options.columns)
  thrift.i64(
    3,
    rowGroups.reduce((total, rowGroup) => total + rowGroup.rowCount, 0),
  )
  thrift.list(4, thriftTypes.struct, rowGroups.length)
  for (const [ordinal, rowGroup] of rowGroups.entries()) {
    writeRowGroup(thrift, rowGroup, ordinal)
  }
  const metadata = Object.entries(options.metadata)
  if (metadata.length > 0) {
    thrift.list(5, thriftTypes.struct, metadata.length)
    for (const [key, value] of metadata) {
      thrift.structElement()
      thrift.text(1, key)
      thrift.text(2, value)
      thrift.end()
    }
  }
  thrift.text(6, `safelanding version ${softwareVersion}`)
  thrift.list(7, thriftTypes.struct, options.columns.length)
  for (const _column of options.columns) {
    thrift.structElement()
    // TypeDefinedOrder, an empty struct: signed numbers, texts by unsigned bytes.
    thrift.struct(1)
    thrift.end()
    thrift.end()
  }
  thrift.stop()
  const { written } = thrift
  const footer = new Uint8Array(written.length + 4 + magic.length)
  footer.set(written)
  new DataView(footer.buffer).setUint32(written.length, written.length, true)
  footer.set(magic, written.length + 4)
  return footer
}

function writeSchema(thrift: CompactWriter, columns: readonly ParquetColumn[]): void {
  thrift.list(2, thriftTypes.struct, columns.length + 1)
  thrift.structElement()
  thrift.text(4, 'schema')
  thrift.i32(5, columns.length)
  thrift.end()
  for (const { name, type, nullable } of columns) {
    thrift.structElement()
    thrift.i32(1, columnPhysicalTypes[type])
    thrift.i32(3, nullable ? repetitions.optional : repetitions.required)
    thrift.text(4, name)
    if (type === 'string' || type === 'date') {
      thrift.i32(6, type === 'string' ? convertedTypes.utf8 : convertedTypes.date)
      thrift.struct(10)
      thrift.struct(logicalTypes[type])
      thrift.end()
      thrift.end()
    }
    thrift.end()
  }
}

function writeRowGroup(thrift: CompactWriter, rowGroup: RowGroup, ordinal: number): void {
  const { chunks } = rowGroup
  thrift.structElement()
  thrift.list(1, thriftTypes.struct, chunks.length)
  for (const chunk of chunks) {
    thrift.structElement()
    thrift.i64(2, 0)
    thrift.struct(3)
    writeColumnMetadata(thrift, chunk)
    thrift.end()
    thrift.end()
  }
  thrift.i64(
    2,
    chunks.reduce((total, chunk) => total + chunk.uncompressedBytes, 0),
  )
  thrift.i64(3, rowGroup.rowCount)
  thrift.i64(5, rowGroup.offset)
  thrift.i64(
    6,
    chunks.reduce((total, chunk) => total + chunk.compressedBytes, 0),
  )
  thrift.i16(7, ordinal)
  thrift.end()
}

function writeColumnMetadata(thrift: CompactWriter, chunk: ColumnChunk): void {
  const used: number[] = [encodings.rle, encodings[chunk.encoding]]
  if (chunk.dictionaryOffset !== null) used.push(encodings.plain)
  thrift.i32(1, columnPhysicalTypes[chunk.column.type])
  thrift.list(2, thriftTypes.i32, used.length)
  for (const encoding of used) thrift.i32Element(encoding)
  thrift.list(3, thriftTypes.binary, 1)
  thrift.textElement(chunk.column.name)
  thrift.i32(4, codecNumbers[chunk.compression])
  thrift.i64(5, chunk.rowCount)
  thrift.i64(6, chunk.uncompressedBytes)
  thrift.i64(7, chunk.compressedBytes)
  thrift.i64(9, chunk.dataOffset)
  if (chunk.dictionaryOffset !== null) thrift.i64(11, chunk.dictionaryOffset)
  writeStatistics(thrift, chunk)
  writeEncodingCounts(thrift, chunk)
}

function writeStatistics(thrift: CompactWriter, chunk: ColumnChunk): void {
  const minimum: Bound | null = chunk.bounds?.minimum ?? null
  const maximum: Bound | null = chunk.bounds?.maximum ?? null
  thrift.struct(12)
  thrift.i64(3, chunk.nullCount)
  if (chunk.distinctCount !== null) thrift.i64(4, chunk.distinctCount)
  if (maximum !== null) thrift.binary(5, maximum.bytes)
  if (minimum !== null) thrift.binary(6, minimum.bytes)
  if (maximum !== null) thrift.bool(7, maximum.exact)
  if (minimum !== null) thrift.bool(8, minimum.exact)
  thrift.end()
}

/** How many pages have which encoding: readers that push filters down ask for it. */
function writeEncodingCounts(thrift: CompactWriter, chunk: ColumnChunk): void {
  const keyed = chunk.dictionaryOffset !== null
  thrift.list(13, thriftTypes.struct, keyed ? 2 : 1)
  if (keyed) writeEncodingCount(thrift, pageTypes.dictionary, encodings.plain, 1)
  writeEncodingCount(thrift, pageTypes.data, encodings[chunk.encoding], chunk.pageCount)
}

function writeEncodingCount(
  thrift: CompactWriter,
  pageType: number,
  encoding: number,
  count: number,
): void {
  thrift.structElement()
  thrift.i32(1, pageType)
  thrift.i32(2, encoding)
  thrift.i32(3, count)
  thrift.end()
}
