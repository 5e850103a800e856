// A dialect compiled to bytes: what the kernels look at. Every choice between dialects is made here,
// once; a dialect whose separators cannot be told apart is named by `dialectProblem`.
import assert from 'node:assert'
import type { CsvDialect } from '../../contracts/extract.ts'

/** A byte value that no byte has: stands for "no such character". */
export const noByte = 256

/** Classes of bytes in unquoted text. */
export const byteClasses = { plain: 0, delimiter: 1, lineFeed: 2, carriageReturn: 3, other: 4 }

export interface CompiledDialect {
  readonly delimiter: Uint8Array
  /** Its first byte. */
  readonly delimiterByte: number
  /** null: LF, CRLF and CR. */
  readonly newline: Uint8Array | null
  /** `noByte` where there is none; also for escape. */
  readonly quote: number
  readonly escape: number
  readonly comment: Uint8Array | null
  /** First byte of a comment, or `noByte`. */
  readonly commentByte: number
  /** Bytes from a position on that decide what it is. */
  readonly lookahead: number
  /** By byte: `byteClasses`; every byte that can start a delimiter or line end is not plain. */
  readonly classes: Uint8Array
  /** One-byte delimiter, any line end, quotes doubled or none: the fast kernel reads it. */
  readonly fast: boolean
}

/** What makes a dialect ambiguous, in words for the project file's author; null: nothing. */
export function dialectProblem(dialect: CsvDialect): string | null {
  const { delimiter, quote, escape: escapeText, newline, comment } = dialect
  const auto = newline === 'auto'
  if (delimiter.length === 0) return 'the delimiter is empty'
  if (newline.length === 0) return 'the newline is empty'
  if (comment === '') return 'the comment character is empty'
  if (quote !== null && Buffer.byteLength(quote) !== 1) return 'the quote is not one byte'
  if (escapeText !== null && Buffer.byteLength(escapeText) !== 1)
    return 'the escape is not one byte'
  if (auto && /[\r\n]/.test(delimiter)) return 'the delimiter contains a line end'
  if (!auto && delimiter.startsWith(newline)) return 'the delimiter starts with the newline'
  for (const character of [quote, quote === null ? null : escapeText]) {
    if (character === null) continue
    if (delimiter.includes(character)) return 'the delimiter contains the quote or escape'
    if (auto ? /[\r\n]/.test(character) : newline.includes(character)) {
      return 'the newline contains the quote or escape'
    }
  }
  if (comment !== null && (auto ? /[\r\n]/.test(comment) : comment.includes(newline))) {
    return 'the comment character contains a line end'
  }
  if (comment !== null && quote !== null && comment.startsWith(quote)) {
    return 'the comment character is the quote'
  }
  return null
}

/** The dialect as bytes. A dialect with a `dialectProblem` is a defect of the caller. */
export function compileDialect(dialect: CsvDialect): CompiledDialect {
  assert.equal(dialectProblem(dialect), null)
  const delimiter = Buffer.from(dialect.delimiter)
  const newline = dialect.newline === 'auto' ? null : Buffer.from(dialect.newline)
  const comment = dialect.comment === null ? null : Buffer.from(dialect.comment)
  const quote = dialect.quote === null ? noByte : (Buffer.from(dialect.quote)[0] ?? noByte)
  const hasEscape = dialect.quote !== null && dialect.escape !== null
  const escapeByte = hasEscape ? (Buffer.from(dialect.escape ?? '')[0] ?? noByte) : noByte
  const classes = new Uint8Array(256)
  if (newline === null) {
    classes[10] = byteClasses.lineFeed
    classes[13] = byteClasses.carriageReturn
  } else {
    classes[newline[0] ?? 0] = byteClasses.other
  }
  const isByte = delimiter.length === 1 && newline === null
  classes[delimiter[0] ?? 0] = isByte ? byteClasses.delimiter : byteClasses.other
  return {
    delimiter: new Uint8Array(delimiter),
    delimiterByte: delimiter[0] ?? noByte,
    newline: newline === null ? null : new Uint8Array(newline),
    quote,
    escape: escapeByte,
    comment: comment === null ? null : new Uint8Array(comment),
    commentByte: comment?.[0] ?? noByte,
    lookahead: Math.max(2, delimiter.length, newline?.length ?? 0, comment?.length ?? 0),
    classes,
    fast: isByte && (quote === noByte || escapeByte === quote),
  }
}
