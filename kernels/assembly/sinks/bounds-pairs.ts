// Smallest and largest of 64-bit signed values.

/** Writes the bounds of `count` values, at least one, to bounds[0] and bounds[1]. */
export function boundsPairs(values: usize, count: i32, bounds: usize): void {
  let least = i64x2.splat(load<i64>(values))
  let most = least
  let done = 0
  for (; done + 2 <= count; done += 2) {
    const two = v128.load(values + ((<usize>done) << 3))
    least = v128.bitselect(two, least, i64x2.lt_s(two, least))
    most = v128.bitselect(two, most, i64x2.gt_s(two, most))
  }
  let minimum = min(i64x2.extract_lane(least, 0), i64x2.extract_lane(least, 1))
  let maximum = max(i64x2.extract_lane(most, 0), i64x2.extract_lane(most, 1))
  if (done < count) {
    minimum = min(minimum, load<i64>(values + ((<usize>done) << 3)))
    maximum = max(maximum, load<i64>(values + ((<usize>done) << 3)))
  }
  store<i64>(bounds, minimum)
  store<i64>(bounds, maximum, 8)
}
