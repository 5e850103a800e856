// The general scan: any dialect, and every line the fast kernel leaves behind. One line at a time,
// each either decided whole or left untouched for want of bytes. A record that cannot be read (an
// unterminated quote, text after a quote, the record limit) is one refused line, never more.
import assert from 'node:assert'
import { ruleDefinitions } from '../../contracts/rules.ts'
import type { CompiledDialect } from './dialect.ts'
import { findClosingQuote, findLineEnd, lineEndAt, matchesAt } from './find-line.ts'
import { unescapeField } from './kernels/unescape-field.ts'
import type { ReadBounds } from './read-bounds.ts'
import { at, type ScanTarget, stops } from './scan-state.ts'

const tooFew = ruleDefinitions.too_few_fields.number + 1
const tooMany = ruleDefinitions.too_many_fields.number + 1
const unterminated = ruleDefinitions.unterminated_quote.number + 1
const textAfter = ruleDefinitions.text_after_quote.number + 1
const recordTooLong = ruleDefinitions.record_too_long.number + 1
const fieldTooLong = ruleDefinitions.field_too_long.number + 1

/** What `scanRecord` gives for a record that cannot be decided yet. */
const undecided = -1

/** Scans from the cursor's position; as scan-records.ts, and `skipLine` may be the reason to stop. */
export function scanAnyRecords(
  bytes: Uint8Array,
  cursor: Int32Array,
  dialect: CompiledDialect,
  bounds: ReadBounds,
  target: ScanTarget,
): void {
  const rowLimit = cursor[at.rowLimit]!
  assert(target.recordStarts.length >= rowLimit, 'record starts fit')
  assert(target.recordEnds.length >= rowLimit, 'record ends fit')
  assert(target.structure.length >= rowLimit, 'structure rules fit')
  cursor[at.stop] = stops.done
  while (cursor[at.row]! < rowLimit && cursor[at.position]! < cursor[at.startLimit]!) {
    cursor[at.stop] = scanLine(bytes, cursor, dialect, bounds, target)
    if (cursor[at.stop] !== stops.done) return
  }
}

/** Scans one line: blank, comment or record. Returns a stop; on needMore nothing has changed. */
export function scanLine(
  bytes: Uint8Array,
  cursor: Int32Array,
  dialect: CompiledDialect,
  bounds: ReadBounds,
  target: ScanTarget,
): number {
  const position = cursor[at.position]!
  const filled = cursor[at.filled]!
  const atEnd = cursor[at.atEnd] === 1
  if (!atEnd && position + dialect.lookahead > filled) return stops.needMore
  if (dialect.comment !== null && matchesAt(bytes, position, filled, dialect.comment)) {
    const stop = endLine(bytes, cursor, dialect, bounds, position, position)
    if (stop !== stops.needMore) cursor[at.commentLines]!++
    return stop === stops.skipLine ? stops.skipComment : stop
  }
  const blank = lineEndAt(bytes, position, filled, dialect)
  if (blank > 0 && target.blankIsRow === 0) {
    cursor[at.blankLines]!++
    cursor[at.position] = position + blank
    cursor[at.lineEnded] = 1
    return stops.done
  }
  const spare = cursor[at.spare]!
  const rule = scanRecord(bytes, cursor, dialect, bounds, target)
  const refused = rule === unterminated || rule === textAfter || rule === recordTooLong
  if (rule !== undecided && !refused) return stops.done
  cursor[at.spare] = spare
  if (rule === undecided) return stops.needMore
  const row = cursor[at.row]!
  const from = rule === recordTooLong ? position + bounds.recordBytesMax + 1 : position
  const stop = endLine(bytes, cursor, dialect, bounds, position, from)
  if (stop === stops.needMore) return stop
  target.recordStarts[row] = position
  target.recordEnds[row] = Math.min(cursor[at.lineEnd]!, position + bounds.recordBytesMax)
  target.structure[row] = rule
  cursor[at.bytesLost]! += cursor[at.lineEnd]! - position
  cursor[at.refused]!++
  cursor[at.row] = row + 1
  return stop
}

/**
 * Moves the cursor behind the first line end at or after `from` of the line that starts at `start`,
 * or to the end of the bytes at hand where the line passes the record limit.
 */
