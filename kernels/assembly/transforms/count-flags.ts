// Counts coercion flags over the rows that are accepted and have a value.

/** Adds to counts[bit], 32-bit, for every set bit. */
export function countFlags(
  flags: usize,
  validity: usize,
  masks: usize,
  rowCount: i32,
  counts: usize,
): void {
  for (let row = 0; row < rowCount; row++) {
    let bits = <i32>load<u8>(flags + row)
    if (bits === 0 || load<i32>(masks + ((<usize>row) << 2)) !== 0) continue
    if (((load<u8>(validity + (row >> 3)) >> (row & 7)) & 1) === 0) continue
    for (; bits !== 0; bits &= bits - 1) {
      const place = counts + (ctz(bits) << 2)
      store<i32>(place, load<i32>(place) + 1)
    }
  }
}
