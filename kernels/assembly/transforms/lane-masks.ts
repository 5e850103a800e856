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

const zeroDigits = memory.data<u8>([
  48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9,
  9, 9, 9, 9, 9,
])

/** Lanes of characters to lanes of digits, where they are. */
export function toDigits(text: v128): v128 {
  return i8x16.sub(text, v128.load(zeroDigits))
}

/** 0 in every lane that is a digit. */
export function notDigits(digits: v128): v128 {
  return i8x16.sub_sat_u(digits, v128.load(zeroDigits, 16))
}
