// An Arrow IPC file, built record batch by record batch. Plain types that every Arrow reader has: utf8
// (no dictionaries), date32, int64, float64, bool, decimal128, timestamp[us]; what has no such type is
// its text. The library is imported only when asked for.
import type { DuckDBValue } from '@duckdb/node-api'
import type { Data, DataType, RecordBatch } from 'apache-arrow'
import { limits } from '../config/limits.ts'
import { cellJson, cellText, duckDbTypes } from './cell-text.ts'
import type { QueryResult, ResultColumn, Write } from './query-result.ts'

type Arrow = typeof import('apache-arrow')
type Column = DuckDBValue[]

interface Builder {
  readonly type: DataType
  build(values: Column): Data
}

const wholeNumbers: ReadonlySet<number> = new Set([
  duckDbTypes.tinyint,
  duckDbTypes.smallint,
  duckDbTypes.integer,
  duckDbTypes.bigint,
  duckDbTypes.utinyint,
  duckDbTypes.usmallint,
  duckDbTypes.uinteger,
])

interface Nulls {
  readonly nullCount: number
  readonly nullBitmap: Uint8Array | null
}

function nullsOf(values: Column): Nulls {
  const bitmap = new Uint8Array((values.length + 7) >> 3)
  let nullCount = 0
  values.forEach((value, row) => {
    if (value === null || value === undefined) nullCount += 1
    else bitmap[row >> 3] = (bitmap[row >> 3] ?? 0) | (1 << (row & 7))
  })
  return { nullCount, nullBitmap: nullCount === 0 ? null : bitmap }
}

function fixedWidth(
  arrow: Arrow,
  type: DataType,
  fill: (values: Column) => Int32Array | BigInt64Array | Float64Array | Uint8Array | Uint32Array,
): Builder {
  return {
    type,
    build: (values) =>
      arrow.makeData({
        type,
        length: values.length,
        ...nullsOf(values),
        data: fill(values),
      } as never),
  }
}

function wholeNumber(arrow: Arrow): Builder {
  return fixedWidth(arrow, new arrow.Int64(), (values) => {
    const target = new BigInt64Array(values.length)
    values.forEach((value, row) => {
      target[row] = BigInt((value ?? 0) as number | bigint)
    })
    return target
  })
}

function double(arrow: Arrow): Builder {
  return fixedWidth(arrow, new arrow.Float64(), (values) =>
    Float64Array.from(values, (value) => (value ?? 0) as number),
  )
}

function boolean(arrow: Arrow): Builder {
  return fixedWidth(arrow, new arrow.Bool(), (values) => {
    const target = new Uint8Array((values.length + 7) >> 3)
    values.forEach((value, row) => {
      if (value === true) target[row >> 3] = (target[row >> 3] ?? 0) | (1 << (row & 7))
    })
    return target
  })
}

function date(arrow: Arrow): Builder {
  return fixedWidth(arrow, new arrow.DateDay(), (values) =>
    Int32Array.from(values, (value) => (value as { days: number } | null)?.days ?? 0),
  )
}

function timestamp(arrow: Arrow): Builder {
  return fixedWidth(arrow, new arrow.TimestampMicrosecond(), (values) =>
    BigInt64Array.from(values, (value) => (value as { micros: bigint } | null)?.micros ?? 0n),
  )
}

// Decimals, and the 128-bit whole numbers that sums of 64-bit ones are.
function decimal(arrow: Arrow, column: ResultColumn): Builder {
  const whole = column.typeId === duckDbTypes.hugeint
  const type = whole
    ? new arrow.Decimal(0, 38, 128)
    : new arrow.Decimal(column.scale, column.width, 128)
  return fixedWidth(arrow, type, (values) => {
    const target = new Uint32Array(values.length * 4)
    const words = new BigInt64Array(target.buffer)
    values.forEach((value, row) => {
      const scaled = value === null ? 0n : whole ? value : (value as { value: bigint }).value
      words[row * 2] = BigInt.asIntN(64, scaled as bigint)
      words[row * 2 + 1] = (scaled as bigint) >> 64n
    })
    return target
  })
}

function text(arrow: Arrow): Builder {
  const type = new arrow.Utf8()
  const encoder = new TextEncoder()
  return {
    type,
    build: (values) => {
      const parts = values.map((value) => {
        if (value === null || value === undefined) return ''
        return typeof value === 'object' && isNested(value) ? cellJson(value) : cellText(value)
      })
      const valueOffsets = new Int32Array(values.length + 1)
      parts.forEach((part, row) => {
        valueOffsets[row + 1] = (valueOffsets[row] ?? 0) + Buffer.byteLength(part)
      })
      const data = encoder.encode(parts.join(''))
      return arrow.makeData({ type, length: values.length, ...nullsOf(values), valueOffsets, data })
    },
  }
}

const isNested = (value: object): boolean => 'items' in value || 'entries' in value

function builderFor(arrow: Arrow, column: ResultColumn): Builder {
  const { typeId } = column
  if (wholeNumbers.has(typeId)) return wholeNumber(arrow)
  if (typeId === duckDbTypes.double || typeId === duckDbTypes.float) return double(arrow)
  if (typeId === duckDbTypes.boolean) return boolean(arrow)
  if (typeId === duckDbTypes.date) return date(arrow)
  if (typeId === duckDbTypes.timestamp) return timestamp(arrow)
  if (typeId === duckDbTypes.decimal || typeId === duckDbTypes.hugeint)
    return decimal(arrow, column)
  return text(arrow)
}

/** Writes an Arrow IPC file, and returns the number of rows. */
export async function formatArrow(result: QueryResult, write: Write): Promise<number> {
  const arrow = await import('apache-arrow')
  const builders = result.columns.map((column) => builderFor(arrow, column))
  const fields = result.columns.map(
    ({ name }, index) => new arrow.Field(name, builders[index]?.type ?? new arrow.Null(), true),
  )
  const schema = new arrow.Schema(fields)
  const writer = new arrow.RecordBatchFileWriter()
  writer.reset(undefined, schema)
  const batchOf = (columns: Column[], length: number): RecordBatch => {
    const children = builders.map((builder, index) => builder.build(columns[index] ?? []))
    const type = new arrow.Struct(fields)
    return new arrow.RecordBatch(
      schema,
      arrow.makeData({ type, length, nullCount: 0, nullBitmap: null, children }),
    )
  }

  let taken = Promise.resolve()
  let waiting = 0
  const pump = (async () => {
    for await (const bytes of writer) {
      waiting += 1
      taken = write(bytes)
      await taken
      waiting -= 1
    }
  })()
  let rows = 0
  let pending: Column[] = builders.map(() => [])
  let pendingRows = 0
  const flush = async () => {
    writer.write(batchOf(pending, pendingRows))
    pending = builders.map(() => [])
    pendingRows = 0
    // The writer queues what it made; the next batch waits until the last was taken.
    if (waiting > 0) await taken
  }
  for await (const { rowCount, values } of result.chunks) {
    values.forEach((column, index) => {
      for (const value of column) pending[index]?.push(value)
    })
    pendingRows += rowCount
    rows += rowCount
    if (pendingRows + 2_048 > limits.recordBatchRowsMax) await flush()
  }
  // Readers that look at the first batch (ehrQL is one) find one where there is no row, too.
  if (pendingRows > 0 || rows === 0) await flush()
  writer.finish()
  await pump
  return rows
}
