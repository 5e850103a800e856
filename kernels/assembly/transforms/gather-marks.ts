// Marks of entries to rows; for columns where some entry has any.

/** Returns how many rows have a mark. */
export function gatherMarks(entries: usize, rowCount: i32, entryMarks: usize, marks: usize): i32 {
  let markedCount = 0
  for (let row = 0; row < rowCount; row++) {
    const entry = <usize>load<u32>(entries + ((<usize>row) << 2))
    const mark = load<i32>(entryMarks + (entry << 2))
    store<i32>(marks + ((<usize>row) << 2), mark)
    markedCount += i32(mark !== 0)
  }
  return markedCount
}
