// The double after another, by which an open bound becomes a closed one.

const words = new BigInt64Array(1)
const doubles = new Float64Array(words.buffer)

/** The smallest double greater than `value`; infinities stay as they are. */
export function nextDouble(value: number): number {
  if (!Number.isFinite(value)) return value
  doubles[0] = value === 0 ? 0 : value
  words[0] = (words[0] ?? 0n) + (value < 0 ? -1n : 1n)
  return doubles[0] ?? value
}
