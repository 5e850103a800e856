// Coercion flags of entries to rows; for columns where some entry has any.
import assert from 'node:assert'

/** Returns how many rows have a flag. */
export function gatherFlagsKernel(
  entries: Int32Array,
  rowCount: number,
  entryFlags: Uint8Array,
  flags: Uint8Array,
): number {
  assert(entries.length >= rowCount && flags.length >= rowCount, 'arrays hold every row')
  let flaggedCount = 0
  for (let row = 0; row < rowCount; row++) {
    const flag = entryFlags[entries[row]!]!
    flags[row] = flag
    if (flag !== 0) flaggedCount++
  }
  return flaggedCount
}
