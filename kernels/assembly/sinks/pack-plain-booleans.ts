// Parquet's PLAIN encoding of booleans: one bit a value, lowest bit first.

/** Packs `count` values of one byte each; returns the bytes written. */
export function packPlainBooleans(values: usize, count: i32, target: usize): i32 {
  const groups = count >>> 3
  for (let group = 0; group < groups; group++) {
    // The lowest bits of eight bytes move side by side to the top byte of the product.
    const product = load<u64>(values + ((<usize>group) << 3)) * 0x0102040810204080
    store<u8>(target + group, <u8>(product >>> 56))
  }
  if ((count & 7) === 0) return groups
  let last: u32 = 0
  for (let bit = 0; bit < (count & 7); bit++) {
    last |= (<u32>load<u8>(values + ((<usize>groups) << 3) + bit)) << bit
  }
  store<u8>(target + groups, last)
  return groups + 1
}
