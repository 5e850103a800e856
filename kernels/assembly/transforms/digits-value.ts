// Sixteen decimal digits to a number: pairs, fours, eights. The factors are loaded: constants of
// sixteen bytes take more instructions than a load from the nearest cache.

/** Lanes of 16 bits: 10 · 256 + 1, eight times; 100 and 1; 10,000 and 1. */
const factors = memory.data<u16>([
  2561, 2561, 2561, 2561, 2561, 2561, 2561, 2561, 100, 1, 100, 1, 100, 1, 100, 1, 10000, 1, 10000,
  1, 10000, 1, 10000, 1,
])

/** The number of sixteen lanes of 0 to 9, the most significant digit first. */
export function digitsValue(digits: v128): u64 {
  // The middle of the product is ten times the first digit and the second.
  const pairs = i16x8.shr_u(i16x8.mul(digits, v128.load(factors)), 8)
  const fours = i32x4.dot_i16x8_s(pairs, v128.load(factors, 16))
  const narrow = i16x8.narrow_i32x4_u(fours, fours)
  const eights = i32x4.dot_i16x8_s(narrow, v128.load(factors, 32))
  const both = <u64>i64x2.extract_lane(eights, 0)
  return (both & 0xffffffff) * 100000000 + (both >> 32)
}
