// Dictionary keys with -1 for null become keys with a validity bitmap.
import assert from 'node:assert'

/** Writes keys (0 for null) and validity bits, which are zero before; returns the null count. */
export function nullableKeysKernel(
  values: Int16Array,
  count: number,
  keys: Int32Array,
  validity: Uint8Array,
): number {
  assert(values.length >= count && keys.length >= count, 'there is a key for every row')
  assert(validity.length * 8 >= count, 'there is a bit for every row')
  let nulls = 0
  for (let i = 0; i < count; i++) {
    const value = values[i]!
    const valid = value >= 0 ? 1 : 0
    keys[i] = valid === 1 ? value : 0
    validity[i >>> 3] = validity[i >>> 3]! | (valid << (i & 7))
    nulls += 1 - valid
  }
  return nulls
}
