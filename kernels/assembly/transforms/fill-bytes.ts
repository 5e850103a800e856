// The same byte all over a buffer: `fill` of typed arrays goes byte by byte where memory is shared.

export function fillBytes(target: usize, length: i32, byte: i32): void {
  memory.fill(target, <u8>byte, length)
}
