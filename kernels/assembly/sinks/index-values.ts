// Builds the dictionary of texts that came without one, over their PLAIN form, and gives up early. A
// slot keeps number, half of the hash, length and place, so that bytes are compared with their like only.

const factor: u64 = 0x9e3779b97f4a7c15

/**
 * `slots` is zero and has 2^slotBits places of 16 bytes, at least twice `distinctMax`. `entries`
 * lists the first value of each distinct text. Returns the number of distinct texts, or ~i where
 * text i is one too many.
 */
export function indexValues(
  bytes: usize,
  starts: usize,
  count: i32,
  slots: usize,
  slotBits: i32,
  indices: usize,
  entries: usize,
  distinctMax: i32,
): i32 {
  const mask: u32 = (1 << slotBits) - 1
  const shift: u64 = 64 - slotBits
  let distinct = 0
  for (let i = 0; i < count; i++) {
    const place = starts + ((<usize>i) << 2)
    const begin = bytes + load<u32>(place)
    const length = load<u32>(place, 4) - load<u32>(place)
    const hash = hashOf(begin, length)
    const tag = <u32>hash
    let slot = <u32>((hash * factor) >>> shift)
    let number = load<u32>(slots + (slot << 4))
    while (number !== 0) {
      const found = slots + (slot << 4)
      if (load<u32>(found, 4) === tag && load<u32>(found, 8) === length) {
        if (isSame(begin, bytes + load<u32>(found, 12), length)) break
      }
      slot = (slot + 1) & mask
      number = load<u32>(slots + (slot << 4))
    }
    if (number === 0) {
      if (distinct === distinctMax) return ~i
      store<u32>(entries + ((<usize>distinct) << 2), i)
      number = ++distinct
      store<u32>(slots + (slot << 4), number)
      store<u32>(slots + (slot << 4), tag, 4)
      store<u32>(slots + (slot << 4), <u32>length, 8)
      store<u32>(slots + (slot << 4), <u32>(begin - bytes), 12)
    }
    store<u32>(indices + ((<usize>i) << 2), number - 1)
  }
  return distinct
}

/** Bits beyond the `length` first bytes, 0 to 8 of them, are cleared. */
function lastBytes(address: usize, length: usize): u64 {
  return length === 0 ? 0 : load<u64>(address) & (~(<u64>0) >>> (64 - ((<u64>length) << 3)))
}

function hashOf(begin: usize, length: usize): u64 {
  let hash: u64 = 0
  let at = begin
  const end = begin + length
  for (; at + 8 <= end; at += 8) {
    hash = (hash ^ load<u64>(at)) * factor
    hash ^= hash >>> 32
  }
  hash = (hash ^ lastBytes(at, end - at)) * factor
  return hash ^ (hash >>> 32)
}

function isSame(left: usize, right: usize, length: usize): bool {
  let done: usize = 0
  for (; done + 8 <= length; done += 8) {
    if (load<u64>(left + done) !== load<u64>(right + done)) return false
  }
  return lastBytes(left + done, length - done) === lastBytes(right + done, length - done)
}
