// The hash of a text for the tables of distinct texts: 64-bit multiplications, sixteen bytes at a
// time. Its upper bits are the slot.

const first: u64 = ((<u64>0x9e3779b9) << 32) | 0x7f4a7c15
const second: u64 = ((<u64>0xd6e8feb8) << 32) | 0x6659fd93
const third: u64 = ((<u64>0xa0761d64) << 32) | 0x78bd642f

function mixed(state: u64, lanes: v128): u64 {
  const low = <u64>i64x2.extract_lane(lanes, 0) ^ state
  const high = <u64>i64x2.extract_lane(lanes, 1) * first
  const both = (low ^ rotl(high, 31)) * second
  return both ^ (both >> 32)
}

/** `head`: the first 16 bytes of the text, zeros behind a shorter one. */
export function hashText(head: v128, start: usize, length: i32): u32 {
  let state = mixed(<u64>length, head)
  for (let at = 16; at < length; at += 16) {
    state = mixed(state * third, v128.load(start + min(at, length - 16)))
  }
  return <u32>((state * third) >> 32)
}
