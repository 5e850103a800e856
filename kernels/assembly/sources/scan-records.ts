// The hottest loop of a load: finds the fields of well-formed records. Windows of text are first
// turned into a list of marks, the positions of delimiters and line ends outside quotes, 64 bytes at
// a time (after Langdale and Lemire, "Parsing Gigabytes of JSON per Second", 2019); then marks are
// dealt out to the fields of rows. What is not certainly whole and well-formed is left to the
// general scan of sources/csv/scan-any-records.ts, line by line.

import {
  badAt,
  beginMarks,
  doubledBehind,
  findMarks,
  keepDoubled,
  marksPerWindowMax,
} from './find-marks'
import {
  atBlankLines,
  atFilled,
  atLineEnded,
  atPosition,
  atRefused,
  atRow,
  atRowLimit,
  atSpare,
  atStartLimit,
  atStop,
  stopDone,
  stopUnusual,
} from './scan-cursor'
import { unescapeDoubled } from './unescape-doubled'

/** Bytes of the first window of a call, and of later ones: a call that is soon over wastes little. */
const firstWindowBytes: i32 = 1024

/** What `dealRow` found: fields, the position of the line end, and where copies may go next. */
let dealtFields: i32 = 0
let dealtEnd: i32 = -1
let dealtSpare: i32 = 0
/** The first doubled quote that the rows so far have not passed. */
let nextDoubled: usize = 0
/** The same behind the row that was dealt. */
let dealtDoubled: usize = 0

/**
 * Deals the marks from `first` on to the fields of a row that starts at `lineStart`, up to its line
 * end; returns the address behind that. `dealtEnd` is -1 where the marks end before the row does.
 */
function dealRow(
  bytes: usize,
  delimiter: i32,
  quote: i32,
  starts: usize,
  ends: usize,
  bases: usize,
  fieldCount: i32,
  row: i32,
  lineStart: i32,
  first: usize,
  behind: usize,
  spare: i32,
): usize {
  let start = lineStart
  let field = 0
  let nextSpare = spare
  let doubled = nextDoubled
  dealtEnd = -1
  for (let mark = first; mark < behind; ) {
    const position = load<i32>(mark)
    mark += 4
    if (field < fieldCount) {
      const base = load<i32>(bases + ((<usize>field) << 2))
      if (base >= 0) {
        let end = position
        if (<i32>load<u8>(bytes + start) === quote) {
          start++
          end--
          while (doubled < doubledBehind && load<i32>(doubled) < start) doubled += 4
          if (doubled < doubledBehind && load<i32>(doubled) < end) {
            const copied = unescapeDoubled(bytes, start, end, nextSpare, quote)
            start = nextSpare
            end = copied
            nextSpare = copied
          }
        }
        const place = (<usize>(base + row)) << 2
        store<i32>(starts + place, start)
        store<i32>(ends + place, end)
      }
    }
    field++
    if (<i32>load<u8>(bytes + position) !== delimiter) {
      dealtEnd = position
      dealtFields = field
      dealtSpare = nextSpare
      dealtDoubled = doubled
      return mark
    }
    start = position + 1
  }
  return behind
}

/** Writes to the cursor how far a scan came. */
function putDown(
  cursor: usize,
  position: i32,
  row: i32,
  spare: i32,
  blankLines: i32,
  refused: i32,
): void {
  if (position > load<i32>(cursor + atPosition)) store<i32>(cursor + atLineEnded, 1)
  store<i32>(cursor + atPosition, position)
  store<i32>(cursor + atRow, row)
  store<i32>(cursor + atSpare, spare)
  store<i32>(cursor + atBlankLines, load<i32>(cursor + atBlankLines) + blankLines)
  store<i32>(cursor + atRefused, load<i32>(cursor + atRefused) + refused)
}

