// Parquet's PLAIN encoding of booleans: one bit a value, lowest bit first.
import assert from 'node:assert'

/** Packs values [from, to), one byte each, at `target[at]`; returns the position behind them. */
export function packBooleansKernel(
  values: Uint8Array,
  from: number,
  to: number,
  target: Uint8Array,
  at: number,
): number {
  const byteCount = (to - from + 7) >>> 3
  assert(values.length >= to, 'there is a byte for every value')
  assert(target.length >= at + byteCount, 'the target holds every bit')
  for (let i = 0; i < byteCount; i++) {
    const first = from + i * 8
    const count = Math.min(8, to - first)
    let byte = 0
    for (let bit = 0; bit < count; bit++) byte |= values[first + bit]! << bit
    target[at + i] = byte
  }
  return at + byteCount
}
