// Tables for encoder tests, made from a seed: the cells as canonical text (what every reader must
// give back) and the Arrow record batches that carry them, with garbage wherever Arrow allows it.
import {
  Binary,
  Bool,
  type Data,
  DateDay,
  Dictionary,
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  makeVector,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
} from 'apache-arrow'
import type { ParquetColumn } from '../../contracts/stage.ts'

/** true/false, decimal digits (int, days), 16 hex digits (double), text, hex (binary); null. */
export type Cell = string | null
export type Profile = 'one' | 'few' | 'runs' | 'distinct' | 'edge'

export interface ColumnPlan {
  readonly column: ParquetColumn
  readonly profile: Profile
  /** Of 10. */
  readonly nullTenths: number
  /** Texts as Arrow dictionary. */
  readonly keyed: boolean
}

export interface TablePlan {
  readonly seed: number
  readonly columns: readonly ColumnPlan[]
  /** Rows of each record batch of each row group. */
  readonly rowGroups: readonly (readonly number[])[]
  /** Bit position at which validity bitmaps and booleans start. */
  readonly bitOffset: number
  readonly longTexts: boolean
}

export type Random = () => number

/** Whole numbers of 32 bits from a seed (xorshift). */
export function seeded(seed: number): Random {
  let state = seed | 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

export function doubleCell(value: number): string {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  return view.getBigUint64(0).toString(16).padStart(16, '0')
}

export const binaryCell = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const doubles = [0, -0, 5e-324, -5e-324, 2.2250738585072014e-308, 1.7976931348623157e308].concat([
  -1.7976931348623157e308,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0.1,
  1e21,
])
const wholes = [
  0n,
  1n,
  -1n,
  2n ** 53n + 1n,
  -(2n ** 53n) - 1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
].concat([2n ** 31n, 2n ** 32n, 2n ** 32n - 1n, -(2n ** 32n), 2n ** 32n + 1n])
const firstDay = -719162
const lastDay = 2932896
const texts = [
  '',
  ' ',
  '0',
  '\u0000',
  'é',
  '\ud7ff',
  '\ue000',
  '\u{10ffff}',
  '0123456789'.repeat(12),
]

function randomText(random: Random, longTexts: boolean): string {
  const kind = random() % 100
  if (longTexts && kind === 0) return 'x'.repeat(random() % 100_001)
  const length = random() % (kind < 10 ? 300 : 12)
  let text = ''
  for (let i = 0; i < length; i++) {
    const codePoint = random() % (kind % 2 === 0 ? 0x80 : 0x110000)
    text += String.fromCodePoint(codePoint >= 0xd800 && codePoint < 0xe000 ? 0x41 : codePoint)
  }
  return text
}

function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[random() % values.length]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}

function anyCell(type: ParquetColumn['type'], random: Random, longTexts: boolean): string {
  const edge = random() % 4 === 0
  switch (type) {
    case 'boolean':
      return random() % 2 === 0 ? 'true' : 'false'
    case 'int32':
      return String(edge ? pick(random, [0, -1, 2 ** 31 - 1, -(2 ** 31)]) : random() | 0)
    case 'date':
      return String(
        edge ? pick(random, [firstDay, lastDay, 0]) : firstDay + (random() % (lastDay - firstDay)),
      )
    case 'int64': {
      const bits = (BigInt(random()) << 32n) | BigInt(random())
      return String(edge ? pick(random, wholes) : BigInt.asIntN(64, bits))
    }
    case 'double': {
      const exponent = random() % 0x7ff
      const sign = (random() % 2) * 0x800
      const top = (((sign | exponent) << 20) | (random() & 0xfffff)) >>> 0
      const hex = (word: number): string => word.toString(16).padStart(8, '0')
      return edge ? doubleCell(pick(random, doubles)) : hex(top) + hex(random())
    }
    case 'string':
      return edge ? pick(random, texts) : randomText(random, longTexts)
    case 'binary':
      return binaryCell(Buffer.from(randomText(random, longTexts), 'utf16le'))
  }
}

/** Cell number `index` of a column whose values are all different. */
function distinctCell(type: ParquetColumn['type'], index: number): string {
  switch (type) {
    case 'boolean':
      return index % 2 === 0 ? 'true' : 'false'
    case 'double':
      return doubleCell(index / 10)
    case 'binary':
      return index.toString(16).padStart(8, '0')
    default:
      return String(index)
  }
}

/** The cells of a column, all row groups together. */
export function makeCells(plan: ColumnPlan, rowCount: number, table: TablePlan): Cell[] {
  const random = seeded(table.seed ^ (plan.column.name.length * 0x9e3779b1))
  const { type, nullable } = plan.column
  const few = Array.from({ length: plan.profile === 'one' ? 1 : 7 }, () =>
    anyCell(type, random, table.longTexts),
  )
  const cells: Cell[] = []
  while (cells.length < rowCount) {
    const length = plan.profile === 'runs' ? 1 + (random() % 40) : 1
    let cell: string
    if (plan.profile === 'distinct') cell = distinctCell(type, cells.length)
    else if (plan.profile === 'edge') cell = anyCell(type, random, table.longTexts)
    else cell = pick(random, few)
    for (let i = 0; i < length && cells.length < rowCount; i++) {
      cells.push(nullable && random() % 10 < plan.nullTenths ? null : cell)
    }
  }
  return cells
}

const garbage = 0x5a

/** A bitmap of `bits` starting at bit `offset`, everything around it garbage. */
function bitmapOf(bits: readonly boolean[], offset: number): Uint8Array {
  const bitmap = new Uint8Array(((offset + bits.length + 7) >>> 3) + 1).fill(garbage)
  for (const [index, bit] of bits.entries()) {
    const at = offset + index
    const mask = 1 << (at & 7)
    const byte = bitmap[at >>> 3] ?? 0
    bitmap[at >>> 3] = bit ? byte | mask : byte & ~mask
  }
  return bitmap
}

