// Smallest and largest of texts in PLAIN form, by unsigned bytes: the order of UTF-8 and of Parquet.
// The first eight bytes as one number decide nearly always.

/** Writes the numbers of the smallest and largest of `count` values, at least one, to `bounds`. */
export function boundsValues(bytes: usize, starts: usize, count: i32, bounds: usize): void {
  let minimum = 0
  let maximum = 0
  let leastPrefix = prefixOf(bytes, starts, 0)
  let mostPrefix = leastPrefix
  for (let i = 1; i < count; i++) {
    const prefix = prefixOf(bytes, starts, i)
    if (prefix < leastPrefix || (prefix === leastPrefix && isLess(bytes, starts, i, minimum))) {
      minimum = i
      leastPrefix = prefix
    }
    if (prefix > mostPrefix || (prefix === mostPrefix && isLess(bytes, starts, maximum, i))) {
      maximum = i
      mostPrefix = prefix
    }
  }
  store<i32>(bounds, minimum)
  store<i32>(bounds, maximum, 4)
}

function beginOf(starts: usize, value: i32): usize {
  return <usize>load<i32>(starts + ((<usize>value) << 2)) + 4
}

function lengthOf(starts: usize, value: i32): i32 {
  const place = starts + ((<usize>value) << 2)
  return load<i32>(place, 4) - load<i32>(place) - 4
}

/** The first eight bytes, highest first, zeros behind the end. */
function prefixOf(bytes: usize, starts: usize, value: i32): u64 {
  const length = lengthOf(starts, value)
  if (length === 0) return 0
  const prefix = bswap<u64>(load<u64>(bytes + beginOf(starts, value)))
  return length >= 8 ? prefix : prefix & (~(<u64>0) << (<u64>(64 - 8 * length)))
}

function isLess(bytes: usize, starts: usize, left: i32, right: i32): bool {
  const leftLength = lengthOf(starts, left)
  const rightLength = lengthOf(starts, right)
  const length = min(leftLength, rightLength)
  let leftAt = bytes + beginOf(starts, left)
  let rightAt = bytes + beginOf(starts, right)
  const end = leftAt + length
  for (; leftAt + 8 <= end; leftAt += 8) {
    const one = load<u64>(leftAt)
    const other = load<u64>(rightAt)
    if (one !== other) return bswap<u64>(one) < bswap<u64>(other)
    rightAt += 8
  }
  for (; leftAt < end; leftAt++) {
    const one = load<u8>(leftAt)
    const other = load<u8>(rightAt)
    if (one !== other) return one < other
    rightAt++
  }
  return leftLength < rightLength
}
