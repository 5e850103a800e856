// A small reader of Parquet's own structures (footer and page headers) for tests: decodes Thrift's
// compact protocol generically, so that it shares nothing with the encoder.
import { readFileSync } from 'node:fs'
import { uncompressSync } from 'snappy'

/** A struct as its fields by number. */
export type Struct = ReadonlyMap<number, Value>
export type Value = boolean | bigint | Uint8Array | Struct | readonly Value[]

class Cursor {
  readonly bytes: Uint8Array
  at: number

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes
    this.at = at
  }

  byte(): number {
    const byte = this.bytes[this.at++]
    if (byte === undefined) throw new Error('the file ends within a structure')
    return byte
  }

  varint(): bigint {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }

  zigzag(): bigint {
    const value = this.varint()
    return (value >> 1n) ^ -(value & 1n)
  }

  value(type: number): Value {
    if (type === 1 || type === 2) return type === 1
    if (type === 3) return BigInt(this.byte())
    if (type <= 6) return this.zigzag()
    if (type === 8) {
      const length = Number(this.varint())
      this.at += length
      return this.bytes.slice(this.at - length, this.at)
    }
    if (type === 9) {
      const header = this.byte()
      const length = header >>> 4 === 15 ? Number(this.varint()) : header >>> 4
      return Array.from({ length }, () => this.value(header & 15))
    }
    if (type === 12) return this.struct()
    throw new Error(`type ${type} is not used by Parquet's footer`)
  }

  struct(): Struct {
    const fields = new Map<number, Value>()
    let field = 0
    for (let header = this.byte(); header !== 0; header = this.byte()) {
      field = header >>> 4 === 0 ? Number(this.zigzag()) : field + (header >>> 4)
      fields.set(field, this.value(header & 15))
    }
    return fields
  }
}

export const structAt = (parent: Struct, field: number): Struct => parent.get(field) as Struct
export const listAt = (parent: Struct, field: number): Struct[] =>
  (parent.get(field) ?? []) as Struct[]
export const numberAt = (parent: Struct, field: number): number => Number(parent.get(field))
export const bytesAt = (parent: Struct, field: number): Uint8Array | null =>
  (parent.get(field) as Uint8Array | undefined) ?? null

export interface Page {
  readonly header: Struct
  /** As on disk. */
  readonly stored: Uint8Array
  /** Decompressed (snappy and uncompressed only). */
  readonly body: Uint8Array
}

export interface Chunk {
  readonly name: string
  readonly metadata: Struct
  readonly pages: readonly Page[]
}

export interface Layout {
  readonly footer: Struct
  readonly rowGroups: readonly (readonly Chunk[])[]
}

/** Footer and pages of a file. */
export function readLayout(path: string): Layout {
  const bytes = new Uint8Array(readFileSync(path))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const footerLength = view.getUint32(bytes.length - 8, true)
  const footer = new Cursor(bytes, bytes.length - 8 - footerLength).struct()
  const rowGroups = listAt(footer, 4).map((rowGroup) =>
    listAt(rowGroup, 1).map((chunk) => readChunk(bytes, structAt(chunk, 3))),
  )
  return { footer, rowGroups }
}

function readChunk(bytes: Uint8Array, metadata: Struct): Chunk {
  const begin = numberAt(metadata, metadata.has(11) ? 11 : 9)
  const end = begin + numberAt(metadata, 7)
  const pages: Page[] = []
  const cursor = new Cursor(bytes, begin)
  while (cursor.at < end) {
    const header = cursor.struct()
    const stored = bytes.subarray(cursor.at, cursor.at + numberAt(header, 3))
    cursor.at += stored.length
    const body = numberAt(metadata, 4) === 1 ? toBytes(uncompressSync(stored)) : stored
    pages.push({ header, stored, body })
  }
  if (cursor.at !== end) throw new Error('pages do not fill their column chunk')
  const [name] = metadata.get(3) as Uint8Array[]
  return { name: Buffer.from(name ?? []).toString('utf8'), metadata, pages }
}

function toBytes(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value, 'latin1') : value
}
