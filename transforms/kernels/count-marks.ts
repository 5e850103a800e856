// Counts marked rules over the rows that are accepted, or over those refused under the same rule.
import assert from 'node:assert'

/**
 * Adds to counts[rule] for every marked rule of a row whose mask of failures is 0 (`ofRefused` 0),
 * or holds that rule, too (`ofRefused` 1). Returns how many rows had any.
 */
export function countMarksKernel(
  marks: Int32Array,
  masks: Int32Array,
  rowCount: number,
  ofRefused: number,
  counts: Float64Array,
): number {
  assert(marks.length >= rowCount && masks.length >= rowCount, 'arrays hold every row')
  let markedCount = 0
  for (let row = 0; row < rowCount; row++) {
    let bits = marks[row]!
    if (bits === 0) continue
    if (ofRefused === 1) bits &= masks[row]!
    else if (masks[row] !== 0) continue
    if (bits === 0) continue
    markedCount++
    for (let rule = 0; bits !== 0; rule++) {
      counts[rule] = counts[rule]! + (bits & 1)
      bits >>>= 1
    }
  }
  return markedCount
}
