// Renumbers dictionary keys by first use. The dictionary that came may hold texts of refused rows;
// only those that a written row uses get a number, and so a place in the file.
import assert from 'node:assert'

/**
 * Replaces keys[from, to) in place. `remap` holds -1 for a key not used yet; `order` lists the used
 * keys by new number. `usedCount` of them are known before; returns how many are after.
 */
export function remapKeysKernel(
  keys: Int32Array,
  from: number,
  to: number,
  remap: Int32Array,
  remapLength: number,
  order: Int32Array,
  usedCount: number,
): number {
  assert(keys.length >= to, 'there is a key for every value')
  assert(remap.length >= remapLength && order.length >= remapLength, 'every key has a place')
  let used = usedCount
  let bad = 0
  for (let i = from; i < to; i++) {
    const key = keys[i]!
    let number = remap[key]!
    if (number < 0) {
      number = used++
      remap[key] = number
      order[number] = key
    }
    bad |= key >= remapLength || key < 0 ? 1 : 0
    keys[i] = number
  }
  assert(bad === 0, 'every key is within the dictionary')
  return used
}
