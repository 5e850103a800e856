// Moves the accepted rows of a bitmap together, in place: validity, and the values of booleans.
import assert from 'node:assert'

/** `kept` lists the accepted rows from the first gap on; returns how many bits behind it are 1. */
export function compactBitsKernel(
  bits: Uint8Array,
  firstGap: number,
  kept: Int32Array,
  keptCount: number,
): number {
  assert(kept.length >= keptCount, 'kept holds every accepted row')
  assert(bits.length * 8 >= firstGap + keptCount, 'bits hold every accepted row')
  let oneCount = 0
  let target = firstGap
  let i = 0
  let byte = bits[target >>> 3]! & ((1 << (target & 7)) - 1)
  for (; i < keptCount && (target & 7) !== 0; i++) {
    const bit = (bits[kept[i]! >>> 3]! >>> (kept[i]! & 7)) & 1
    byte |= bit << (target & 7)
    oneCount += bit
    target++
    if ((target & 7) === 0) bits[(target >>> 3) - 1] = byte
  }
  // Eight rows at a time: no source lies before the byte that is written.
  for (; i + 8 <= keptCount; i += 8) {
    byte = 0
    for (let place = 0; place < 8; place++) {
      const source = kept[i + place]!
      const bit = (bits[source >>> 3]! >>> (source & 7)) & 1
      byte |= bit << place
      oneCount += bit
    }
    bits[target >>> 3] = byte
    target += 8
  }
  if (i < keptCount) byte = 0
  for (; i < keptCount; i++) {
    const bit = (bits[kept[i]! >>> 3]! >>> (kept[i]! & 7)) & 1
    byte |= bit << (target & 7)
    oneCount += bit
    target++
  }
  if ((target & 7) !== 0) bits[target >>> 3] = byte
  return oneCount
}
