// Row states (0: a value) to an Arrow validity bitmap, least significant bit first.
import assert from 'node:assert'

/** Returns how many rows have no value. Bits behind the last row of the last byte are 0. */
export function packValidityKernel(
  states: Uint8Array,
  stateWords: Int32Array,
  rowCount: number,
  validity: Uint8Array,
): number {
  const byteCount = (rowCount + 7) >>> 3
  assert(states.length >= rowCount && stateWords.length * 4 >= rowCount, 'states hold every row')
  assert(validity.length >= byteCount, 'validity holds a bit for every row')
  const wholeBytes = rowCount >>> 3
  let absentCount = 0
  for (let byte = 0; byte < wholeBytes; byte++) {
    if ((stateWords[2 * byte]! | stateWords[2 * byte + 1]!) === 0) {
      validity[byte] = 255
      continue
    }
    let bits = 0
    for (let bit = 0; bit < 8; bit++) {
      if (states[8 * byte + bit] === 0) bits |= 1 << bit
      else absentCount++
    }
    validity[byte] = bits
  }
  if (wholeBytes < byteCount) {
    let bits = 0
    for (let row = 8 * wholeBytes; row < rowCount; row++) {
      if (states[row] === 0) bits |= 1 << (row & 7)
      else absentCount++
    }
    validity[wholeBytes] = bits
  }
  return absentCount
}
