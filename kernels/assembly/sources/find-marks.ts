// Lists the delimiters and line ends outside quotes, 64 bytes at a time: comparisons give a bit for
// each byte, and what lies inside quotes is the running parity of the quotes before it. Quotes that
// do not stand where quotes belong make the text irregular from there on.

/** Bytes of the largest window, and so the most marks of one. */
export const marksPerWindowMax: i32 = 8192

const nowhere: i32 = i32.MAX_VALUE

/** Position of the first byte that makes the text irregular. */
export let badAt: i32 = nowhere
/** Behind the last of the listed positions of doubled quotes (of the second of the two). */
export let doubledBehind: usize = 0

/** All ones where the block before ended inside quotes. */
let inside: u64 = 0
/** 1 where the byte before this block is a separator outside quotes (or the text begins). */
let afterSeparator: u64 = 1
/** 1 where the byte before this block closes quotes. */
let afterClosing: u64 = 0

/** Begins at the start of a line; `doubled` is where positions of doubled quotes are listed. */
export function beginMarks(doubled: usize): void {
  badAt = nowhere
  inside = 0
  afterSeparator = 1
  afterClosing = 0
  doubledBehind = doubled
}

function bitsOf(first: v128, second: v128, third: v128, fourth: v128): u64 {
  return (
    <u64>(<u32>i8x16.bitmask(first)) |
    ((<u64>(<u32>i8x16.bitmask(second))) << 16) |
    ((<u64>(<u32>i8x16.bitmask(third))) << 32) |
    ((<u64>(<u32>i8x16.bitmask(fourth))) << 48)
  )
}

/** Bit i: the parity of bits 0 to i. */
function runningParity(bits: u64): u64 {
  let parity = bits ^ (bits << 1)
  parity ^= parity << 2
  parity ^= parity << 4
  parity ^= parity << 8
  parity ^= parity << 16
  return parity ^ (parity << 32)
}

/** Separators of a block without those inside quotes; irregular quotes set `badAt`. */
function outsideQuotes(separators: u64, quotes: u64, position: i32): u64 {
  const parity = runningParity(quotes) ^ inside
  const outside = separators & ~parity
  const opening = quotes & parity
  const closing = quotes & ~parity
  const behindClosing = (closing << 1) | afterClosing
  const doubled = opening & behindClosing
  const mayOpen = (outside << 1) | afterSeparator | behindClosing
  const bad = (opening & ~mayOpen) | (behindClosing & ~(outside | opening))
  if (doubled !== 0) doubledBehind = writeMarks(doubled, position, doubledBehind)
  if (bad !== 0) badAt = position + <i32>ctz(bad)
  inside = <u64>(<i64>parity >> 63)
  afterClosing = closing >> 63
  afterSeparator = outside >> 63
  return outside
}

/** Writes the positions of the bits set; places behind the last of them are overwritten, too. */
function writeMarks(bits: u64, position: i32, marks: usize): usize {
  let at = marks
  for (let rest = bits; rest !== 0; rest &= rest - 1) {
    store<i32>(at, position + <i32>ctz(rest))
    at += 4
  }
  return at
}

/** Moves what is listed of doubled quotes from `first` on to `doubled`. */
export function keepDoubled(doubled: usize, first: usize): void {
  const left = doubledBehind - first
  memory.copy(doubled, first, left)
  doubledBehind = doubled + left
}

/**
 * Appends the marks of bytes[from … to) to `marks`, up to the first irregular byte (`badAt`), and
 * returns the address behind the last. Bytes up to 64 behind `to` are looked at and ignored.
 */
export function findMarks(
  bytes: usize,
  from: i32,
  to: i32,
  delimiter: i32,
  quote: i32,
  marks: usize,
): usize {
  const delimiters = i8x16.splat(<i8>delimiter)
  const lineFeeds = i8x16.splat(10)
  const returns = i8x16.splat(13)
  const quotesOf = i8x16.splat(<i8>quote)
  const hasQuotes = quote < 256
  let behind = marks
  for (let position = from; position < to; position += 64) {
    const address = bytes + position
    const first = v128.load(address)
    const second = v128.load(address, 16)
    const third = v128.load(address, 32)
    const fourth = v128.load(address, 48)
    let separators = bitsOf(
      v128.or(
        v128.or(i8x16.eq(first, delimiters), i8x16.eq(first, lineFeeds)),
        i8x16.eq(first, returns),
      ),
      v128.or(
        v128.or(i8x16.eq(second, delimiters), i8x16.eq(second, lineFeeds)),
        i8x16.eq(second, returns),
      ),
      v128.or(
        v128.or(i8x16.eq(third, delimiters), i8x16.eq(third, lineFeeds)),
        i8x16.eq(third, returns),
      ),
      v128.or(
        v128.or(i8x16.eq(fourth, delimiters), i8x16.eq(fourth, lineFeeds)),
        i8x16.eq(fourth, returns),
      ),
    )
    let known = ~(<u64>0)
    if (to - position < 64) known = ((<u64>1) << (to - position)) - 1
    separators &= known
    if (hasQuotes) {
      const quotes =
        known &
        bitsOf(
          i8x16.eq(first, quotesOf),
          i8x16.eq(second, quotesOf),
          i8x16.eq(third, quotesOf),
          i8x16.eq(fourth, quotesOf),
        )
      if ((quotes | inside | afterClosing) !== 0) {
        separators = outsideQuotes(separators, quotes, position)
        if (badAt !== nowhere) {
          if (badAt - position < 64) separators &= ((<u64>1) << (badAt - position)) - 1
          return separators === 0 ? behind : writeMarks(separators, position, behind)
        }
      } else {
        afterSeparator = separators >> 63
      }
    }
    if (separators !== 0) behind = writeMarks(separators, position, behind)
  }
  return behind
}
