// Parquet's DELTA_BINARY_PACKED for 64-bit values: blocks of 128 differences, each less the smallest
// of its block, packed in four parts with as many bits as the part needs. Differences wrap around.

import { packGroups } from './pack-groups'
import { packWide } from './pack-wide'
import { writeVarint } from './write-varint'

const blockValues: i32 = 128
const partValues: i32 = 32
const differences: usize = memory.data(1024, 16)
/** The low words of the differences of one part. */
const lowWords: usize = memory.data(128, 16)

/** Encodes `count` values with the header of a page; returns the bytes written. */
export function encodeDeltaPairs(values: usize, count: i32, target: usize): i32 {
  const first: i64 = count === 0 ? 0 : load<i64>(values)
  let to = writeVarint(target, blockValues)
  to = writeVarint(to, blockValues / partValues)
  to = writeVarint(to, <u64>count)
  to = writeVarint(to, <u64>((first << 1) ^ (first >> 63)))
  for (let done = 1; done < count; done += blockValues) {
    const left = count - done
    const length = left < blockValues ? left : blockValues
    to = encodeBlock(values + ((<usize>done) << 3), length, to)
  }
  return <i32>(to - target)
}

function encodeBlock(values: usize, length: i32, target: usize): usize {
  const minimum = takeDifferences(values, length)
  const least = i64x2.splat(minimum)
  let to = writeVarint(target, <u64>((minimum << 1) ^ (minimum >> 63)))
  const widths = to
  store<u32>(widths, 0)
  to += 4
  for (let part = 0; part * partValues < length; part++) {
    const from = differences + ((<usize>part) << 8)
    let all = i64x2.splat(0)
    for (let byte: usize = 0; byte < 128; byte += 16) {
      const at = from + (byte << 1)
      const low = i64x2.sub(v128.load(at), least)
      const high = i64x2.sub(v128.load(at, 16), least)
      v128.store(at, low)
      v128.store(at, high, 16)
      v128.store(lowWords + byte, v128.shuffle<i32>(low, high, 0, 2, 4, 6))
      all = v128.or(all, v128.or(low, high))
    }
    const any = i64x2.extract_lane(all, 0) | i64x2.extract_lane(all, 1)
    const width = 64 - <u32>clz<u64>(<u64>any)
    store<u8>(widths + part, width)
    if (width <= 32) to = packGroups(lowWords, 4, width, to)
    else to = packWide(from, partValues, width, to)
  }
  return to
}

/** Differences to the value before, filled up to the block with the smallest, which is returned. */
function takeDifferences(values: usize, length: i32): i64 {
  if (length < blockValues) return takeFewDifferences(values, length)
  let least = i64x2.splat(i64.MAX_VALUE)
  for (let byte: usize = 0; byte < 1024; byte += 16) {
    const at = values + byte
    const difference = i64x2.sub(v128.load(at), v128.load(at - 8))
    v128.store(differences + byte, difference)
    least = v128.bitselect(difference, least, i64x2.lt_s(difference, least))
  }
  return min(i64x2.extract_lane(least, 0), i64x2.extract_lane(least, 1))
}

function takeFewDifferences(values: usize, length: i32): i64 {
  let minimum: i64 = i64.MAX_VALUE
  for (let i = 0; i < length; i++) {
    const at = values + ((<usize>i) << 3)
    const difference = load<i64>(at) - load<i64>(at - 8)
    store<i64>(differences + ((<usize>i) << 3), difference)
    minimum = min(minimum, difference)
  }
  for (let i = length; i < blockValues; i++) store<i64>(differences + ((<usize>i) << 3), minimum)
  return minimum
}