function endLine(
  bytes: Uint8Array,
  cursor: Int32Array,
  dialect: CompiledDialect,
  bounds: ReadBounds,
  start: number,
  from: number,
): number {
  const filled = cursor[at.filled]!
  const atEnd = cursor[at.atEnd] === 1
  const lineEnd = findLineEnd(bytes, from, filled, atEnd, dialect)
  if (lineEnd >= 0) {
    cursor[at.lineEnd] = lineEnd
    cursor[at.position] = lineEnd + lineEndAt(bytes, lineEnd, filled, dialect)
    cursor[at.lineEnded] = lineEnd < filled ? 1 : 0
    return stops.done
  }
  const searched = Math.max(from, filled - dialect.lookahead + 1)
  if (searched - start <= bounds.recordBytesMax) return stops.needMore
  cursor[at.lineEnd] = searched
  cursor[at.position] = searched
  return stops.skipLine
}

/** Scans the record at the position. Returns its rule + 1, 0 for none, or `undecided`. */
function scanRecord(
  bytes: Uint8Array,
  cursor: Int32Array,
  dialect: CompiledDialect,
  bounds: ReadBounds,
  target: ScanTarget,
): number {
  const recordStart = cursor[at.position]!
  const filled = cursor[at.filled]!
  const atEnd = cursor[at.atEnd] === 1
  // A position before `decidable` can be told from the bytes at hand; one behind `last` is over
  // the record limit.
  const decidable = atEnd ? filled : filled - dialect.lookahead + 1
  const last = recordStart + bounds.recordBytesMax
  const { quote, delimiter } = dialect
  let position = recordStart
  let field = 0
  let longField = false
  for (;;) {
    if (position > last) return recordTooLong
    let start = position
    let end = position
    let escaped = false
    if (position < decidable && bytes[position] === quote) {
      start++
      end = findClosingQuote(bytes, start, Math.min(filled, last + 1), filled, atEnd, dialect)
      if (end < 0) return atEnd || filled > last + 1 ? unterminated : undecided
      escaped = true
      position = end + 1
      if (position > last) return recordTooLong
      if (position >= decidable && !atEnd) return undecided
    } else {
      position = endOfPlainField(bytes, position, Math.min(decidable, last + 1), filled, dialect)
      if (position > last) return recordTooLong
      if (position >= decidable && !atEnd) return undecided
      end = position
    }
    if (end - start > bounds.fieldBytesMax) longField = true
    storeField(bytes, cursor, dialect, target, field, start, end, escaped)
    field++
    if (position >= filled) break
    if (lineEndAt(bytes, position, filled, dialect) > 0) break
    if (!matchesAt(bytes, position, filled, delimiter)) return textAfter
    position += delimiter.length
  }
  const wrong = field === target.fieldCount ? 0 : field < target.fieldCount ? tooFew : tooMany
  const rule = wrong !== 0 ? wrong : longField ? fieldTooLong : 0
  const row = cursor[at.row]!
  target.recordStarts[row] = recordStart
  target.recordEnds[row] = position
  target.structure[row] = rule
  if (rule !== 0) cursor[at.refused]!++
  const lineEndLength = lineEndAt(bytes, position, filled, dialect)
  cursor[at.position] = position + lineEndLength
  cursor[at.lineEnded] = lineEndLength > 0 ? 1 : 0
  cursor[at.fieldTotal] = field
  cursor[at.row] = row + 1
  return rule
}

/** Position of the delimiter or line end that ends an unquoted field, or `limit`. */
function endOfPlainField(
  bytes: Uint8Array,
  from: number,
  limit: number,
  filled: number,
  dialect: CompiledDialect,
): number {
  const { classes, delimiter } = dialect
  let position = from
  for (; position < limit; position++) {
    if (classes[bytes[position]!]! === 0) continue
    if (lineEndAt(bytes, position, filled, dialect) > 0) break
    if (matchesAt(bytes, position, filled, delimiter)) break
  }
  return position
}

function storeField(
  bytes: Uint8Array,
  cursor: Int32Array,
  dialect: CompiledDialect,
  target: ScanTarget,
  field: number,
  start: number,
  end: number,
  quoted: boolean,
): void {
  if (field >= target.fieldCount || target.bases[field]! < 0) return
  const index = target.bases[field]! + cursor[at.row]!
  if (!quoted || dialect.escape > 255) {
    target.starts[index] = start
    target.ends[index] = end
    return
  }
  const spare = cursor[at.spare]!
  const spareEnd = unescapeField(bytes, start, end, spare, dialect.quote, dialect.escape)
  target.starts[index] = spare
  target.ends[index] = spareEnd
  cursor[at.spare] = spareEnd
}
