// Numbers of one byte become dictionary keys of four.

export function widenBytes(values: usize, count: i32, target: usize): void {
  for (let i = 0; i < count; i++) store<u32>(target + ((<usize>i) << 2), load<u8>(values + i))
}
