// How many texts named by index fill a page.

/** The first texts, of `count`, that have `bytesMax` bytes or more together; all if there are less. */
export function countToFill(starts: usize, indices: usize, count: i32, bytesMax: i32): i32 {
  let total = 0
  let taken = 0
  while (taken < count && total < bytesMax) {
    const place = starts + ((<usize>load<u32>(indices + ((<usize>taken) << 2))) << 2)
    total += load<i32>(place, 4) - load<i32>(place)
    taken++
  }
  return taken
}
