// Moves the accepted rows of a column together, in place. `isWide` 1: values of eight bytes, for
// 64-bit integers and doubles (as words, so that no bit can change), 0: of four.

/** `kept` lists the accepted rows from the first gap on. */
export function compactValues(
  values: usize,
  isWide: i32,
  firstGap: i32,
  kept: usize,
  keptCount: i32,
): void {
  if (isWide !== 0) {
    const target = values + ((<usize>firstGap) << 3)
    for (let i = 0; i < keptCount; i++) {
      const source = values + ((<usize>load<u32>(kept + ((<usize>i) << 2))) << 3)
      store<i64>(target + ((<usize>i) << 3), load<i64>(source))
    }
    return
  }
  const target = values + ((<usize>firstGap) << 2)
  for (let i = 0; i < keptCount; i++) {
    const source = values + ((<usize>load<u32>(kept + ((<usize>i) << 2))) << 2)
    store<i32>(target + ((<usize>i) << 2), load<i32>(source))
  }
}
