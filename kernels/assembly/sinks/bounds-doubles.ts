// Smallest and largest of doubles, NaN left out.

/** Writes the bounds to bounds[0] and bounds[1]; returns how many values are numbers. */
export function boundsDoubles(values: usize, count: i32, bounds: usize): i32 {
  let least = f64x2.splat(f64.POSITIVE_INFINITY)
  let most = f64x2.splat(f64.NEGATIVE_INFINITY)
  let notNumbers = i64x2.splat(0)
  let done = 0
  for (; done + 2 <= count; done += 2) {
    const two = v128.load(values + ((<usize>done) << 3))
    // `pmin(a, b)` is a unless b < a, which no NaN is.
    least = f64x2.pmin(least, two)
    most = f64x2.pmax(most, two)
    notNumbers = i64x2.sub(notNumbers, f64x2.ne(two, two))
  }
  let minimum = min(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1))
  let maximum = max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1))
  let left = <i32>(i64x2.extract_lane(notNumbers, 0) + i64x2.extract_lane(notNumbers, 1))
  if (done < count) {
    const value = load<f64>(values + ((<usize>done) << 3))
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
    if (!(value >= minimum)) left++
  }
  store<f64>(bounds, minimum)
  store<f64>(bounds, maximum, 8)
  return count - left
}
