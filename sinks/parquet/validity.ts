// Which rows of the open row group have a value. Arrow's bitmap becomes definition levels of one bit
// without being unpacked.
import assert from 'node:assert'
import type { Data } from 'apache-arrow'
import { kernels } from '../../kernels/kernels.ts'
import { arrowAddress } from './arrow-address.ts'
import { releaseStore, takeStore } from './byte-store.ts'
import type { EncodeTarget } from './chunk-values.ts'

/** Address of the validity bitmap of Arrow data; 0 where every row is valid. */
export function validityOf(data: Data): number {
  if (data.nullCount === 0) return 0
  assert(data.nullBitmap.length * 8 >= data.offset + data.length, 'a validity bit for every row')
  return arrowAddress('bitmap', data.nullBitmap)
}

export class Validity {
  readonly #store = takeStore('validity')
  rowCount = 0
  nullCount = 0

  add(data: Data, bitmap: number): void {
    const { length } = data
    const byteLength = (this.rowCount + length + 7) >>> 3
    this.#store.reserve(byteLength)
    kernels.clearBytes(this.#store.address + this.#store.length, byteLength - this.#store.length)
    const target = this.#store.address
    if (bitmap === 0) {
      kernels.fillBits(target, this.rowCount, length)
    } else {
      const valid = kernels.copyBits(bitmap, data.offset, target, this.rowCount, length)
      assert(valid === length - data.nullCount, 'null count and validity bitmap agree')
      this.nullCount += length - valid
    }
    this.#store.length = byteLength
    this.rowCount += length
  }

  countValid(from: number, to: number): number {
    if (this.nullCount === 0) return to - from
    return kernels.countBits(this.#store.address, from, to)
  }

  /** The row behind value number `valueCount` (from 1) of the rows from `from` on. */
  rowAfter(from: number, to: number, valueCount: number): number {
    if (this.nullCount === 0) return Math.min(to, from + valueCount)
    return kernels.findRowAfter(this.#store.address, from, to, valueCount)
  }

  /** Most bytes that the levels of `rowCount` rows take. */
  static levelBytesMax(rowCount: number): number {
    return ((rowCount + 7) >>> 3) + 16
  }

  /** Definition levels of rows [from, to) with their length in front; returns the end. */
  encodeLevels(
    from: number,
    to: number,
    validCount: number,
    target: EncodeTarget,
    at: number,
  ): number {
    const { bytes, view, address } = target
    const begin = at + 4
    let end: number
    const rowCount = to - from
    if (validCount === rowCount || validCount === 0) {
      end = writeVarint(bytes, begin, rowCount * 2)
      bytes[end++] = validCount === 0 ? 0 : 1
    } else {
      const byteCount = (rowCount + 7) >>> 3
      end = writeVarint(bytes, begin, byteCount * 2 + 1)
      bytes[end + byteCount - 1] = 0
      kernels.copyBits(this.#store.address, from, address + end, 0, rowCount)
      end += byteCount
    }
    view.setInt32(at, end - begin, true)
    return end
  }

  clear(): void {
    this.rowCount = 0
    this.nullCount = 0
    this.#store.length = 0
  }

  release(): void {
    releaseStore(this.#store)
  }
}

function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let next = at
  let rest = value
  while (rest >= 0x80) {
    bytes[next++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  bytes[next++] = rest
  return next
}
