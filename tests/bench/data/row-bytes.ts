// Rows of an extract written as bytes into one buffer: a hundred million rows come out in seconds, and
// in as much memory as ten. Texts that repeat are kept in tables and copied.

/** Where rows are written. Whoever writes a row leaves `at` behind its line end. */
export interface RowTarget {
  readonly bytes: Buffer
  at: number
}

/** Writes row `index` with its line end. Called for 0, 1, 2 …: a row may depend on those before it. */
export type WriteRow = (target: RowTarget, index: number) => void

/** Texts by number, as bytes. */
export interface TextTable {
  readonly bytes: Uint8Array
  readonly starts: Int32Array
  readonly count: number
}

export const comma = 44
export const quote = 34
export const lineEnd = 10

export function textTable(texts: readonly string[]): TextTable {
  const encoded = texts.map((text) => Buffer.from(text))
  const starts = new Int32Array(texts.length + 1)
  for (const [index, { length }] of encoded.entries()) {
    starts[index + 1] = (starts[index] ?? 0) + length
  }
  return { bytes: Buffer.concat(encoded), starts, count: texts.length }
}

export function writeByte(target: RowTarget, byte: number): void {
  target.bytes[target.at++] = byte
}

export function writeText(target: RowTarget, table: TextTable, index: number): void {
  const end = table.starts[index + 1] ?? 0
  let at = target.at
  for (let i = table.starts[index] ?? end; i < end; i++) target.bytes[at++] = table.bytes[i] ?? 0
  target.at = at
}

/** A whole number from 0 to 999,999,999,999, in decimal digits. */
export function writeNumber(target: RowTarget, value: number): void {
  let digits = 1
  for (let limit = 10; value >= limit; limit *= 10) digits++
  const end = target.at + digits
  let rest = value
  for (let at = end - 1; at >= target.at; at--) {
    const tenth = Math.floor(rest / 10)
    target.bytes[at] = 48 + (rest - tenth * 10)
    rest = tenth
  }
  target.at = end
}

const chunkBytes = 4 * 1024 * 1024
/** More than any row takes. */
const rowBytesMax = 16 * 1024

/** Header and rows in chunks; a chunk is valid until the next one is asked for. */
export function* rowChunks(header: string, write: WriteRow, rows: number): Generator<Uint8Array> {
  const bytes = Buffer.allocUnsafe(chunkBytes)
  const target: RowTarget = { bytes, at: bytes.write(`${header}\n`) }
  for (let index = 0; index < rows; index++) {
    if (target.at > chunkBytes - rowBytesMax) {
      yield bytes.subarray(0, target.at)
      target.at = 0
    }
    write(target, index)
  }
  yield bytes.subarray(0, target.at)
}
