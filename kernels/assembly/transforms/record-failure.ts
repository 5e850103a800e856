// One failing row into the failures (or marks) of a batch, transforms/failures.ts: a block of 32-bit
// words, (0) address of the mask of all failing rules of each row, (1) of the column and (2) the
// rule that failed first, (3) the number of rows that fail.

export function recordFailure(recorder: usize, row: i32, column: i32, rule: i32, mask: i32): void {
  const place = <usize>load<u32>(recorder) + ((<usize>row) << 2)
  const before = load<i32>(place)
  store<i32>(place, before | mask)
  if (before !== 0) return
  store<i16>(<usize>load<u32>(recorder, 4) + ((<usize>row) << 1), <i16>column)
  store<u8>(<usize>load<u32>(recorder, 8) + row, <u8>rule)
  store<i32>(recorder, load<i32>(recorder, 12) + 1, 12)
}
