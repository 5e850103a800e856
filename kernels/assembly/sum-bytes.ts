// The sum of some bytes.

export function sumBytes(bytes: usize, length: i32): i32 {
  let sum = 0
  for (let i = 0; i < length; i++) sum += load<u8>(bytes + i)
  return sum
}
