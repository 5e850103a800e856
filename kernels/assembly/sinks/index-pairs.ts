// Builds the dictionary of a column of 64-bit values (int64, double) by hashing, and gives up early.
// A value equal to the one before it is not looked up: sorted columns are common.

/**
 * `slots` is zero and has 2^slotBits places of four bytes, at least twice `distinctMax`. Returns the
 * number of distinct bit patterns, or ~i where value i would be one more than `distinctMax`.
 */
export function indexPairs(
  values: usize,
  count: i32,
  slots: usize,
  slotBits: i32,
  indices: usize,
  dictionary: usize,
  distinctMax: i32,
): i32 {
  const mask: u32 = (1 << slotBits) - 1
  const shift: u64 = 64 - slotBits
  let distinct = 0
  let last: u64 = 0
  let number: u32 = 0
  for (let i = 0; i < count; i++) {
    const value = load<u64>(values + ((<usize>i) << 3))
    if (value !== last || number === 0) {
      let slot = <u32>((value * 0x9e3779b97f4a7c15) >>> shift)
      number = load<u32>(slots + (slot << 2))
      while (number !== 0 && load<u64>(dictionary + (number << 3) - 8) !== value) {
        slot = (slot + 1) & mask
        number = load<u32>(slots + (slot << 2))
      }
      if (number === 0) {
        if (distinct === distinctMax) return ~i
        store<u64>(dictionary + ((<usize>distinct) << 3), value)
        number = ++distinct
        store<u32>(slots + (slot << 2), number)
      }
      last = value
    }
    store<u32>(indices + ((<usize>i) << 2), number - 1)
  }
  return distinct
}
