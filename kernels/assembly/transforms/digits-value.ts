// Sixteen decimal digits to a number: pairs, fours, eights.

/** The number of sixteen lanes of 0 to 9, the most significant digit first. */
export function digitsValue(digits: v128): u64 {
  const tens = i16x8.mul(v128.and(digits, i16x8.splat(255)), i16x8.splat(10))
  const pairs = i16x8.add(tens, i16x8.shr_u(digits, 8))
  const fours = i32x4.dot_i16x8_s(pairs, i16x8(100, 1, 100, 1, 100, 1, 100, 1))
  const narrow = i16x8.narrow_i32x4_u(fours, fours)
  const eights = i32x4.dot_i16x8_s(narrow, i16x8(10000, 1, 10000, 1, 10000, 1, 10000, 1))
  const both = <u64>i64x2.extract_lane(eights, 0)
  return (both & 0xffffffff) * 100000000 + (both >> 32)
}
