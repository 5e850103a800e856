// Snappy's block format (google/snappy, format_description.txt). Matches are found by a hash of four
// bytes; where none are found the steps grow, so that data that does not compress is little more than
// copied. Literals are copied 16 bytes at a time, into the guard behind the target at the end.

import { writeVarint } from './write-varint'

const blockBytes: usize = 65536
const hashBitsMin: u32 = 8
const hashBitsMax: u32 = 14
const hashFactor: u32 = 0x1e35a7bd
/** Bytes at the end of a block in which no match starts. */
const marginBytes: usize = 15

/**
 * Compresses `length` bytes; `target` holds the worst case, `table` 2^14 places of two bytes.
 * Returns the bytes written.
 */
export function compressSnappy(source: usize, length: i32, target: usize, table: usize): i32 {
  const sourceEnd = source + <usize>length
  let to = writeVarint(target, <u64>length)
  for (let base = source; base < sourceEnd; base += blockBytes) {
    const end = base + blockBytes < sourceEnd ? base + blockBytes : sourceEnd
    to = compressBlock(base, end, to, table)
  }
  return <i32>(to - target)
}

function compressBlock(base: usize, end: usize, target: usize, table: usize): usize {
  let to = target
  let literal = base
  if (end - base > marginBytes) {
    const needed: u32 = 32 - clz<u32>(<u32>(end - base) - 1)
    const bits = needed < hashBitsMin ? hashBitsMin : needed > hashBitsMax ? hashBitsMax : needed
    const shift: u32 = 32 - bits
    memory.fill(table, 0, 2 << bits)
    const limit = end - marginBytes
    let from = base + 1
    let step: usize = 32
    while (from < limit) {
      const word = load<u32>(from)
      const place = table + (((word * hashFactor) >>> shift) << 1)
      const candidate = base + load<u16>(place)
      store<u16>(place, from - base)
      if (load<u32>(candidate) !== word) {
        from += step++ >>> 5
        continue
      }
      if (literal < from) to = writeLiteral(literal, from, to)
      literal = endOfMatch(from + 4, candidate + 4, end)
      to = writeCopy(<u32>(from - candidate), <u32>(literal - from), to)
      from = literal
      step = 32
      if (from < limit) {
        const before = load<u32>(from - 1)
        store<u16>(table + (((before * hashFactor) >>> shift) << 1), from - 1 - base)
      }
    }
  }
  return literal < end ? writeLiteral(literal, end, to) : to
}

function endOfMatch(start: usize, other: usize, end: usize): usize {
  let from = start
  let candidate = other
  while (from + 8 <= end) {
    const difference = load<u64>(from) ^ load<u64>(candidate)
    if (difference !== 0) return from + <usize>(ctz<u64>(difference) >> 3)
    from += 8
    candidate += 8
  }
  while (from < end && load<u8>(from) === load<u8>(candidate)) {
    from++
    candidate++
  }
  return from
}

function writeLiteral(from: usize, end: usize, target: usize): usize {
  const length = <u32>(end - from)
  const last = length - 1
  let to = target
  if (length <= 60) {
    store<u8>(to, last << 2)
    to += 1
  } else if (length <= 256) {
    store<u8>(to, 60 << 2)
    store<u8>(to, last, 1)
    to += 2
  } else {
    store<u8>(to, 61 << 2)
    store<u16>(to, last, 1)
    to += 3
  }
  if (length > 256) {
    memory.copy(to, from, length)
  } else {
    for (let i: usize = 0; i < length; i += 16) v128.store(to + i, v128.load(from + i))
  }
  return to + length
}

function writeCopy(offset: u32, byteLength: u32, target: usize): usize {
  let to = target
  let length = byteLength
  while (length > 0) {
    // A copy takes up to 64 bytes; the last one keeps at least four, the least of the short form.
    const part: u32 = length <= 64 ? length : length < 68 ? 60 : 64
    if (part >= 4 && part < 12 && offset < 2048) {
      store<u8>(to, 1 | ((part - 4) << 2) | ((offset >>> 8) << 5))
      store<u8>(to, offset, 1)
      to += 2
    } else {
      store<u8>(to, 2 | ((part - 1) << 2))
      store<u16>(to, offset, 1)
      to += 3
    }
    length -= part
  }
  return to
}
