// Where the per-value parsers leave their result: one object, reused for every value, so that the
// paths beside the kernels make no garbage.

export interface ValueCell {
  /**
   * Lower and upper half of a 64-bit integer; low alone holds a date (days) or a boolean (0, 1).
   */
  low: number
  high: number
  /** A floating point value. */
  double: number
  /** Coercion flags of the value. */
  flags: number
}

export const newValueCell = (): ValueCell => ({ low: 0, high: 0, double: 0, flags: 0 })
