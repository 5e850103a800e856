// Counts the dates behind a day, of rows that have one.

/** Returns how many rows have a value behind `day`. */
export function countLaterDates(days: usize, states: usize, rowCount: i32, day: i32): i32 {
  let count = 0
  for (let row = 0; row < rowCount; row++) {
    const isLater = i32(load<i32>(days + ((<usize>row) << 2)) > day)
    count += isLater & i32(load<u8>(states + row) === 0)
  }
  return count
}
