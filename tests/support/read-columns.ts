// Values of an Arrow record batch as plain JavaScript, read from its buffers the long way: bigint
// for 64-bit integers, days for dates, null where the validity bit is 0.
import type { RecordBatch } from 'apache-arrow'

export type PlainValue = bigint | number | boolean | string | null

const bitAt = (bits: Uint8Array, row: number): boolean =>
  (((bits[row >> 3] ?? 0) >> (row & 7)) & 1) === 1

/** Columns of values; also asserts that null counts agree with the bitmaps. */
export function readColumns(batch: RecordBatch): PlainValue[][] {
  return batch.data.children.map((data, index) => {
    const name = batch.schema.fields[index]?.type.toString() ?? ''
    const values: PlainValue[] = []
    for (let row = 0; row < batch.numRows; row++) {
      if (data.nullBitmap.length > 0 && !bitAt(data.nullBitmap, row)) {
        values.push(null)
      } else if (name.startsWith('Dictionary')) {
        const dictionary = data.dictionary?.data[0]
        if (dictionary === undefined) throw new Error(`column ${index} has no dictionary`)
        const key = data.values[row] as number
        const offsets = dictionary.valueOffsets as Int32Array
        const text = (dictionary.values as Uint8Array).subarray(offsets[key], offsets[key + 1])
        values.push(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text))
      } else if (name === 'Bool') {
        values.push(bitAt(data.values as Uint8Array, row))
      } else {
        values.push(data.values[row] as number | bigint)
      }
    }
    const nullCount = values.filter((value) => value === null).length
    if (nullCount !== data.nullCount) {
      throw new Error(`column ${index}: ${data.nullCount} nulls said, ${nullCount} found`)
    }
    return values
  })
}
