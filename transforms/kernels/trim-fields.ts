// Moves both ends of every field past ASCII spaces and tabs, and flags the fields that lost bytes.
import assert from 'node:assert'

/** Returns how many fields lost bytes; `flag` is set in flags[row] of those. */
export function trimFieldsKernel(
  bytes: Uint8Array,
  starts: Int32Array,
  ends: Int32Array,
  from: number,
  rowCount: number,
  targetStarts: Int32Array,
  targetEnds: Int32Array,
  flags: Uint8Array,
  flag: number,
): number {
  assert(
    starts.length >= from + rowCount && ends.length >= from + rowCount,
    'fields hold every row',
  )
  assert(targetStarts.length >= rowCount && targetEnds.length >= rowCount, 'targets hold every row')
  let trimmedCount = 0
  for (let row = 0; row < rowCount; row++) {
    let start = starts[from + row]!
    let end = ends[from + row]!
    const length = end - start
    while (start < end && (bytes[start] === 32 || bytes[start] === 9)) start++
    while (start < end && (bytes[end - 1] === 32 || bytes[end - 1] === 9)) end--
    targetStarts[row] = start
    targetEnds[row] = end
    if (end - start !== length) {
      flags[row] = flags[row]! | flag
      trimmedCount++
    }
  }
  return trimmedCount
}
