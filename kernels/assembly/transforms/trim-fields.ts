// Moves both ends of every field past ASCII spaces and tabs, and flags the fields that lost bytes.

function isBlank(place: usize): bool {
  const byte = load<u8>(place)
  return byte === 32 || byte === 9
}

/** Returns how many fields lost bytes; `flag` is set in flags[row] of those. */
export function trimFields(
  bytes: usize,
  starts: usize,
  ends: usize,
  rowCount: i32,
  targetStarts: usize,
  targetEnds: usize,
  flags: usize,
  flag: i32,
): i32 {
  let trimmedCount = 0
  for (let row = 0; row < rowCount; row++) {
    let start = load<u32>(starts + ((<usize>row) << 2))
    let end = load<u32>(ends + ((<usize>row) << 2))
    const length = end - start
    while (start < end && isBlank(bytes + start)) start++
    while (start < end && isBlank(bytes + end - 1)) end--
    store<u32>(targetStarts + ((<usize>row) << 2), start)
    store<u32>(targetEnds + ((<usize>row) << 2), end)
    if (end - start === length) continue
    store<u8>(flags + row, load<u8>(flags + row) | <u8>flag)
    trimmedCount++
  }
  return trimmedCount
}
