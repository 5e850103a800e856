// Parquet's RLE/bit-packing hybrid for dictionary indices, in one pass over groups of eight: a group
// of eight equal indices starts a run, which becomes an RLE run where that is shorter than packing.

import { packGroups } from './pack-groups'
import { writeVarint } from './write-varint'

/** The last group, filled with zeros. */
const lastGroup: usize = memory.data(32, 16)

/** Encodes 32-bit indices below 2^width, width 1 to 32. Returns the bytes written. */
export function encodeHybrid(values: usize, count: i32, width: i32, target: usize): i32 {
  const runLengthMin = width === 1 ? 32 : width === 2 ? 16 : 8
  let to = target
  let packedFrom = 0
  let group = 0
  while (group + 8 <= count) {
    const at = values + ((<usize>group) << 2)
    const value = load<i32>(at)
    const same = i32x4.splat(value)
    const low = i32x4.eq(v128.load(at), same)
    if (!i32x4.all_true(v128.and(low, i32x4.eq(v128.load(at, 16), same)))) {
      group += 8
      continue
    }
    let runEnd = group + 8
    while (runEnd < count && load<i32>(values + ((<usize>runEnd) << 2)) === value) runEnd++
    if (runEnd - group < runLengthMin) {
      group += (runEnd - group) & ~7
      continue
    }
    to = writePacked(values, packedFrom, group, width, to)
    to = writeVarint(to, (<u64>(runEnd - group)) << 1)
    store<u32>(to, value)
    to += (width + 7) >>> 3
    group = runEnd
    packedFrom = runEnd
  }
  return <i32>(writePacked(values, packedFrom, count, width, to) - target)
}

function writePacked(values: usize, from: i32, to: i32, width: i32, target: usize): usize {
  if (from === to) return target
  const count = to - from
  const first = values + ((<usize>from) << 2)
  const groups = count >>> 3
  const rest = count & 7
  let end = writeVarint(target, ((<u64>((count + 7) >>> 3)) << 1) | 1)
  end = packGroups(first, groups, width, end)
  if (rest === 0) return end
  memory.fill(lastGroup, 0, 32)
  memory.copy(lastGroup, first + ((<usize>groups) << 5), (<usize>rest) << 2)
  return packGroups(lastGroup, 1, width, end)
}
