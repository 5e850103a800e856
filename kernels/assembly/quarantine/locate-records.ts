// Positions of refused rows as 64-bit integers: in their batch, and in the extract.

/** Rows count from 1; `firstRow` and `byteOffset` are whole. */
export function locateRecords(
  rows: usize,
  count: i32,
  recordStarts: usize,
  firstRow: f64,
  byteOffset: f64,
  rowNumbers: usize,
  offsets: usize,
): void {
  const rowBase = <i64>firstRow + 1
  const byteBase = <i64>byteOffset
  for (let i = 0; i < count; i++) {
    const row = load<u32>(rows + ((<usize>i) << 2))
    store<i64>(rowNumbers + ((<usize>i) << 3), rowBase + row)
    const start = load<u32>(recordStarts + ((<usize>row) << 2))
    store<i64>(offsets + ((<usize>i) << 3), byteBase + start)
  }
}
