// Bit-packing as Parquet wants it, lowest bit first, in groups of eight values: a group of any width
// takes `width` bytes. Two values of 32 bits become one number of 64 in every lane of a vector, and
// pairs are joined as far as 64 bits go. Stores reach up to 8 bytes behind the end.

/**
 * Packs `groups` groups of eight 32-bit values below 2^width, width 0 to 32; returns the address
 * behind them.
 */
export function packGroups(values: usize, groups: i32, width: u32, target: usize): usize {
  if (width === 0) return target
  if (width <= 8) return packNarrow(values, groups, width, target)
  if (width <= 16) return packMiddle(values, groups, width, target)
  return packBroad(values, groups, width, target)
}

/** In each lane of 64 bits, two values of 32 become one of twice the width. */
function pairsAt(values: usize, width: u32): v128 {
  const words = v128.load(values)
  const high = i64x2.shl(i64x2.shr_u(words, 32), width)
  return v128.or(v128.and(words, i64x2.splat(0xffffffff)), high)
}

function quadOf(pairs: v128, width: u32): u64 {
  return i64x2.extract_lane(pairs, 0) | (i64x2.extract_lane(pairs, 1) << (2 * width))
}

function packNarrow(values: usize, groups: i32, width: u32, target: usize): usize {
  let from = values
  let to = target
  for (let group = 0; group < groups; group++) {
    const low = quadOf(pairsAt(from, width), width)
    const high = quadOf(pairsAt(from + 16, width), width)
    store<u64>(to, low | (high << (4 * width)))
    from += 32
    to += width
  }
  return to
}

function packMiddle(values: usize, groups: i32, width: u32, target: usize): usize {
  const half = width >>> 1
  const odd = (width & 1) << 2
  const kept = 4 * width - odd
  let from = values
  let to = target
  for (let group = 0; group < groups; group++) {
    const low = quadOf(pairsAt(from, width), width)
    const high = quadOf(pairsAt(from + 16, width), width)
    store<u64>(to, low)
    // Of an odd width the first four values end within a byte, whose low bits are stored again.
    store<u64>(to + half, odd === 0 ? high : (high << 4) | (low >>> kept))
    from += 32
    to += width
  }
  return to
}

function packBroad(values: usize, groups: i32, width: u32, target: usize): usize {
  let from = values
  let to = target
  const end = values + ((<usize>groups) << 5)
  let bits: u64 = 0
  let used: u64 = 0
  for (; from < end; from += 4) {
    bits |= (<u64>load<u32>(from)) << used
    used += width
    if (used >= 32) {
      store<u32>(to, <u32>bits)
      to += 4
      bits >>>= 32
      used -= 32
    }
  }
  store<u32>(to, <u32>bits)
  return to + <usize>((used + 7) >>> 3)
}
