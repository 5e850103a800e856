// Parquet's RLE/bit-packing hybrid for dictionary indices, in one pass over groups of eight: a group
// of eight equal indices starts a run, which becomes an RLE run where that is shorter than packing.
import assert from 'node:assert'
import { packBitsKernel } from './pack-bits.ts'

/** Most bytes that `count` indices can take. */
export function hybridBytesMax(count: number, width: number): number {
  return ((count + 7) >>> 3) * (width + 1) + 16
}

function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let next = at
  let rest = value
  while (rest >= 0x80) {
    bytes[next++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  bytes[next++] = rest
  return next
}

/** Encodes values[from, to); `bytes` and `view` are the same memory. Returns the position behind. */
export function encodeHybridKernel(
  values: Int32Array,
  from: number,
  to: number,
  width: number,
  bytes: Uint8Array,
  view: DataView,
  at: number,
): number {
  assert(values.length >= to, 'there is an index for every value')
  assert(bytes.length >= at + hybridBytesMax(to - from, width), 'the target holds every index')
  const runLengthMin = width === 1 ? 32 : width === 2 ? 16 : 8
  let next = at
  let packedFrom = from
  let group = from
  while (group < to) {
    const value = values[group]!
    let runEnd = group + 1
    const runLimit = Math.min(group + 8, to)
    while (runEnd < runLimit && values[runEnd] === value) runEnd++
    if (runEnd < group + 8) {
      group += 8
      continue
    }
    while (runEnd < to && values[runEnd] === value) runEnd++
    if (runEnd - group < runLengthMin) {
      group += (runEnd - group) & ~7
      continue
    }
    if (packedFrom < group) {
      next = writeVarint(bytes, next, (((group - packedFrom) >>> 3) << 1) | 1)
      next = packBitsKernel(values, packedFrom, group, width, view, next)
    }
    next = writeVarint(bytes, next, (runEnd - group) << 1)
    for (let shift = 0; shift < width; shift += 8) bytes[next++] = value >>> shift
    group = runEnd
    packedFrom = runEnd
  }
  if (packedFrom < to) {
    next = writeVarint(bytes, next, (((to - packedFrom + 7) >>> 3) << 1) | 1)
    next = packBitsKernel(values, packedFrom, to, width, view, next)
  }
  return next
}
