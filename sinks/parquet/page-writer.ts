// Compresses a page, puts its header with a CRC in front, and appends both to the file.
import { crc32 } from 'node:zlib'
import type { DictionaryPage } from './chunk-values.ts'
import type { Compress } from './codecs.ts'
import { encodings, pageTypes, type ValueEncoding } from './format.ts'
import type { PartFileWriter } from './part-file.ts'
import { CompactWriter } from './thrift.ts'

/** Bytes of a page with its header, before and after compression. */
export interface PageBytes {
  readonly uncompressed: number
  readonly compressed: number
}

export class PageWriter {
  readonly #file: PartFileWriter
  readonly #compress: Compress
  readonly #header = new CompactWriter()

  constructor(file: PartFileWriter, compress: Compress) {
    this.#file = file
    this.#compress = compress
  }

  /** A dictionary page: its entries in PLAIN form. */
  writeDictionary({ bytes, count }: DictionaryPage): PageBytes {
    return this.#write(pageTypes.dictionary, bytes, (header) => {
      header.struct(7)
      header.i32(1, count)
      header.i32(2, encodings.plain)
      header.end()
    })
  }

  /** A data page of version 1: levels (for a nullable column), then values. */
  writeData(bytes: Uint8Array, rowCount: number, encoding: ValueEncoding): PageBytes {
    return this.#write(pageTypes.data, bytes, (header) => {
      header.struct(5)
      header.i32(1, rowCount)
      header.i32(2, encodings[encoding])
      header.i32(3, encodings.rle)
      header.i32(4, encodings.rle)
      header.end()
    })
  }

  #write(type: number, bytes: Uint8Array, describe: (header: CompactWriter) => void): PageBytes {
    const compressed = this.#compress(bytes)
    const header = this.#header
    header.reset()
    header.i32(1, type)
    header.i32(2, bytes.length)
    header.i32(3, compressed.length)
    const crc = crc32(compressed)
    header.i32(4, crc | 0)
    describe(header)
    header.stop()
    const headerLength = header.written.length
    this.#file.write(header.written)
    this.#file.write(compressed, crc)
    return {
      uncompressed: headerLength + bytes.length,
      compressed: headerLength + compressed.length,
    }
  }
}
