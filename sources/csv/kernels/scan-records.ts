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
 * Scans from the cursor's position until rows or bytes run out, and says in `stop` why it stopped.
 * `classes`: see dialect.ts. `quote` and `comment` are bytes or 256. A record of more than
 * `longBytes` is unusual. The sentinels stand behind the raw text.
 */
export function scanRecords(
  bytes: Uint8Array,
  cursor: Int32Array,
  classes: Uint8Array,
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
  const blankIsRow = target.blankIsRow === 1
  const firstPosition = cursor[at.position]!
  let position = firstPosition
  let row = cursor[at.row]!
  let spare = cursor[at.spare]!
  let stop: number = stops.done
  let lineStart = position
  let lineSpare = spare
  lines: while (row < rowLimit && position < startLimit) {
    lineStart = position
    lineSpare = spare
    if (bytes[position] === comment) {
      stop = stops.unusual
      break
    }
    let field = 0
    let kind = 0
    for (; ; position++) {
      let start = position
      let end = 0
      if (bytes[position] !== quote) {
        while ((kind = classes[bytes[position]!]!) === 0) position++
        end = position
      } else {
        start++
        end = closingQuote(bytes, start, quote)
        const escaped = end < 0
        if (escaped) end = ~end
        position = end + 1
        kind = classes[bytes[position]!]!
        if (position > filled || kind === 0) {
          stop = position > filled ? stops.needMore : stops.unusual
          break lines
        }
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
      if (kind !== 1) break
    }
    // A CR that ends the chunk may be half a line end.
    if (position >= filled || (kind === 3 && position + 1 === filled)) {
      stop = stops.needMore
      break
    }
    const length = position - lineStart
    if (length > longBytes) {
      stop = stops.unusual
      break
    }
    const lineEnd = position
    position += kind === 3 && bytes[position + 1] === 10 ? 2 : 1
    if (length === 0 && !blankIsRow) {
      cursor[at.blankLines]!++
      continue
    }
    recordStarts[row] = lineStart
    recordEnds[row] = lineEnd
    structure[row] = field === fieldCount ? 0 : field < fieldCount ? tooFew : tooMany
    row++
  }
  if (stop !== stops.done) {
    position = lineStart
    spare = lineSpare
  }
  if (position > firstPosition) cursor[at.lineEnded] = 1
  cursor[at.position] = position
  cursor[at.row] = row
  cursor[at.spare] = spare
  cursor[at.stop] = stop
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
