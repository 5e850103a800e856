// Positions of refused rows as 64-bit integers: in their batch, and in the extract. Both can pass
// 2^31 in a large extract, none passes 2^53.

/** Writes row (counted from 1) and byte offset of each reject. */
export function locateRejects(
  rows: usize,
  recordStarts: usize,
  count: i32,
  firstRow: f64,
  byteOffset: f64,
  rowTarget: usize,
  offsetTarget: usize,
): void {
  const rowBefore = <i64>firstRow + 1
  const offsetBefore = <i64>byteOffset
  for (let i = 0; i < count; i++) {
    const row = load<u32>(rows + ((<usize>i) << 2))
    const start = load<i32>(recordStarts + (row << 2))
    store<i64>(rowTarget + ((<usize>i) << 3), rowBefore + <i64>row)
    store<i64>(offsetTarget + ((<usize>i) << 3), offsetBefore + <i64>start)
  }
}
