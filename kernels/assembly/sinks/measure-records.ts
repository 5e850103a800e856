// How many bytes of refused records are kept, before they are copied: all positions are checked here.

/**
 * Bytes of `count` records, each up to `recordBytesMax`; -1 where a row is not below `rowCount`, or a
 * record is not within the `byteLength` bytes.
 */
export function measureRecords(
  recordStarts: usize,
  recordEnds: usize,
  rowCount: i32,
  byteLength: i32,
  rows: usize,
  count: i32,
  recordBytesMax: i32,
): f64 {
  let total: i64 = 0
  for (let i = 0; i < count; i++) {
    const row = load<u32>(rows + ((<usize>i) << 2))
    if (row >= <u32>rowCount) return -1
    const begin = load<i32>(recordStarts + (row << 2))
    const end = load<i32>(recordEnds + (row << 2))
    if (begin < 0 || end < begin || end > byteLength) return -1
    total += min(end - begin, recordBytesMax)
  }
  return <f64>total
}
