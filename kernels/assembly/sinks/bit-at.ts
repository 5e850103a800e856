// One bit of a bitmap, numbered from the lowest of byte 0.

export function bitAt(bitmap: usize, bit: i32): u32 {
  return (<u32>load<u8>(bitmap + (bit >>> 3)) >>> (<u32>bit & 7)) & 1
}
