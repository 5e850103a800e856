// Smallest and largest of 32-bit signed values.

/** Writes the bounds of `count` values, at least one, to bounds[0] and bounds[1]. */
export function boundsWords(values: usize, count: i32, bounds: usize): void {
  let least = i32x4.splat(load<i32>(values))
  let most = least
  let done = 0
  for (; done + 4 <= count; done += 4) {
    const four = v128.load(values + ((<usize>done) << 2))
    least = i32x4.min_s(least, four)
    most = i32x4.max_s(most, four)
  }
  for (; done < count; done++) {
    const one = i32x4.splat(load<i32>(values + ((<usize>done) << 2)))
    least = i32x4.min_s(least, one)
    most = i32x4.max_s(most, one)
  }
  least = i32x4.min_s(least, v128.shuffle<i32>(least, least, 2, 3, 0, 1))
  most = i32x4.max_s(most, v128.shuffle<i32>(most, most, 2, 3, 0, 1))
  store<i32>(bounds, min(i32x4.extract_lane(least, 0), i32x4.extract_lane(least, 1)))
  store<i32>(bounds, max(i32x4.extract_lane(most, 0), i32x4.extract_lane(most, 1)), 4)
}
