// Bit-packing of values of more than 32 bits, which differences of 64-bit values need now and then.

/** Packs `count` 64-bit values (a multiple of eight) of 33 to 64 bits; returns the address behind. */
export function packWide(values: usize, count: i32, width: u32, target: usize): usize {
  const highWidth = width - 32
  let to = target
  let bits: u64 = 0
  let used: u32 = 0
  for (let i = 0; i < count; i++) {
    const value = load<u64>(values + ((<usize>i) << 3))
    bits |= (value & 0xffffffff) << used
    used += 32
    store<u64>(to, bits)
    to += used >>> 3
    bits >>>= used & ~7
    used &= 7
    bits |= (value >>> 32) << used
    used += highWidth
    store<u64>(to, bits)
    to += used >>> 3
    bits >>>= used & ~7
    used &= 7
  }
  return to
}
