// Snappy's block format, written into memory that the caller uses again. The native package allocates
// each result anew, which costs several times the compression itself (docs/decisions/0013).
// Format: google/snappy, format_description.txt. Matches are found by a hash of four bytes; where
// none are found the steps grow, so that data that does not compress is little more than copied.
import assert from 'node:assert'

const blockBytes = 1 << 16
const hashBits = 14
const hashFactor = 0x1e35a7bd
/** Bytes at the end of a block in which no match starts: loads of four bytes stay inside. */
const marginBytes = 15

/** Most bytes that `byteLength` bytes can take. */
export function snappyBytesMax(byteLength: number): number {
  return 32 + byteLength + Math.ceil(byteLength / 6)
}

/** Places of the hash table that `compressSnappyKernel` needs. */
export const snappyTableLength = 1 << hashBits

/** Compresses source[0, byteLength); `view` is the memory of `source`. Returns the bytes written. */
export function compressSnappyKernel(
  source: Uint8Array,
  view: DataView,
  byteLength: number,
  target: Uint8Array,
  table: Uint16Array,
): number {
  assert(source.length >= byteLength && view.byteLength >= byteLength, 'the source has the bytes')
  assert(target.length >= snappyBytesMax(byteLength), 'the target holds the worst case')
  assert(table.length >= snappyTableLength, 'the hash table has all places')
  let to = 0
  let rest = byteLength
  while (rest >= 0x80) {
    target[to++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  target[to++] = rest
  for (let base = 0; base < byteLength; base += blockBytes) {
    const end = Math.min(base + blockBytes, byteLength)
    to = compressBlock(source, view, base, end, target, to, table)
  }
  return to
}

function compressBlock(
  source: Uint8Array,
  view: DataView,
  base: number,
  end: number,
  target: Uint8Array,
  at: number,
  table: Uint16Array,
): number {
  const shift = 32 - hashBits
  const limit = end - marginBytes
  let to = at
  let literalFrom = base
  let from = base + 1
  let step = 32
  if (from < limit) table.fill(0)
  while (from < limit) {
    const word = view.getInt32(from, true)
    const hash = Math.imul(word, hashFactor) >>> shift
    let candidate = base + table[hash]!
    table[hash] = from - base
    if (view.getInt32(candidate, true) !== word) {
      from += step++ >>> 5
      continue
    }
    if (literalFrom < from) to = writeLiteral(source, literalFrom, from, target, to)
    const start = from
    const offset = from - candidate
    from += 4
    candidate += 4
    while (from + 4 <= end && view.getInt32(from, true) === view.getInt32(candidate, true)) {
      from += 4
      candidate += 4
    }
    while (from < end && source[from] === source[candidate]) {
      from++
      candidate++
    }
    to = writeCopy(offset, from - start, target, to)
    literalFrom = from
    step = 32
    if (from < limit) {
      const before = view.getInt32(from - 1, true)
      table[Math.imul(before, hashFactor) >>> shift] = from - 1 - base
    }
  }
  return literalFrom < end ? writeLiteral(source, literalFrom, end, target, to) : to
}

function writeLiteral(
  source: Uint8Array,
  from: number,
  end: number,
  target: Uint8Array,
  at: number,
): number {
  const length = end - from
  let to = at
  if (length <= 60) {
    target[to++] = (length - 1) << 2
  } else if (length <= 256) {
    target[to++] = 60 << 2
    target[to++] = length - 1
  } else {
    target[to++] = 61 << 2
    target[to++] = length - 1
    target[to++] = (length - 1) >>> 8
  }
  if (length > 48) target.set(source.subarray(from, end), to)
  else for (let i = 0; i < length; i++) target[to + i] = source[from + i]!
  return to + length
}

function writeCopy(offset: number, byteLength: number, target: Uint8Array, at: number): number {
  let to = at
  let length = byteLength
  while (length > 0) {
    // A copy takes up to 64 bytes; the last one keeps at least four, the least of the short form.
    const part = length <= 64 ? length : length < 68 ? 60 : 64
    if (part >= 4 && part < 12 && offset < 2048) {
      target[to++] = 1 | ((part - 4) << 2) | ((offset >>> 8) << 5)
      target[to++] = offset
    } else {
      target[to++] = 2 | ((part - 1) << 2)
      target[to++] = offset
      target[to++] = offset >>> 8
    }
    length -= part
  }
  return to
}
