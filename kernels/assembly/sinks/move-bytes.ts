// Copies bytes. JavaScript copies within shared memory byte by byte unless both places are aligned.

/** The places may overlap. */
export function moveBytes(source: usize, target: usize, length: i32): void {
  memory.copy(target, source, length)
}
