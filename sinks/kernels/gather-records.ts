// Collects the raw bytes of refused records, each up to a limit, one behind the other.
import assert from 'node:assert'

const shortBytesMax = 48

/** offsets[i] and offsets[i + 1] become the ends of record i; returns how many records were cut. */
export function gatherRecordsKernel(
  bytes: Uint8Array,
  recordStarts: Int32Array,
  recordEnds: Int32Array,
  rows: Int32Array,
  count: number,
  recordBytesMax: number,
  target: Uint8Array,
  offsets: Int32Array,
): number {
  assert(rows.length >= count && offsets.length > count, 'one offset more than there are rejects')
  let next = 0
  let cut = 0
  offsets[0] = 0
  for (let i = 0; i < count; i++) {
    const begin = recordStarts[rows[i]!]!
    let length = recordEnds[rows[i]!]! - begin
    if (length > recordBytesMax) {
      length = recordBytesMax
      cut++
    }
    assert(length >= 0 && next + length <= target.length, 'the target holds the record')
    if (length <= shortBytesMax) {
      for (let k = 0; k < length; k++) target[next + k] = bytes[begin + k]!
    } else {
      target.set(bytes.subarray(begin, begin + length), next)
    }
    next += length
    offsets[i + 1] = next
  }
  return cut
}
