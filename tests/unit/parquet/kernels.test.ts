// Kernels of the encoder against the plainest way of doing the same.
import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { compactPairsKernel } from '../../../sinks/parquet/kernels/compact-pairs.ts'
import { compactWordsKernel } from '../../../sinks/parquet/kernels/compact-words.ts'
import { copyBitsKernel } from '../../../sinks/parquet/kernels/copy-bits.ts'
import { countBitsKernel } from '../../../sinks/parquet/kernels/count-bits.ts'
import { encodeHybridKernel, hybridBytesMax } from '../../../sinks/parquet/kernels/encode-hybrid.ts'
import { fillBitsKernel } from '../../../sinks/parquet/kernels/fill-bits.ts'
import { findRowAfterKernel } from '../../../sinks/parquet/kernels/find-row-after.ts'
import { remapKeysKernel } from '../../../sinks/parquet/kernels/remap-keys.ts'

const numRuns = Number(process.env['GENERATIVE_EXAMPLES'] ?? 300)
const seed = Number(process.env['GENERATIVE_SEED'] ?? 20261122)

const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 })
const bitAt = (bitmap: Uint8Array, bit: number): number =>
  ((bitmap[bit >>> 3] ?? 0) >>> (bit & 7)) & 1
const bitsOf = (bitmap: Uint8Array): number[] =>
  Array.from({ length: bitmap.length * 8 }, (_, bit) => bitAt(bitmap, bit))

test('bits are copied from any position to any other, the rest stays', () => {
  fc.assert(
    fc.property(bytes, bytes, fc.nat(400), fc.nat(400), fc.nat(400), (source, target, ...at) => {
      const from = at[0] % (source.length * 8)
      const to = at[1] % (target.length * 8)
      const count = at[2] % (Math.min(source.length * 8 - from, target.length * 8 - to) + 1)
      const copied = bitsOf(source).slice(from, from + count)
      const expected = bitsOf(target)
      expected.splice(to, count, ...copied)
      const set = copied.filter((bit) => bit === 1).length
      expect(countBitsKernel(source, from, from + count)).toBe(set)
      expect(copyBitsKernel(source, from, target, to, count)).toBe(set)
      expect(bitsOf(target)).toEqual(expected)
      fillBitsKernel(target, to, count)
      expected.fill(1, to, to + count)
      expect(bitsOf(target)).toEqual(expected)
    }),
    { numRuns, seed },
  )
})

test('a row is found by the number of its value', () => {
  const bitmap = Uint8Array.of(0b0101_0000, 0b0000_0001)
  expect(findRowAfterKernel(bitmap, 0, 16, 1)).toBe(5)
  expect(findRowAfterKernel(bitmap, 0, 16, 3)).toBe(9)
  expect(findRowAfterKernel(bitmap, 5, 16, 1)).toBe(7)
})

test('compaction keeps the valid values in order', () => {
  fc.assert(
    fc.property(bytes, fc.nat(20), (bitmap, skipped) => {
      const offset = skipped % (bitmap.length * 8)
      const count = bitmap.length * 8 - offset
      const words = Int32Array.from({ length: count }, (_, row) => row * 3 - 50)
      const pairs = Int32Array.from({ length: count * 2 }, (_, word) => word * 5 - 90)
      const rows = [...words.keys()].filter((row) => bitAt(bitmap, offset + row) === 1)
      const word = new Int32Array(count + 3)
      const wordEnd = compactWordsKernel(words, bitmap, offset, count, word, 2)
      expect([...word.subarray(2, wordEnd)]).toEqual(rows.map((row) => words[row]))
      const pair = new Int32Array((count + 3) * 2)
      const pairEnd = compactPairsKernel(pairs, bitmap, offset, count, pair, 1)
      const expected = rows.flatMap((row) => [pairs[row * 2], pairs[row * 2 + 1]])
      expect([...pair.subarray(2, pairEnd * 2)]).toEqual(expected)
    }),
    { numRuns, seed },
  )
})

/** The hybrid encoding by its definition, one bit at a time. */
function decodeHybrid(encoded: Uint8Array, width: number, count: number): number[] {
  const values: number[] = []
  let at = 0
  while (values.length < count) {
    let header = 0
    for (let shift = 0; ; shift += 7) {
      const byte = encoded[at++] ?? 0
      header += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
    }
    if ((header & 1) === 0) {
      let value = 0
      for (let byte = 0; byte * 8 < width; byte++) value += (encoded[at++] ?? 0) * 256 ** byte
      for (let i = 0; i < header >>> 1; i++) values.push(value)
    } else {
      const packed = (header >>> 1) * 8
      for (let i = 0; i < packed; i++) {
        let value = 0
        for (let bit = 0; bit < width; bit++) {
          value += bitAt(encoded, at * 8 + i * width + bit) * 2 ** bit
        }
        values.push(value)
      }
      at += (header >>> 1) * width
    }
  }
  expect(at).toBe(encoded.length)
  expect(values.slice(count).every((value) => value === 0)).toBe(true)
  return values.slice(0, count)
}

test('the hybrid encoding decodes to the same indices at every width', () => {
  const run = fc.tuple(
    fc.nat(),
    fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 300 })),
  )
  fc.assert(
    fc.property(
      fc.array(run, { maxLength: 12 }),
      fc.integer({ min: 1, max: 30 }),
      (runs, width) => {
        const indices = runs.flatMap(([value, length]) =>
          Array.from({ length }, () => value % 2 ** width),
        )
        const values = Int32Array.from([7, ...indices, 7])
        const target = new Uint8Array(hybridBytesMax(indices.length, width) + 3)
        const view = new DataView(target.buffer)
        const end = encodeHybridKernel(values, 1, 1 + indices.length, width, target, view, 3)
        expect(decodeHybrid(target.subarray(3, end), width, indices.length)).toEqual(indices)
      },
    ),
    { numRuns, seed },
  )
})

test('keys are numbered by first use, over several calls', () => {
  const remap = new Int32Array(6).fill(-1)
  const order = new Int32Array(6)
  const keys = Int32Array.of(4, 2, 4, 5, 2, 0)
  expect(remapKeysKernel(keys, 0, 3, remap, 6, order, 0)).toBe(2)
  expect(remapKeysKernel(keys, 3, 6, remap, 6, order, 2)).toBe(4)
  expect([...keys]).toEqual([0, 1, 0, 2, 1, 3])
  expect([...order.subarray(0, 4)]).toEqual([4, 2, 5, 0])
  expect(() => remapKeysKernel(Int32Array.of(6), 0, 1, remap, 6, order, 4)).toThrow('dictionary')
})
