// Moves the accepted rows of a bitmap together, in place: validity, and the values of booleans.
import assert from 'node:assert'

/** `kept` lists the accepted rows from the first gap on; returns how many bits are 1 after it. */
export function compactBitsKernel(
  bits: Uint8Array,
  firstGap: number,
  kept: Int32Array,
  keptCount: number,
): number {
  assert(kept.length >= keptCount, 'kept holds every accepted row')
  let oneCount = 0
  for (let row = 0; row < firstGap; row++) oneCount += (bits[row >>> 3]! >>> (row & 7)) & 1
  let byte = firstGap & 7 ? bits[firstGap >>> 3]! & ((1 << (firstGap & 7)) - 1) : 0
  let target = firstGap
  for (let i = 0; i < keptCount; i++) {
    const source = kept[i]!
    const bit = (bits[source >>> 3]! >>> (source & 7)) & 1
    oneCount += bit
    byte |= bit << (target & 7)
    if ((target & 7) === 7) {
      bits[target >>> 3] = byte
      byte = 0
    }
    target++
  }
  if ((target & 7) !== 0) bits[target >>> 3] = byte
  return oneCount
}
