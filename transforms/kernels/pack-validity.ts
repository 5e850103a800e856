// Row states (0 a value, 1 null, 2 refused) to an Arrow validity bitmap, least significant bit
// first. Without branches on single rows: nulls come in no order that a processor could foresee.
import assert from 'node:assert'

/** Returns how many rows are null. Bits behind the last row of the last byte are 0. */
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
  let nullCount = 0
  for (let byte = 0; byte < wholeBytes; byte++) {
    const low = stateWords[2 * byte]!
    const high = stateWords[2 * byte + 1]!
    if ((low | high) === 0) {
      validity[byte] = 255
      continue
    }
    // One bit a row: null or refused, gathered from the low two bits of each state byte.
    const lowAbsent = (low | (low >>> 1)) & 0x01010101
    const highAbsent = (high | (high >>> 1)) & 0x01010101
    const lowBits = (lowAbsent | (lowAbsent >>> 7) | (lowAbsent >>> 14) | (lowAbsent >>> 21)) & 15
    const highBits =
      (highAbsent | (highAbsent >>> 7) | (highAbsent >>> 14) | (highAbsent >>> 21)) & 15
    validity[byte] = ~(lowBits | (highBits << 4)) & 255
    const nulls = (low & 0x01010101) + (high & 0x01010101)
    nullCount += Math.imul(nulls, 0x01010101) >>> 24
  }
  if (wholeBytes < byteCount) {
    let bits = 0
    for (let row = 8 * wholeBytes; row < rowCount; row++) {
      if (states[row] === 0) bits |= 1 << (row & 7)
      else if (states[row] === 1) nullCount++
    }
    validity[wholeBytes] = bits
  }
  return nullCount
}
