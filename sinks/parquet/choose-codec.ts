// Bit-packed indices often do not compress at all, and trying costs more than everything else the
// encoder does. A large column chunk is compressed only where a trial on slices of it saves enough.
// Small ones always are: there is nothing to gain by asking.
import type { ParquetOptions } from '../../contracts/stage.ts'
import type { EncodingContext } from './choose-encoding.ts'
import type { ChunkValues } from './chunk-values.ts'
import { encodePage, planPage } from './data-pages.ts'
import { estimateDictionary } from './estimate-size.ts'
import type { Validity } from './validity.ts'

const sliceRows = 8192
const sliceCount = 3
const trialRowsMin = 4 * sliceCount * sliceRows
/** Compression that leaves more than this share is not worth its time, nor the reader's. */
const shareMax = 0.98

/** The codec of a column chunk: the file's, or none. */
export function chooseCodec(
  chunk: ChunkValues,
  validity: Validity | null,
  rowCount: number,
  compression: ParquetOptions['compression'],
  context: EncodingContext,
): ParquetOptions['compression'] {
  if (compression === 'uncompressed' || rowCount < trialRowsMin) return compression
  const { compress, scratch } = context
  let plainBytes = 0
  let compressedBytes = 0
  let rows = 0
  for (let slice = 0; slice < sliceCount; slice++) {
    const row = Math.floor(((rowCount - sliceRows) * slice) / (sliceCount - 1))
    const value = validity?.countValid(0, row) ?? row
    const page = planPage(chunk.values, validity, row, value, row + sliceRows)
    const bytes = encodePage(chunk.values, validity, page, scratch.page)
    plainBytes += bytes.length
    compressedBytes += compress(bytes).length
    rows += page.rowEnd - page.row
  }
  plainBytes *= rowCount / rows
  compressedBytes *= rowCount / rows
  if (chunk.dictionary !== null) {
    plainBytes += chunk.dictionary.bytes.length
    compressedBytes += estimateDictionary(chunk.dictionary, compress)
  }
  return compressedBytes > plainBytes * shareMax ? 'uncompressed' : compression
}
