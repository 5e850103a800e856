// Where the raw bytes of refused records will lie, each up to a limit, one behind the other.

/** `offsets` gets one entry more than there are rows. Returns how many records are cut. */
export function measureRecords(
  rows: usize,
  count: i32,
  recordStarts: usize,
  recordEnds: usize,
  recordBytesMax: i32,
  offsets: usize,
): i32 {
  let next = 0
  let cutCount = 0
  store<i32>(offsets, 0)
  for (let i = 0; i < count; i++) {
    const place = (<usize>load<u32>(rows + ((<usize>i) << 2))) << 2
    const length = load<i32>(recordEnds + place) - load<i32>(recordStarts + place)
    cutCount += i32(length > recordBytesMax)
    next += min(length, recordBytesMax)
    store<i32>(offsets + ((<usize>i) << 2), next, 4)
  }
  return cutCount
}
