// Tables of lanes for fields of up to 16 bytes, loaded at an offset that depends on the length.

const fullEmpty = memory.data<u8>([
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
])
const emptyFull = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  255, 255, 255, 255, 255, 255,
])

/** 255 in the first `count` lanes, 0 in the others; count 0 to 16. */
export function firstLanes(count: i32): v128 {
  return v128.load(fullEmpty + 16 - count)
}

/** 255 in the last `count` lanes, 0 in the others; count 0 to 16. */
export function lastLanes(count: i32): v128 {
  return v128.load(emptyFull + count)
}
