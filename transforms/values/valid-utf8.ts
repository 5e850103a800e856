// Is a text well-formed UTF-8 (Unicode 15, table 3-7: no overlong forms, surrogates or code points
// past U+10FFFF)? Written out over bytes because a decoder would make a string for every value.

/** Text faults as bits, 0 for none. */
export const invalidUtf8Fault = 1
export const nulByteFault = 2

/** Which faults the text bytes[start … end) has. */
export function textFaults(bytes: Uint8Array, start: number, end: number): number {
  let faults = 0
  let at = start
  while (at < end) {
    const byte = bytes[at] ?? 0
    if (byte < 0x80) {
      if (byte === 0) faults |= nulByteFault
      at++
      continue
    }
    const length = sequenceLength(bytes, at, end)
    if (length === 0) faults |= invalidUtf8Fault
    at += length === 0 ? 1 : length
  }
  return faults
}

const isContinuation = (bytes: Uint8Array, at: number, end: number): boolean =>
  at < end && ((bytes[at] ?? 0) & 0xc0) === 0x80

/** Bytes of the multi-byte character at `at`; 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] ?? 0
  if (lead < 0xc2 || lead > 0xf4 || !isContinuation(bytes, at + 1, end)) return 0
  if (lead < 0xe0) return 2
  const second = bytes[at + 1] ?? 0
  if (!isContinuation(bytes, at + 2, end)) return 0
  if (lead < 0xf0) {
    if (lead === 0xe0 && second < 0xa0) return 0
    if (lead === 0xed && second > 0x9f) return 0
    return 3
  }
  if (!isContinuation(bytes, at + 3, end)) return 0
  if (lead === 0xf0 && second < 0x90) return 0
  if (lead === 0xf4 && second > 0x8f) return 0
  return 4
}
