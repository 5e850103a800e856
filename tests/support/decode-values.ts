// Parquet's encodings by their definitions, one bit at a time.
import { expect } from '@jest/globals'

const bitAt = (bytes: Uint8Array, bit: number): bigint =>
  BigInt(((bytes[bit >>> 3] ?? 0) >>> (bit & 7)) & 1)

function bitsAt(bytes: Uint8Array, bit: number, width: number): bigint {
  let value = 0n
  for (let i = width - 1; i >= 0; i--) value = value * 2n + bitAt(bytes, bit + i)
  return value
}

class Varints {
  readonly bytes: Uint8Array
  at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  next(): bigint {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.bytes[this.at++]
      if (byte === undefined) throw new Error('a number goes on behind the end')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }

  zigzag(): bigint {
    const value = this.next()
    return (value >> 1n) ^ -(value & 1n)
  }
}

/** The RLE/bit-packing hybrid; all of `encoded` is used, and what fills the last group is zero. */
export function decodeHybrid(encoded: Uint8Array, width: number, count: number): number[] {
  const values: number[] = []
  const cursor = new Varints(encoded)
  while (values.length < count) {
    const header = Number(cursor.next())
    const length = header >>> 1
    if ((header & 1) === 0) {
      const byteLength = Math.ceil(width / 8)
      const value = Number(bitsAt(encoded, cursor.at * 8, byteLength * 8))
      cursor.at += byteLength
      for (let i = 0; i < length; i++) values.push(value)
    } else {
      for (let i = 0; i < length * 8; i++) {
        values.push(Number(bitsAt(encoded, cursor.at * 8 + i * width, width)))
      }
      cursor.at += length * width
    }
  }
  expect(cursor.at).toBe(encoded.length)
  expect(values.slice(count).every((value) => value === 0)).toBe(true)
  return values.slice(0, count)
}

/** DELTA_BINARY_PACKED in whole numbers of `bits` bits; all of `encoded` is used. */
export function decodeDelta(encoded: Uint8Array, bits: 32 | 64): bigint[] {
  const cursor = new Varints(encoded)
  const blockLength = Number(cursor.next())
  const partCount = Number(cursor.next())
  const count = Number(cursor.next())
  const partLength = blockLength / partCount
  expect([blockLength % 128, partLength % 32]).toEqual([0, 0])
  let value = BigInt.asIntN(bits, cursor.zigzag())
  const values = count === 0 ? [] : [value]
  while (values.length < count) {
    const least = cursor.zigzag()
    const widths = encoded.subarray(cursor.at, cursor.at + partCount)
    cursor.at += partCount
    for (const width of widths) {
      if (values.length >= count) {
        expect(width).toBe(0)
        continue
      }
      expect(width).toBeLessThanOrEqual(bits)
      for (let i = 0; i < partLength && values.length < count; i++) {
        value = BigInt.asIntN(
          bits,
          value + least + bitsAt(encoded, cursor.at * 8 + i * width, width),
        )
        values.push(value)
      }
      cursor.at += (partLength * width) / 8
    }
  }
  expect(cursor.at).toBe(encoded.length)
  return values
}
