// Fills memory with zeros, several times as fast as JavaScript does it in shared memory.

export function clearBytes(target: usize, length: i32): void {
  memory.fill(target, 0, length)
}
