// Arrow record batches over the buffers of the columns: a few small objects a batch, no copies.
import type * as Arrow from 'apache-arrow'
import {
  Bool,
  Data,
  DateDay,
  Dictionary,
  Field,
  Float64,
  Int32,
  Int64,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
  Vector,
} from '../config/arrow.ts'
import type { Column } from './columns/column.ts'
import { entryCountOf, type InternTable } from './intern-table.ts'
import type { ColumnPlan } from './table-plan.ts'

function arrowTypeOf(plan: ColumnPlan, dictionaryId: number): Arrow.DataType {
  switch (plan.storage) {
    case 'int64':
      return new Int64()
    case 'double':
      return new Float64()
    case 'date':
      return new DateDay()
    case 'boolean':
      return new Bool()
    case 'text':
      return new Dictionary(new Utf8(), new Int32(), dictionaryId, false)
  }
}

function dictionaryVector(table: InternTable, type: Arrow.Utf8): Arrow.Vector {
  const count = entryCountOf(table)
  const offsets = table.offsets.subarray(0, count + 1)
  const text = table.text.subarray(0, table.offsets[count] ?? 0)
  return new Vector([new Data(type, 0, count, 0, [offsets, text])])
}

function valuesOf(column: Column, rowCount: number): Arrow.DataType['TArray'] {
  const { buffers, plan } = column
  switch (plan.storage) {
    case 'int64':
      return new BigInt64Array(buffers.words.buffer, buffers.words.byteOffset, rowCount)
    case 'double':
      return buffers.doubles.subarray(0, rowCount)
    case 'boolean':
      return buffers.bits.subarray(0, (rowCount + 7) >>> 3)
    default:
      return buffers.words.subarray(0, rowCount)
  }
}

/** Gives record batches of the columns: the schema and its types are made once. */
export function openRecordBatches(
  columns: readonly Column[],
): (rowCount: number) => Arrow.RecordBatch {
  const utf8 = new Utf8()
  const types = columns.map((column, index) => arrowTypeOf(column.plan, index))
  const fields = columns.map(
    ({ plan }, index) => new Field(plan.name, types[index] as Arrow.DataType, plan.nullable),
  )
  const schema = new Schema(fields)
  const struct = new Struct(fields)
  return (rowCount) => {
    const children = columns.map((column, index) => {
      const { nullCount, validity } = column.buffers
      const bitmap = validity.subarray(0, (rowCount + 7) >>> 3)
      return new Data(
        types[index] as Arrow.DataType,
        0,
        rowCount,
        nullCount,
        [undefined, valuesOf(column, rowCount), bitmap] as never,
        [],
        column.dictionary === null
          ? undefined
          : (dictionaryVector(column.dictionary, utf8) as never),
      )
    })
    return new RecordBatch(schema, new Data(struct, 0, rowCount, 0, undefined, children) as never)
  }
}
