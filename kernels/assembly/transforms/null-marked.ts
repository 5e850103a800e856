// Rows marked under a rule lose their value: their state becomes null.

export function nullMarked(marks: usize, rule: i32, rowCount: i32, states: usize): void {
  for (let row = 0; row < rowCount; row++) {
    if (((load<i32>(marks + ((<usize>row) << 2)) >>> rule) & 1) !== 0) store<u8>(states + row, 1)
  }
}
