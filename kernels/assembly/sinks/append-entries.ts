// Copies chosen entries of an Arrow dictionary in Parquet's PLAIN form, in the order given: the form
// of a dictionary page, and of the values when a column chunk is written plain after all.

import { copyText } from './copy-text'

/** Appends `count` entries at byte `at` of the target; starts[i] becomes the place of entry i. */
export function appendEntries(
  values: usize,
  offsets: usize,
  order: usize,
  count: i32,
  target: usize,
  at: i32,
  starts: usize,
): void {
  let to = target + at
  for (let entry = 0; entry < count; entry++) {
    const place = offsets + ((<usize>load<u32>(order + ((<usize>entry) << 2))) << 2)
    const from = load<i32>(place)
    const length = load<i32>(place, 4) - from
    store<i32>(starts + ((<usize>entry) << 2), <i32>(to - target))
    store<i32>(to, length)
    copyText(to + 4, values + from, length)
    to += 4 + length
  }
  store<i32>(starts + ((<usize>count) << 2), <i32>(to - target))
}