interface Layout {
  readonly offset: number
  readonly length: number
  readonly nullCount: number
  readonly nullBitmap: Uint8Array | undefined
}

function variableBuffers(cells: readonly Cell[], encode: (cell: string) => Buffer) {
  // Null rows keep bytes of their own, which no reader may see.
  const parts = [Buffer.from('front'), ...cells.map((cell) => encode(cell ?? '6e756c6c'))]
  const valueOffsets = new Int32Array(cells.length + 1)
  let end = 5
  valueOffsets[0] = end
  for (const [index, part] of parts.slice(1).entries()) {
    end += part.length
    valueOffsets[index + 1] = end
  }
  return { valueOffsets, data: new Uint8Array(Buffer.concat(parts)) }
}

/** Arrow data of the cells; `dictionary` for texts that come as keys. */
export function toArrow(
  type: ParquetColumn['type'],
  cells: readonly Cell[],
  bitOffset: number,
  dictionary: TextKeys | null,
): Data {
  const nullCount = cells.filter((cell) => cell === null).length
  const nullBitmap =
    nullCount === 0
      ? undefined
      : bitmapOf(
          cells.map((cell) => cell !== null),
          bitOffset,
        )
  const layout: Layout = { offset: bitOffset, length: cells.length, nullCount, nullBitmap }
  switch (type) {
    case 'boolean': {
      const data = bitmapOf(
        cells.map((cell) => cell === 'true'),
        bitOffset,
      )
      return makeData({ type: new Bool(), ...layout, data })
    }
    case 'int32':
    case 'date': {
      const data = Int32Array.from(cells, (cell) => (cell === null ? garbage : Number(cell)))
      if (type === 'date') return makeData({ type: new DateDay(), ...layout, data })
      return makeData({ type: new Int32(), ...layout, data })
    }
    case 'int64': {
      const data = BigInt64Array.from(cells, (cell) => BigInt(cell ?? garbage))
      return makeData({ type: new Int64(), ...layout, data })
    }
    case 'double': {
      const bits = BigUint64Array.from(cells, (cell) => BigInt(`0x${cell ?? '7ff8000000000001'}`))
      return makeData({ type: new Float64(), ...layout, data: new Float64Array(bits.buffer) })
    }
    case 'binary': {
      const buffers = variableBuffers(cells, (cell) => Buffer.from(cell, 'hex'))
      return makeData({ type: new Binary(), ...layout, ...buffers })
    }
    case 'string': {
      if (dictionary !== null) return dictionary.toArrow(cells, layout)
      const buffers = variableBuffers(cells, (cell) => Buffer.from(cell, 'utf8'))
      return makeData({ type: new Utf8(), ...layout, ...buffers })
    }
  }
}

export const canary = 'CANARY-of-a-refused-row'

/** Keys of texts for one row group: grows at its end, and holds texts that no row uses. */
export class TextKeys {
  readonly #type = new Dictionary(new Utf8(), new Int32())
  readonly #keys = new Map<string, number>()

  toArrow(cells: readonly Cell[], layout: Layout): Data {
    this.#keyOf(canary + this.#keys.size)
    // A null row has a key out of range: nothing may look at it.
    const data = Int32Array.from(cells, (cell) => (cell === null ? 0x7ffffff0 : this.#keyOf(cell)))
    this.#keyOf(canary + this.#keys.size)
    const entries = [...this.#keys.keys()]
    const buffers = variableBuffers(entries, (cell) => Buffer.from(cell, 'utf8'))
    const length = entries.length
    const dictionary = makeVector(makeData({ type: new Utf8(), length, nullCount: 0, ...buffers }))
    return makeData({ type: this.#type, ...layout, data, dictionary })
  }

  #keyOf(text: string): number {
    const key = this.#keys.get(text) ?? this.#keys.size
    this.#keys.set(text, key)
    return key
  }
}

export function toRecordBatch(columns: readonly ParquetColumn[], children: Data[]): RecordBatch {
  const fields = columns.map(({ name, nullable }, index) => {
    const type = children[index]?.type
    if (type === undefined) throw new Error('a column without data')
    return new Field(name, type, nullable)
  })
  const length = children[0]?.length ?? 0
  const data = makeData({ type: new Struct(fields), length, nullCount: 0, children })
  return new RecordBatch(new Schema(fields), data)
}

export interface Table {
  readonly columns: readonly ParquetColumn[]
  /** Cells by column. */
  readonly cells: readonly (readonly Cell[])[]
  /** Record batches by row group. */
  readonly rowGroups: readonly (readonly RecordBatch[])[]
}

export function makeTable(plan: TablePlan): Table {
  const rowCount = plan.rowGroups.flat().reduce((total, rows) => total + rows, 0)
  const cells = plan.columns.map((column) => makeCells(column, rowCount, plan))
  const columns = plan.columns.map(({ column }) => column)
  let row = 0
  const rowGroups = plan.rowGroups.map((batchSizes) => {
    const keys = plan.columns.map(({ keyed }) => (keyed ? new TextKeys() : null))
    return batchSizes.map((size) => {
      const children = plan.columns.map(({ column }, index) => {
        const slice = (cells[index] ?? []).slice(row, row + size)
        return toArrow(column.type, slice, plan.bitOffset, keys[index] ?? null)
      })
      row += size
      return toRecordBatch(columns, children)
    })
  })
  return { columns, cells, rowGroups }
}
