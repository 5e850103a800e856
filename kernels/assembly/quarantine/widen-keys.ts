// Dictionary keys of one byte become keys of four.

export function widenKeys(values: usize, count: i32, keys: usize): void {
  for (let i = 0; i < count; i++) store<i32>(keys + ((<usize>i) << 2), load<u8>(values + i))
}
