// Copies the text of a quoted field with its doubled quotes made single.

/** Copies bytes[from … to) to `target` on and returns the position behind the copy. */
export function unescapeDoubled(bytes: usize, from: i32, to: i32, target: i32, quote: i32): i32 {
  let read = from
  while (read < to && <i32>load<u8>(bytes + read) !== quote) read++
  memory.copy(bytes + target, bytes + from, read - from)
  let write = target + (read - from)
  while (read < to) {
    const byte = load<u8>(bytes + read)
    store<u8>(bytes + write, byte)
    write++
    // The second of a pair of quotes is left out.
    read += <i32>byte === quote ? 2 : 1
  }
  return write
}
