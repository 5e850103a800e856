// Renumbers dictionary keys by first use. The dictionary that came may hold texts of refused rows;
// only those that a written row uses get a number, and so a place in the file.

/**
 * Replaces `count` keys in place. `remap` holds -1 for a key not used yet; `order` lists the used keys
 * by new number. `usedCount` of them are known before; returns how many are after, or -1 where a key
 * is not below `remapLength`.
 */
export function remapKeys(
  keys: usize,
  count: i32,
  remap: usize,
  remapLength: i32,
  order: usize,
  usedCount: i32,
): i32 {
  let used = usedCount
  for (let i = 0; i < count; i++) {
    const key = load<u32>(keys + ((<usize>i) << 2))
    if (key >= <u32>remapLength) return -1
    let number = load<i32>(remap + (key << 2))
    if (number < 0) {
      number = used++
      store<i32>(remap + (key << 2), number)
      store<u32>(order + ((<usize>number) << 2), key)
    }
    store<i32>(keys + ((<usize>i) << 2), number)
  }
  return used
}