/**
 * Scans from the cursor's position until rows or bytes run out (stop: done), or to a line that is not
 * certainly a whole well-formed one (unusual). `delimiter` is a byte, `quote` and `comment` are bytes
 * or 256; quotes are doubled. Line ends are LF, CRLF and CR. A record of more than `longBytes` is
 * unusual. Starts and ends are i32 by column and row, bases i32 by field: where its column begins in
 * them, or -1. `marks` has room for 4 * marksPerWindowMax
 * positions.
 */
export function scanRecords(
  bytes: usize,
  cursor: usize,
  delimiter: i32,
  quote: i32,
  comment: i32,
  longBytes: i32,
  starts: usize,
  ends: usize,
  recordStarts: usize,
  recordEnds: usize,
  structure: usize,
  bases: usize,
  fieldCount: i32,
  blankIsRow: i32,
  tooFew: i32,
  tooMany: i32,
  marks: usize,
): void {
  const filled = load<i32>(cursor + atFilled)
  const startLimit = load<i32>(cursor + atStartLimit)
  const rowLimit = load<i32>(cursor + atRowLimit)
  let row = load<i32>(cursor + atRow)
  let spare = load<i32>(cursor + atSpare)
  let lineStart = load<i32>(cursor + atPosition)
  let blankLines = 0
  let refused = 0
  let indexed = lineStart
  let windowBytes = firstWindowBytes
  let first: usize = marks
  let behind: usize = marks
  // Behind the marks of a window, and those kept of the one before.
  const doubledList = marks + ((<usize>(2 * marksPerWindowMax + 64)) << 2)
  beginMarks(doubledList)
  nextDoubled = doubledList
  let isUsual = true
  while (isUsual && row < rowLimit && lineStart < startLimit) {
    const windowEnd = min(filled, indexed + windowBytes)
    behind = findMarks(bytes, indexed, windowEnd, delimiter, quote, behind)
    indexed = min(windowEnd, badAt)
    while (row < rowLimit && lineStart < startLimit) {
      if (<i32>load<u8>(bytes + lineStart) === comment) {
        isUsual = false
        break
      }
      let mark = dealRow(
        bytes,
        delimiter,
        quote,
        starts,
        ends,
        bases,
        fieldCount,
        row,
        lineStart,
        first,
        behind,
        spare,
      )
      let position = dealtEnd
      // A line end at the end of what is known may be half of a CRLF.
      if (position < 0 || position + 1 >= indexed) break
      if (position - lineStart > longBytes) {
        isUsual = false
        break
      }
      const lineEnd = position++
      if (load<u8>(bytes + lineEnd) === 13 && load<u8>(bytes + position) === 10) {
        position++
        mark += 4
      }
      if (lineEnd === lineStart && blankIsRow === 0) {
        blankLines++
      } else {
        store<i32>(recordStarts + ((<usize>row) << 2), lineStart)
        store<i32>(recordEnds + ((<usize>row) << 2), lineEnd)
        const rule = dealtFields === fieldCount ? 0 : dealtFields < fieldCount ? tooFew : tooMany
        store<u8>(structure + row++, <u8>rule)
        refused += <i32>(rule !== 0)
      }
      spare = dealtSpare
      nextDoubled = dealtDoubled
      lineStart = position
      first = mark
    }
    if (indexed >= filled || badAt <= windowEnd || indexed - lineStart > longBytes) break
    const left = behind - first
    if (left > (<usize>marksPerWindowMax) << 2) break
    if (doubledBehind - nextDoubled > (<usize>marksPerWindowMax) << 2) break
    keepDoubled(doubledList, nextDoubled)
    nextDoubled = doubledList
    memory.copy(marks, first, left)
    first = marks
    behind = marks + left
    windowBytes = min(marksPerWindowMax, windowBytes * 2)
  }
  putDown(cursor, lineStart, row, spare, blankLines, refused)
  const isDone = row >= rowLimit || lineStart >= startLimit
  store<i32>(cursor + atStop, isDone ? stopDone : stopUnusual)
}
