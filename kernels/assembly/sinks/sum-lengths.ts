// The bytes of texts named by index.

/** Total length of `count` texts; text i begins at starts[i]. -1: one has a negative length. */
export function sumLengths(starts: usize, indices: usize, count: i32): f64 {
  let total: i64 = 0
  let all = 0
  for (let i = 0; i < count; i++) {
    const place = starts + ((<usize>load<u32>(indices + ((<usize>i) << 2))) << 2)
    const length = load<i32>(place, 4) - load<i32>(place)
    all |= length
    total += length
  }
  return all < 0 ? -1 : <f64>total
}
