// What must hold in the bytes of every file the encoder writes, whatever its rows are.
import { crc32 } from 'node:zlib'
import { expect } from '@jest/globals'
import type { ParquetColumn } from '../../contracts/stage.ts'
import {
  bytesAt,
  type Chunk,
  numberAt,
  readLayout,
  type Struct,
  structAt,
} from './parquet-layout.ts'
import { type Cell, doubleCell, type Table } from './parquet-tables.ts'

const encodings = { plain: 0, rle: 3, deltaBinaryPacked: 5, rleDictionary: 8 }

/** Pages, dictionaries and statistics of a file against the table it was written from. */
export function checkLayout(path: string, table: Table): void {
  const { footer, rowGroups } = readLayout(path)
  const sizes = table.rowGroups
    .map((batches) => batches.reduce((total, batch) => total + batch.numRows, 0))
    .filter((size) => size > 0)
  expect(rowGroups.length).toBe(sizes.length)
  expect(numberAt(footer, 3)).toBe(sizes.reduce((total, size) => total + size, 0))
  let row = 0
  for (const [group, chunks] of rowGroups.entries()) {
    const size = sizes[group] ?? 0
    for (const [index, chunk] of chunks.entries()) {
      const column = table.columns[index]
      if (column === undefined) throw new Error('a column too many')
      checkChunk(chunk, column, (table.cells[index] ?? []).slice(row, row + size))
    }
    row += size
  }
}

function checkChunk(chunk: Chunk, column: ParquetColumn, cells: readonly Cell[]): void {
  const { metadata, pages } = chunk
  expect(chunk.name).toBe(column.name)
  expect(numberAt(metadata, 5)).toBe(cells.length)
  const dictionaries = pages.filter(({ header }) => numberAt(header, 1) === 2)
  const data = pages.filter(({ header }) => numberAt(header, 1) === 0)
  expect(dictionaries.length + data.length).toBe(pages.length)
  expect(dictionaries.length).toBe(metadata.has(11) ? 1 : 0)
  const encoding = encodingOf(metadata, column, dictionaries.length)
  let rows = 0
  for (const page of pages) {
    expect(numberAt(page.header, 4)).toBe(crc32(page.stored) | 0)
    expect(numberAt(page.header, 2)).toBeGreaterThanOrEqual(0)
    if (numberAt(metadata, 4) !== 6) expect(page.body.length).toBe(numberAt(page.header, 2))
  }
  for (const { header } of data) {
    const detail = structAt(header, 5)
    expect([numberAt(detail, 2), numberAt(detail, 3)]).toEqual([encoding, encodings.rle])
    rows += numberAt(detail, 1)
  }
  expect(rows).toBe(cells.length)
  const values = cells.filter((cell) => cell !== null)
  for (const page of dictionaries) {
    if (numberAt(metadata, 4) === 6) continue
    const entries = decodePlain(column, page.body)
    expect(entries.length).toBe(numberAt(structAt(page.header, 7), 1))
    expect(entries).toEqual([...new Set(values)])
  }
  checkStatistics(column, structAt(metadata, 12), cells.length - values.length, values)
}

/** The encoding of all data pages, of which the list in the metadata tells. */
function encodingOf(metadata: Struct, { type }: ParquetColumn, dictionaries: number): number {
  const listed = (metadata.get(2) as bigint[]).map(Number)
  const { plain, rle, deltaBinaryPacked, rleDictionary } = encodings
  const isDelta = listed.includes(deltaBinaryPacked)
  if (isDelta) expect(['int32', 'int64', 'date']).toContain(type)
  const encoding = dictionaries === 1 ? rleDictionary : isDelta ? deltaBinaryPacked : plain
  const expected = dictionaries === 1 ? [rle, plain, encoding] : [rle, encoding]
  expect(listed.sort()).toEqual(expected.sort())
  return encoding
}

