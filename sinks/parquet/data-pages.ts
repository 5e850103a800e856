// Cuts the rows of a column chunk into data pages and encodes them: levels, then values.
import assert from 'node:assert'
import { limits } from '../../config/limits.ts'
import type { ByteStore } from './byte-store.ts'
import type { EncodedValues } from './chunk-values.ts'
import type { PageWriter } from './page-writer.ts'
import { Validity } from './validity.ts'

/** Rows of a page, and its valid values among those of the column chunk. */
export interface PageRange {
  readonly row: number
  readonly rowEnd: number
  readonly value: number
  readonly valueEnd: number
}

export interface WrittenPages {
  readonly pageCount: number
  readonly uncompressed: number
  readonly compressed: number
}

/** The page that starts at a row and its first value: at most `rowsMax` rows up to `rowLimit`. */
export function planPage(
  values: EncodedValues,
  validity: Validity | null,
  row: number,
  value: number,
  rowLimit: number,
): PageRange {
  const rowEnd = Math.min(rowLimit, row + limits.parquetPageRowsMax)
  const valueEnd = value + (validity?.countValid(row, rowEnd) ?? rowEnd - row)
  if (valueEnd === value) return { row, rowEnd, value, valueEnd }
  const fullAt = values.pageEnd(value, valueEnd)
  if (fullAt === valueEnd) return { row, rowEnd, value, valueEnd }
  const count = fullAt - value
  const rowFullAt = validity?.rowAfter(row, rowEnd, count) ?? row + count
  return { row, rowEnd: rowFullAt, value, valueEnd: fullAt }
}

/** Encodes a page at the start of `target`; valid until the next call. */
export function encodePage(
  values: EncodedValues,
  validity: Validity | null,
  page: PageRange,
  target: ByteStore,
): Uint8Array {
  const { row, rowEnd, value, valueEnd } = page
  target.reserve(Validity.levelBytesMax(rowEnd - row) + values.bytesMax(value, valueEnd))
  let end = 0
  if (validity !== null) end = validity.encodeLevels(row, rowEnd, valueEnd - value, target, 0)
  end = values.encode(value, valueEnd, target, end)
  return target.bytes.subarray(0, end)
}

/** Writes all data pages of a column chunk. */
export function writeDataPages(
  values: EncodedValues,
  validity: Validity | null,
  rowCount: number,
  pages: PageWriter,
  target: ByteStore,
): WrittenPages {
  const written = { pageCount: 0, uncompressed: 0, compressed: 0 }
  let row = 0
  let value = 0
  while (row < rowCount) {
    const page = planPage(values, validity, row, value, rowCount)
    const bytes = encodePage(values, validity, page, target)
    const { uncompressed, compressed } = pages.writeData(bytes, page.rowEnd - row, values.encoding)
    written.pageCount++
    written.uncompressed += uncompressed
    written.compressed += compressed
    row = page.rowEnd
    value = page.valueEnd
  }
  assert(value === values.count, 'every value is in a page')
  return written
}
