// Parquet's DELTA_BINARY_PACKED for 32-bit values: blocks of 128 differences, each less the smallest
// of its block, packed in four parts with as many bits as the part needs. Differences wrap around.

import { packGroups } from './pack-groups'
import { writeVarint } from './write-varint'

const blockValues: i32 = 128
const partValues: i32 = 32
const differences: usize = memory.data(512, 16)

/** Encodes `count` values with the header of a page; returns the bytes written. */
export function encodeDeltaWords(values: usize, count: i32, target: usize): i32 {
  const first = count === 0 ? 0 : load<i32>(values)
  let to = writeVarint(target, blockValues)
  to = writeVarint(to, blockValues / partValues)
  to = writeVarint(to, <u64>count)
  to = writeVarint(to, <u64>(<u32>((first << 1) ^ (first >> 31))))
  for (let done = 1; done < count; done += blockValues) {
    const left = count - done
    const length = left < blockValues ? left : blockValues
    to = encodeBlock(values + ((<usize>done) << 2), length, to)
  }
  return <i32>(to - target)
}

function encodeBlock(values: usize, length: i32, target: usize): usize {
  const minimum = takeDifferences(values, length)
  const least = i32x4.splat(minimum)
  let to = writeVarint(target, <u64>(<u32>((minimum << 1) ^ (minimum >> 31))))
  const widths = to
  store<u32>(widths, 0)
  to += 4
  for (let part = 0; part * partValues < length; part++) {
    const from = differences + ((<usize>part) << 7)
    let all = i32x4.splat(0)
    for (let at = from; at < from + 128; at += 16) {
      const reduced = i32x4.sub(v128.load(at), least)
      v128.store(at, reduced)
      all = v128.or(all, reduced)
    }
    const pair = i64x2.extract_lane(all, 0) | i64x2.extract_lane(all, 1)
    const width = 32 - clz<u32>(<u32>pair | <u32>(pair >>> 32))
    store<u8>(widths + part, width)
    to = packGroups(from, 4, width, to)
  }
  return to
}

/** Differences to the value before, filled up to the block with the smallest, which is returned. */
function takeDifferences(values: usize, length: i32): i32 {
  if (length < blockValues) return takeFewDifferences(values, length)
  let least = i32x4.splat(i32.MAX_VALUE)
  for (let byte: usize = 0; byte < 512; byte += 16) {
    const at = values + byte
    const difference = i32x4.sub(v128.load(at), v128.load(at - 4))
    v128.store(differences + byte, difference)
    least = i32x4.min_s(least, difference)
  }
  const low = min(i32x4.extract_lane(least, 0), i32x4.extract_lane(least, 1))
  const high = min(i32x4.extract_lane(least, 2), i32x4.extract_lane(least, 3))
  return min(low, high)
}

function takeFewDifferences(values: usize, length: i32): i32 {
  let minimum = i32.MAX_VALUE
  for (let i = 0; i < length; i++) {
    const at = values + ((<usize>i) << 2)
    const difference = load<i32>(at) - load<i32>(at - 4)
    store<i32>(differences + ((<usize>i) << 2), difference)
    minimum = min(minimum, difference)
  }
  for (let i = length; i < blockValues; i++) store<i32>(differences + ((<usize>i) << 2), minimum)
  return minimum
}
