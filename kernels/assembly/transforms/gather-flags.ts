// Coercion flags of entries to rows; for columns where some entry has any.

/** Returns all flags of all rows, or-ed. */
export function gatherFlags(entries: usize, rowCount: i32, entryFlags: usize, flags: usize): i32 {
  let seen = 0
  for (let row = 0; row < rowCount; row++) {
    const flag = <i32>load<u8>(entryFlags + load<u32>(entries + ((<usize>row) << 2)))
    store<u8>(flags + row, <u8>flag)
    seen |= flag
  }
  return seen
}
