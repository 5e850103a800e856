// The slow truth about CSV: one character at a time, by the rules of the documentation and nothing
// else. Written to be obviously right; it shares no code with the reader.
import type { CsvDialect } from '../../contracts/extract.ts'
import type { RuleName } from '../../contracts/rules.ts'

export interface ReferenceRow {
  /** Offset of the record in the text. */
  readonly start: number
  /** The record without its line end, cut at the record limit where it is refused whole. */
  readonly raw: string
  readonly rule: RuleName | null
  /** Null where a rule fails. */
  readonly fields: readonly string[] | null
}

export interface ReferenceText {
  readonly rows: readonly ReferenceRow[]
  readonly blankLines: number
  readonly commentLines: number
  readonly bytesLost: number
  /** Offsets at which a line starts, and the end of the text. */
  readonly lineStarts: readonly number[]
  readonly finalNewline: boolean
}

export interface ReferenceLimits {
  readonly recordBytesMax: number
  readonly fieldBytesMax: number
}

type State = 'field start' | 'plain' | 'quoted' | 'after quote'

/** Parses text whose characters are bytes (latin1). */
export function parseReference(
  text: string,
  dialect: CsvDialect,
  fieldCount: number,
  limits: ReferenceLimits,
): ReferenceText {
  const rows: ReferenceRow[] = []
  const lineStarts: number[] = []
  let blankLines = 0
  let commentLines = 0
  let bytesLost = 0
  let finalNewline = false
  let position = 0
  const goBehind = (lineEnd: number) => {
    const length = newlineLength(text, lineEnd, dialect)
    finalNewline = length > 0
    position = lineEnd + length
  }
  while (position < text.length) {
    const start = position
    lineStarts.push(start)
    if (dialect.comment !== null && text.startsWith(dialect.comment, start)) {
      commentLines++
      goBehind(nextNewline(text, start, dialect))
      continue
    }
    if (newlineLength(text, start, dialect) > 0 && fieldCount > 1) {
      blankLines++
      goBehind(start)
      continue
    }
    const record = parseRecord(text, start, dialect, limits)
    if (typeof record === 'string') {
      const from = record === 'record_too_long' ? start + limits.recordBytesMax + 1 : start
      const lineEnd = nextNewline(text, from, dialect)
      bytesLost += lineEnd - start
      const rawEnd = Math.min(lineEnd, start + limits.recordBytesMax)
      rows.push({ start, raw: text.slice(start, rawEnd), rule: record, fields: null })
      goBehind(lineEnd)
      continue
    }
    const rule = ruleOf(record, fieldCount, limits)
    const fields = record.fields.map((field) => field.text)
    const raw = text.slice(start, record.end)
    rows.push({ start, raw, rule, fields: rule === null ? fields : null })
    goBehind(record.end)
  }
  lineStarts.push(text.length)
  return { rows, blankLines, commentLines, bytesLost, lineStarts, finalNewline }
}

interface ReferenceRecord {
  readonly fields: readonly { readonly text: string; readonly length: number }[]
  readonly end: number
}

function ruleOf(
  record: ReferenceRecord,
  fieldCount: number,
  limits: ReferenceLimits,
): RuleName | null {
  if (record.fields.length < fieldCount) return 'too_few_fields'
  if (record.fields.length > fieldCount) return 'too_many_fields'
  const long = record.fields.some((field) => field.length > limits.fieldBytesMax)
  return long ? 'field_too_long' : null
}

function parseRecord(
  text: string,
  start: number,
  dialect: CsvDialect,
  limits: ReferenceLimits,
): ReferenceRecord | RuleName {
  const { delimiter, quote } = dialect
  const fields: { text: string; length: number }[] = []
  let state: State = 'field start'
  let field = ''
  let fieldLength = 0
  let position = start
  for (;;) {
    if (position - start > limits.recordBytesMax) {
      return state === 'quoted' ? 'unterminated_quote' : 'record_too_long'
    }
    const atEnd = position >= text.length
    const character = text[position] ?? ''
    if (state === 'quoted') {
      if (atEnd) return 'unterminated_quote'
      const next = text[position + 1]
      if (character === dialect.escape && (character !== quote || next === quote)) {
        const stands = next === quote || next === dialect.escape
        field += stands ? next : character + (next ?? '')
        fieldLength += 2
        position += 2
      } else if (character === quote) {
        state = 'after quote'
        position++
      } else {
        field += character
        fieldLength++
        position++
      }
      continue
    }
    const newline = newlineLength(text, position, dialect)
    if (atEnd || newline > 0) {
      fields.push({ text: field, length: fieldLength })
      return { fields, end: position }
    }
    if (state === 'field start' && character === quote) {
      state = 'quoted'
      position++
    } else if (text.startsWith(delimiter, position)) {
      fields.push({ text: field, length: fieldLength })
      field = ''
      fieldLength = 0
      state = 'field start'
      position += delimiter.length
    } else if (state === 'after quote') {
      return 'text_after_quote'
    } else {
      state = 'plain'
      field += character
      fieldLength++
      position++
    }
  }
}

/** Length of the line end at a position, 0 where there is none. */
function newlineLength(text: string, position: number, dialect: CsvDialect): number {
  if (dialect.newline !== 'auto') {
    return text.startsWith(dialect.newline, position) ? dialect.newline.length : 0
  }
  if (text.startsWith('\r\n', position)) return 2
  return text[position] === '\n' || text[position] === '\r' ? 1 : 0
}

function nextNewline(text: string, from: number, dialect: CsvDialect): number {
  let position = from
  while (position < text.length && newlineLength(text, position, dialect) === 0) position++
  return Math.min(position, text.length)
}
