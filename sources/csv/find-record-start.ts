// A splitter's guess where records start: only reading from the front tells whether a place in the
// file lies inside quotes, so both cases are tried on what follows and the better one is taken. The
// caller compares the guess with the end of the slice before and reads again where it was wrong.
import type { CompiledDialect } from './dialect.ts'
import { findClosingQuote, lineEndAt, matchesAt } from './find-line.ts'

/** What a trial read of some records from a place gave. */
export interface TrialCount {
  readonly good: number
  readonly bad: number
}

/**
 * Position of the first record boundary at or after `from`, by the better of two readings; -1 where
 * the bytes at hand show none. `trial` reads some records from a position, and counts those that start
 * before another.
 */
export function findRecordStart(
  bytes: Uint8Array,
  from: number,
  filled: number,
  atEnd: boolean,
  dialect: CompiledDialect,
  trial: (position: number, before: number) => TrialCount,
): number {
  const outside = boundaryOutside(bytes, from, filled, atEnd, dialect)
  if (dialect.quote > 255) return outside
  const counted = outside < 0 ? { good: 0, bad: 0 } : trial(outside, filled)
  if (counted.bad === 0 && counted.good > 0) return outside
  const inside = boundaryAfter(bytes, from, filled, atEnd, dialect, true, false)
  if (inside < 0 || inside === outside) return outside
  const insideCounted = trial(inside, filled)
  // Where both meet bad records: what lies between is records to one, and the rest of a text to the other.
  const between = outside < 0 || insideCounted.bad === 0 ? counted : trial(outside, inside)
  if (insideCounted.bad > 0 && between.good > between.bad) return outside
  return insideCounted.good - insideCounted.bad > counted.good - counted.bad ? inside : outside
}

/** The boundary if `from` lies outside quotes: in the middle of a field unless a separator ends there. */
function boundaryOutside(
  bytes: Uint8Array,
  from: number,
  filled: number,
  atEnd: boolean,
  dialect: CompiledDialect,
): number {
  const longest = dialect.newline?.length ?? 2
  for (let before = Math.max(0, from - longest); before < from; before++) {
    const length = lineEndAt(bytes, before, filled, dialect)
    if (length > 0 && before + length >= from) return before + length
  }
  const before = from - dialect.delimiter.length
  const atFieldStart = before >= 0 && matchesAt(bytes, before, from, dialect.delimiter)
  return boundaryAfter(bytes, from, filled, atEnd, dialect, false, atFieldStart)
}

/** Position behind the line end that ends the record around `from`, or -1. */
function boundaryAfter(
  bytes: Uint8Array,
  from: number,
  filled: number,
  atEnd: boolean,
  dialect: CompiledDialect,
  insideQuotes: boolean,
  fieldStart: boolean,
): number {
  let position = from
  let inside = insideQuotes
  let atFieldStart = fieldStart
  const decidable = atEnd ? filled : filled - dialect.lookahead + 1
  while (position < decidable) {
    if (inside || (atFieldStart && bytes[position] === dialect.quote)) {
      const start = inside ? position : position + 1
      const closing = findClosingQuote(bytes, start, filled, filled, atEnd, dialect)
      if (closing < 0) return atEnd ? filled : -1
      position = closing + 1
      inside = false
      atFieldStart = false
      continue
    }
    const lineEnd = lineEndAt(bytes, position, filled, dialect)
    if (lineEnd > 0) return position + lineEnd
    atFieldStart = matchesAt(bytes, position, filled, dialect.delimiter)
    position += atFieldStart ? dialect.delimiter.length : 1
  }
  return atEnd ? filled : -1
}
