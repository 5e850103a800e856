// What the failures of a batch say of its refused rows, side by side, and how often each column and
// rule was the first.

/** Adds to counts[(column + 1) * 32 + rule], 32-bit; column -1 is the record itself. */
export function listRejects(
  recorder: usize,
  rows: usize,
  count: i32,
  columns: usize,
  rules: usize,
  masks: usize,
  counts: usize,
): void {
  const allMasks = <usize>load<u32>(recorder)
  const allColumns = <usize>load<u32>(recorder, 4)
  const allRules = <usize>load<u32>(recorder, 8)
  for (let i = 0; i < count; i++) {
    const row = <usize>load<u32>(rows + ((<usize>i) << 2))
    const column = <i32>load<i16>(allColumns + (row << 1))
    const rule = <i32>load<u8>(allRules + row)
    store<i32>(masks + ((<usize>i) << 2), load<i32>(allMasks + (row << 2)))
    store<i16>(columns + ((<usize>i) << 1), <i16>column)
    store<u8>(rules + i, <u8>rule)
    const place = counts + ((<usize>((column + 1) * 32 + rule)) << 2)
    store<i32>(place, load<i32>(place) + 1)
  }
}
