// The texts of a column as bytes, many rows at a time. The package of the engine makes a string of each
// row, by a call into native code: two thirds of all that a worker does for a large result. Rows that
// the engine made one behind the other lie so in its memory, and are taken with one call.
import assert from 'node:assert'
import { createRequire } from 'node:module'
import type { DuckDBDataChunk } from '@duckdb/node-api'
import { limits } from '../../config/limits.ts'
import { TrinoError } from '../trino/trino-error.ts'

/** Bytes of some rows, one behind the other. */
export interface RowBytes {
  readonly rows: number
  readonly bytes: Uint8Array
}

/** What the package's own native part has for reading vectors, and the package uses itself. */
interface Bindings {
  data_chunk_get_vector(chunk: DuckDBDataChunk['chunk'], column: number): object
  vector_get_data(vector: object, byteCount: number): Uint8Array
  /** The bytes that the pointer at a place of some bytes points to. */
  get_data_from_pointer(bytes: ArrayBufferLike, place: number, byteCount: number): Uint8Array
}

const ofHere = createRequire(import.meta.url)
const ofPackage = createRequire(ofHere.resolve('@duckdb/node-api'))
const bindings = ofPackage('@duckdb/node-bindings') as Bindings

// A text of the engine (duckdb_string_t) has 16 bytes: its length, and either its bytes, up to 12, or
// the first 4 of them and a pointer.
const textBytes = 16
const textWords = 4
const inlineBytesMax = 12
const inlineStart = 4
const pointerStart = 8

/** The texts of a vector, as the engine holds them. */
interface Texts {
  readonly count: number
  readonly data: Uint8Array
  readonly words: Uint32Array
}

function textsOf(chunk: DuckDBDataChunk): Texts {
  const count = chunk.rowCount
  const vector = bindings.data_chunk_get_vector(chunk.chunk, 0)
  const data = bindings.vector_get_data(vector, count * textBytes)
  return { count, data, words: new Uint32Array(data.buffer, data.byteOffset, count * textWords) }
}

function lengthOf({ words }: Texts, row: number): number {
  const byteCount = words[row * textWords] ?? 0
  if (byteCount <= limits.resultRowBytesMax) return byteCount
  const message = 'Query exceeded per-user memory limit: a row of the result is too large'
  throw new TrinoError('EXCEEDED_LOCAL_MEMORY_LIMIT', message)
}

const addressOf = ({ words }: Texts, row: number): number =>
  (words[row * textWords + 3] ?? 0) * 2 ** 32 + (words[row * textWords + 2] ?? 0)

/** Texts from a row on that lie in the vector itself. */
function shortRun(texts: Texts, first: number, bytesMax: number): RowBytes {
  const { count, data } = texts
  let byteCount = 0
  let end = first
  while (end < count && (end === first || byteCount < bytesMax)) {
    const more = lengthOf(texts, end)
    if (more > inlineBytesMax) break
    byteCount += more
    end++
  }
  const bytes = Buffer.allocUnsafe(byteCount)
  let target = 0
  for (let row = first; row < end; row++) {
    const start = row * textBytes + inlineStart
    const stop = start + lengthOf(texts, row)
    for (let source = start; source < stop; source++) bytes[target++] = data[source] ?? 0
  }
  return { rows: end - first, bytes }
}

/** Texts from a row on that lie one behind the other, without a gap: nothing is read but texts. */
function longRun(texts: Texts, first: number, bytesMax: number): RowBytes {
  const { count, data } = texts
  const address = addressOf(texts, first)
  let byteCount = lengthOf(texts, first)
  let row = first + 1
  while (row < count && byteCount < bytesMax && addressOf(texts, row) === address + byteCount) {
    const more = lengthOf(texts, row)
    // A short text has no address: what stands in its place may look like one.
    if (more <= inlineBytesMax) break
    byteCount += more
    row++
  }
  const place = data.byteOffset + first * textBytes + pointerStart
  const bytes = bindings.get_data_from_pointer(data.buffer, place, byteCount)
  return { rows: row - first, bytes: Buffer.from(bytes) }
}

/**
 * Gives the texts of the first column of a chunk, none of them null, as copies, in runs of at most
 * about as many bytes as `bytesMax` says when the run starts; a row is never cut. Throws
 * EXCEEDED_LOCAL_MEMORY_LIMIT at a row beyond the limit.
 */
export function* rowBytes(chunk: DuckDBDataChunk, bytesMax: () => number): Generator<RowBytes> {
  const texts = textsOf(chunk)
  for (let row = 0; row < texts.count; ) {
    const take = lengthOf(texts, row) <= inlineBytesMax ? shortRun : longRun
    const run = take(texts, row, bytesMax())
    row += run.rows
    yield run
  }
  // The memory is the chunk's, which is asked here so that it is kept until now.
  assert(chunk.rowCount === texts.count, 'a chunk stays as it is while it is read')
}