/** Cells of a dictionary page. */
function decodePlain(column: ParquetColumn, body: Uint8Array): string[] {
  const view = new DataView(body.buffer, body.byteOffset, body.length)
  const cells: string[] = []
  let at = 0
  while (at < body.length) {
    if (column.type === 'int32' || column.type === 'date') {
      cells.push(String(view.getInt32(at, true)))
      at += 4
    } else if (column.type === 'string') {
      const length = view.getInt32(at, true)
      cells.push(Buffer.from(body.subarray(at + 4, at + 4 + length)).toString('utf8'))
      at += 4 + length
    } else {
      const bits = view.getBigInt64(at, true)
      const hex = BigInt.asUintN(64, bits).toString(16).padStart(16, '0')
      cells.push(column.type === 'double' ? hex : String(bits))
      at += 8
    }
  }
  return cells
}

function checkStatistics(
  { type }: ParquetColumn,
  statistics: Struct,
  nullCount: number,
  values: readonly string[],
): void {
  expect(numberAt(statistics, 3)).toBe(nullCount)
  const minimum = bytesAt(statistics, 6)
  const maximum = bytesAt(statistics, 5)
  if (values.length === 0 || type === 'binary') {
    expect([minimum, maximum]).toEqual([null, null])
  } else if (type === 'string') {
    checkTextBounds(statistics, values)
  } else {
    const [least, most] = numericBounds(type, values)
    expect(decodeBound(type, minimum)).toBe(least)
    expect(decodeBound(type, maximum)).toBe(most)
    expect([statistics.get(7), statistics.get(8)]).toEqual([true, true])
  }
}

function numericBounds(type: ParquetColumn['type'], values: readonly string[]): string[] {
  if (type === 'boolean') {
    return [values.includes('false') ? 'false' : 'true', values.includes('true') ? 'true' : 'false']
  }
  if (type === 'double') {
    const numbers = values.map((cell) => {
      const view = new DataView(new ArrayBuffer(8))
      view.setBigUint64(0, BigInt(`0x${cell}`))
      return view.getFloat64(0)
    })
    const sorted = numbers.sort((left, right) => (left < right ? -1 : left > right ? 1 : 0))
    const least = sorted[0] === 0 ? -0 : (sorted[0] ?? 0)
    const most = sorted.at(-1) === 0 ? 0 : (sorted.at(-1) ?? 0)
    return [doubleCell(least), doubleCell(most)]
  }
  const wholes = values.map(BigInt).sort((left, right) => (left < right ? -1 : 1))
  return [String(wholes[0]), String(wholes.at(-1))]
}

function decodeBound(type: ParquetColumn['type'], bytes: Uint8Array | null): string {
  const buffer = Buffer.from(bytes ?? [])
  if (type === 'boolean') return buffer.readUInt8(0) === 1 ? 'true' : 'false'
  if (type === 'double') return doubleCell(buffer.readDoubleLE(0))
  return String(type === 'int64' ? buffer.readBigInt64LE(0) : buffer.readInt32LE(0))
}

function checkTextBounds(statistics: Struct, values: readonly string[]): void {
  const sorted = values.map((text) => Buffer.from(text, 'utf8')).sort(Buffer.compare)
  const least = sorted[0] ?? Buffer.of()
  const most = sorted.at(-1) ?? Buffer.of()
  const minimum = Buffer.from(bytesAt(statistics, 6) ?? [])
  expect(statistics.get(8)).toBe(least.length <= 64)
  expect(statistics.get(8) ? minimum.equals(least) : least.subarray(0, minimum.length)).toEqual(
    statistics.get(8) ? true : minimum,
  )
  expect(minimum.length).toBeLessThanOrEqual(64)
  const maximumBytes = bytesAt(statistics, 5)
  if (maximumBytes === null) return
  const maximum = Buffer.from(maximumBytes)
  expect(statistics.get(7)).toBe(most.length <= 64)
  if (statistics.get(7)) expect(maximum.equals(most)).toBe(true)
  else expect(Buffer.compare(maximum, most)).toBe(1)
  new TextDecoder('utf-8', { fatal: true }).decode(maximum)
}
