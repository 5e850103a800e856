// Marks of entries to rows; for columns where some entry has any.
import assert from 'node:assert'

/** Returns how many rows have a mark. */
export function gatherMarksKernel(
  entries: Int32Array,
  rowCount: number,
  entryMarks: Int32Array,
  marks: Int32Array,
): number {
  assert(entries.length >= rowCount && marks.length >= rowCount, 'arrays hold every row')
  let markedCount = 0
  for (let row = 0; row < rowCount; row++) {
    const mark = entryMarks[entries[row]!]!
    marks[row] = mark
    if (mark !== 0) markedCount++
  }
  return markedCount
}
