// Copies values that are already in PLAIN form to a page, by their numbers.

import { copyText } from './copy-text'

/** Copies `count` values named by 32-bit indices; returns the bytes written. */
export function gatherValues(
  bytes: usize,
  starts: usize,
  indices: usize,
  count: i32,
  target: usize,
): i32 {
  let to = target
  for (let i = 0; i < count; i++) {
    const place = starts + ((<usize>load<u32>(indices + ((<usize>i) << 2))) << 2)
    const from = load<i32>(place)
    const length = load<i32>(place, 4) - from
    copyText(to, bytes + from, length)
    to += length
  }
  return <i32>(to - target)
}
