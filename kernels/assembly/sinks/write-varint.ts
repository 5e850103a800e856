// Whole numbers in groups of seven bits, lowest first, as Snappy, Thrift and Parquet write lengths.

/** Writes at most ten bytes; returns the address behind them. */
export function writeVarint(target: usize, value: u64): usize {
  let to = target
  let rest = value
  while (rest >= 0x80) {
    store<u8>(to++, <u8>(rest | 0x80))
    rest >>>= 7
  }
  store<u8>(to++, <u8>rest)
  return to
}
