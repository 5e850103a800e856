// Words of 0 and 1 to an Arrow boolean bitmap, least significant bit first.
import assert from 'node:assert'

/** Returns how many rows are true. */
export function packBooleansKernel(
  words: Int32Array,
  rowCount: number,
  target: Uint8Array,
): number {
  assert(words.length >= rowCount, 'words hold every row')
  assert(target.length * 8 >= rowCount, 'target holds a bit for every row')
  let trueCount = 0
  for (let first = 0; first < rowCount; first += 8) {
    const end = first + 8 < rowCount ? first + 8 : rowCount
    let byte = 0
    for (let row = first; row < end; row++) {
      const bit = words[row]! & 1
      byte |= bit << (row & 7)
      trueCount += bit
    }
    target[first >>> 3] = byte
  }
  return trueCount
}
