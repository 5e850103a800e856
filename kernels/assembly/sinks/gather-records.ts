// Collects the raw bytes of refused records, each up to a limit, one behind the other.

import { copyText } from './copy-text'

/** offsets[i] and offsets[i + 1] become the ends of record i; returns how many records were cut. */
export function gatherRecords(
  bytes: usize,
  recordStarts: usize,
  recordEnds: usize,
  rows: usize,
  count: i32,
  recordBytesMax: i32,
  target: usize,
  offsets: usize,
): i32 {
  let to = target
  let cut = 0
  store<i32>(offsets, 0)
  for (let i = 0; i < count; i++) {
    const place = (<usize>load<u32>(rows + ((<usize>i) << 2))) << 2
    const begin = load<i32>(recordStarts + place)
    let length = load<i32>(recordEnds + place) - begin
    if (length > recordBytesMax) {
      length = recordBytesMax
      cut++
    }
    copyText(to, bytes + begin, length)
    to += length
    store<i32>(offsets + ((<usize>i) << 2), <i32>(to - target), 4)
  }
  return cut
}
