// Copies the raw bytes of refused records to where measure-records has put them, sixteen at a time:
// what is written behind a record is overwritten by the next, or lies in the guard of the target.

export function gatherRecords(
  bytes: usize,
  rows: usize,
  count: i32,
  recordStarts: usize,
  offsets: usize,
  target: usize,
): void {
  for (let i = 0; i < count; i++) {
    const row = <usize>load<u32>(rows + ((<usize>i) << 2))
    const source = bytes + load<u32>(recordStarts + (row << 2))
    const first = load<u32>(offsets + ((<usize>i) << 2))
    const length = load<u32>(offsets + ((<usize>i) << 2), 4) - first
    for (let at: u32 = 0; at < length; at += 16) {
      v128.store(target + first + at, v128.load(source + at))
    }
  }
}
