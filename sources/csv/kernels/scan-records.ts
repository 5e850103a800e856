// The hottest loop of a load: finds the fields of well-formed records in one pass over the bytes.
// It reads one-byte delimiters, LF, CRLF and CR, and quotes doubled or none. Whatever else it meets
// (a comment, text after a quote, a long record) it leaves to scan-any-records.ts, line by line.
import assert from 'node:assert'
import { ruleDefinitions } from '../../../contracts/rules.ts'
import { at, type ScanTarget, sentinelBytes, stops } from '../scan-state.ts'
import { unescapeField } from './unescape-field.ts'

const tooFew = ruleDefinitions.too_few_fields.number + 1
const tooMany = ruleDefinitions.too_many_fields.number + 1

/**
 * Scans from the cursor's position until rows or bytes run out (`stop` is done), or to a line that is
 * not certainly a whole well-formed one (`unusual`).
 * `classes`: see dialect.ts. `delimiter` is a byte, `quote` and `comment` are bytes or 256. A record
 * of more than `longBytes` is unusual. The sentinels stand behind the raw text.
 */
export function scanRecords(
  bytes: Uint8Array,
  cursor: Int32Array,
  classes: Uint8Array,
  delimiter: number,
  quote: number,
  comment: number,
  longBytes: number,
  target: ScanTarget,
): void {
  const { starts, ends, recordStarts, recordEnds, structure, bases, fieldCount } = target
  const filled = cursor[at.filled]!
  const startLimit = cursor[at.startLimit]!
  const rowLimit = cursor[at.rowLimit]!
  assertScan(bytes, classes, filled, startLimit, rowLimit, target)
  let position = cursor[at.position]!
  let row = cursor[at.row]!
  let spare = cursor[at.spare]!
  let lineStart = position
  let lineSpare = spare
  lines: while (row < rowLimit && position < startLimit) {
    if (bytes[position] === comment) break
    let field = 0
    let kind = 0
    for (; ; position++) {
      let start = position
      let end = 0
      if (bytes[position] !== quote) {
        position = endOfPlainField(bytes, position, delimiter, classes)
        end = position
      } else {
        end = closingQuote(bytes, ++start, quote)
        const escaped = end < 0
        if (escaped) end = ~end
        position = end + 1
        if (position > filled || classes[bytes[position]!] === 0) break lines
        if (escaped && field < fieldCount && bases[field]! >= 0) {
          end = unescapeField(bytes, start, end, spare, quote, quote)
          start = spare
          spare = end
        }
      }
      if (field < fieldCount && bases[field]! >= 0) {
        starts[bases[field]! + row] = start
        ends[bases[field]! + row] = end
      }
      field++
      if ((kind = classes[bytes[position]!]!) !== 1) break
    }
    // The last line end of the chunk may be a sentinel, or half of a CRLF.
    if (position + 1 >= filled || position - lineStart > longBytes) break
    const lineEnd = position
    position += kind === 3 && bytes[position + 1] === 10 ? 2 : 1
    if (lineEnd === lineStart && target.blankIsRow === 0) {
      cursor[at.blankLines]!++
    } else {
      recordStarts[row] = lineStart
      recordEnds[row] = lineEnd
      structure[row] = field === fieldCount ? 0 : field < fieldCount ? tooFew : tooMany
      row++
    }
    lineStart = position
    lineSpare = spare
  }
  if (lineStart > cursor[at.position]!) cursor[at.lineEnded] = 1
  cursor[at.position] = lineStart
  cursor[at.row] = row
  cursor[at.spare] = lineSpare
  cursor[at.stop] = row < rowLimit && lineStart < startLimit ? stops.unusual : stops.done
}

/** Position of the delimiter or line end at or after `from`. */
function endOfPlainField(
  bytes: Uint8Array,
  from: number,
  delimiter: number,
  classes: Uint8Array,
): number {
  let position = from
  let byte = bytes[position]!
  // Two comparisons are faster than the table; a control byte that is text is rare.
  for (;;) {
    while (byte !== delimiter && byte > 13) byte = bytes[++position]!
    if (classes[byte] !== 0) return position
    byte = bytes[++position]!
  }
}

/** Index of the quote that closes the field opened before `from`; its complement with escapes. */
function closingQuote(bytes: Uint8Array, from: number, quote: number): number {
  let position = from
  let escaped = false
  for (;;) {
    while (bytes[position] !== quote) position++
    if (bytes[position + 1] !== quote) return escaped ? ~position : position
    escaped = true
    position += 2
  }
}

function assertScan(
  bytes: Uint8Array,
  classes: Uint8Array,
  filled: number,
  startLimit: number,
  rowLimit: number,
  target: ScanTarget,
): void {
  assert(filled + sentinelBytes <= bytes.length && startLimit <= filled, 'sentinels fit')
  assert(target.recordStarts.length >= rowLimit, 'record starts fit')
  assert(target.recordEnds.length >= rowLimit, 'record ends fit')
  assert(target.structure.length >= rowLimit, 'structure rules fit')
  assert(target.bases.length >= target.fieldCount && classes.length === 256, 'tables are whole')
}
