// Number of bits set in each byte value: a lookup is quicker than arithmetic for single bytes.

export const bitCounts: Uint8Array = (() => {
  const counts = new Uint8Array(256)
  for (let byte = 1; byte < 256; byte++) counts[byte] = (byte & 1) + counts[byte >>> 1]!
  return counts
})()
