// Lists the rows whose date lies before the date of another column of the same row, where both are
// there. Listed, not recorded, because the other column may come later in contract order.

/** Returns how many rows are listed. */
export function listEarlierDates(
  days: usize,
  validity: usize,
  otherDays: usize,
  otherValidity: usize,
  rowCount: i32,
  target: usize,
): i32 {
  let count = 0
  for (let row = 0; row < rowCount; row++) {
    const both = <i32>load<u8>(validity + (row >> 3)) & load<u8>(otherValidity + (row >> 3))
    const day = load<i32>(days + ((<usize>row) << 2))
    const isEarlier = i32(day < load<i32>(otherDays + ((<usize>row) << 2)))
    store<i32>(target + ((<usize>count) << 2), row)
    count += isEarlier & (both >> (row & 7))
  }
  return count
}
