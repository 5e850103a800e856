// Builds the dictionary of a column of 32-bit values by hashing, and gives up early.

/**
 * `slots` is zero and has 2^slotBits places of four bytes, at least twice `distinctMax`. Returns the
 * number of distinct values, or ~i where value i would be one more than `distinctMax`.
 */
export function indexWords(
  values: usize,
  count: i32,
  slots: usize,
  slotBits: i32,
  indices: usize,
  dictionary: usize,
  distinctMax: i32,
): i32 {
  const mask: u32 = (1 << slotBits) - 1
  const shift: u32 = 32 - slotBits
  let distinct = 0
  for (let i = 0; i < count; i++) {
    const value = load<u32>(values + ((<usize>i) << 2))
    let slot = (value * 0x9e3779b1) >>> shift
    let number = load<u32>(slots + (slot << 2))
    while (number !== 0 && load<u32>(dictionary + (number << 2) - 4) !== value) {
      slot = (slot + 1) & mask
      number = load<u32>(slots + (slot << 2))
    }
    if (number === 0) {
      if (distinct === distinctMax) return ~i
      store<u32>(dictionary + ((<usize>distinct) << 2), value)
      number = ++distinct
      store<u32>(slots + (slot << 2), number)
    }
    store<u32>(indices + ((<usize>i) << 2), number - 1)
  }
  return distinct
}
