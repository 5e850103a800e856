// Counts marked rules over the rows that are accepted, or over those refused under the same rule.

/**
 * Adds to counts[rule], 32-bit, for every marked rule of a row whose mask of failures is 0
 * (`ofRefused` 0), or holds that rule, too (`ofRefused` 1).
 */
export function countMarks(
  marks: usize,
  masks: usize,
  rowCount: i32,
  ofRefused: i32,
  counts: usize,
): void {
  for (let row = 0; row < rowCount; row++) {
    let bits = load<i32>(marks + ((<usize>row) << 2))
    if (bits === 0) continue
    const mask = load<i32>(masks + ((<usize>row) << 2))
    if (ofRefused !== 0) bits &= mask
    else if (mask !== 0) continue
    for (; bits !== 0; bits &= bits - 1) {
      const place = counts + (ctz(bits) << 2)
      store<i32>(place, load<i32>(place) + 1)
    }
  }
}
