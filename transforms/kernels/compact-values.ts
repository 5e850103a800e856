// Moves the accepted rows of a column together, in place. `width` is the Int32 words of a value:
// 1 for dates and dictionary keys, 2 for 64-bit integers and doubles (as words, so that no bit
// can change).
import assert from 'node:assert'

/** `kept` lists the accepted rows from the first gap on; returns the number of rows after it. */
export function compactValuesKernel(
  words: Int32Array,
  width: number,
  firstGap: number,
  kept: Int32Array,
  keptCount: number,
): number {
  assert(kept.length >= keptCount, 'kept holds every accepted row')
  let target = firstGap * width
  if (width === 1) {
    for (let i = 0; i < keptCount; i++) words[target++] = words[kept[i]!]!
  } else {
    for (let i = 0; i < keptCount; i++) {
      const source = 2 * kept[i]!
      words[target] = words[source]!
      words[target + 1] = words[source + 1]!
      target += 2
    }
  }
  return firstGap + keptCount
}
