// Kernels of the encoder against the plainest way of doing the same.
import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { kernels } from '../../../kernels/kernels.ts'
import { hybridBytesMax } from '../../../sinks/parquet/dictionary-values.ts'
import { withCopies } from '../../support/arena-copies.ts'
import { decodeHybrid } from '../../support/decode-values.ts'

const numRuns = Number(process.env['GENERATIVE_EXAMPLES'] ?? 300)
const seed = Number(process.env['GENERATIVE_SEED'] ?? 20261122)

const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 })
const bitAt = (bitmap: Uint8Array, bit: number): number =>
  ((bitmap[bit >>> 3] ?? 0) >>> (bit & 7)) & 1
const bitsOf = (bitmap: Uint8Array): number[] =>
  Array.from({ length: bitmap.length * 8 }, (_, bit) => bitAt(bitmap, bit))

test('bits are copied from any position to any other, the rest stays', () => {
  fc.assert(
    fc.property(bytes, bytes, fc.nat(400), fc.nat(400), fc.nat(400), (source, target, ...at) =>
      withCopies((copies) => {
        const from = at[0] % (source.length * 8)
        const to = at[1] % (target.length * 8)
        const count = at[2] % (Math.min(source.length * 8 - from, target.length * 8 - to) + 1)
        const copied = bitsOf(source).slice(from, from + count)
        const expected = bitsOf(target)
        expected.splice(to, count, ...copied)
        const set = copied.filter((bit) => bit === 1).length
        const sourceAt = copies.of(source, at[0] % 8)
        const room = copies.room(target.length, at[1] % 8)
        room.bytes.set(target)
        expect(kernels.countBits(sourceAt, from, from + count)).toBe(set)
        expect(kernels.copyBits(sourceAt, from, room.address, to, count)).toBe(set)
        expect(bitsOf(room.bytes)).toEqual(expected)
        kernels.fillBits(room.address, to, count)
        expected.fill(1, to, to + count)
        expect(bitsOf(room.bytes)).toEqual(expected)
      }),
    ),
    { numRuns, seed },
  )
})

test('a row is found by the number of its value', () => {
  fc.assert(
    fc.property(bytes, fc.nat(400), fc.nat(400), (bitmap, first, number) =>
      withCopies((copies) => {
        const rowCount = bitmap.length * 8
        const from = first % rowCount
        const rows = bitsOf(bitmap).flatMap((bit, row) => (bit === 1 && row >= from ? [row] : []))
        const nth = number % (rows.length + 1)
        const found = kernels.findRowAfter(copies.of(bitmap), from, rowCount, nth + 1)
        expect(found).toBe((rows[nth] ?? rowCount - 1) + 1)
      }),
    ),
    { numRuns, seed },
  )
})

test('compaction keeps the valid values in order', () => {
  fc.assert(
    fc.property(bytes, fc.nat(20), (bitmap, skipped) =>
      withCopies((copies) => {
        const offset = skipped % (bitmap.length * 8)
        const count = bitmap.length * 8 - offset
        const words = Int32Array.from({ length: count }, (_, row) => row * 3 - 50)
        const pairs = BigInt64Array.from(words, (word) => BigInt(word) * 5_000_000_000n)
        const rows = [...words.keys()].filter((row) => bitAt(bitmap, offset + row) === 1)
        const bits = copies.of(bitmap, skipped % 5)
        const room = copies.room((count + 1) * 8)
        const valid = [bits, offset, count, room.address] as const
        const { buffer, byteOffset } = room.bytes
        expect(kernels.compactWords(copies.of(words), ...valid)).toBe(rows.length)
        const word = new Int32Array(buffer, byteOffset, rows.length)
        expect([...word]).toEqual(rows.map((row) => words[row]))
        expect(kernels.compactPairs(copies.of(pairs), ...valid)).toBe(rows.length)
        const pair = new BigInt64Array(buffer, byteOffset, rows.length)
        expect([...pair]).toEqual(rows.map((row) => pairs[row]))
        const values = Uint8Array.from(bitmap, (byte) => byte ^ 0x35)
        expect(kernels.compactBooleans(copies.of(values), ...valid)).toBe(rows.length)
        const expected = rows.map((row) => bitAt(values, offset + row))
        expect([...room.bytes.subarray(0, rows.length)]).toEqual(expected)
        const packed = copies.room((rows.length + 7) >>> 3)
        kernels.packPlainBooleans(room.address, rows.length, packed.address)
        expect(bitsOf(packed.bytes).slice(0, rows.length)).toEqual(expected)
        expect(bitsOf(packed.bytes).slice(rows.length)).not.toContain(1)
      }),
    ),
    { numRuns, seed },
  )
})

test('the hybrid encoding decodes to the same indices at every width', () => {
  const run = fc.tuple(
    fc.nat(),
    fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 300 })),
  )
  const noise = fc.array(fc.nat(), { maxLength: 80 })
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.tuple(run), noise.map(alone)), { maxLength: 12 }),
      fc.integer({ min: 1, max: 32 }),
      fc.nat(7),
      (parts, width, skew) =>
        withCopies((copies) => {
          const indices = parts.flat().flatMap(([value, length]) => {
            return Array.from({ length }, () => (value * 2 + (value & 1)) % 2 ** width)
          })
          const source = copies.of(Int32Array.from(indices), (skew & 1) * 4)
          const room = copies.room(hybridBytesMax(indices.length, width), skew)
          const end = kernels.encodeHybrid(source, indices.length, width, room.address)
          expect(end).toBeLessThanOrEqual(room.bytes.length)
          const decoded = decodeHybrid(room.bytes.subarray(0, end), width, indices.length)
          expect(decoded).toEqual(indices)
        }),
    ),
    { numRuns, seed },
  )
})

function alone(values: number[]): [number, number][] {
  return values.map((value) => [value, 1])
}

test('keys are numbered by first use, over several calls', () => {
  withCopies((copies) => {
    const remap = copies.of(new Int32Array(6).fill(-1))
    const room = copies.room(24)
    const keys = copies.room(24)
    const words = new Int32Array(keys.bytes.buffer, keys.bytes.byteOffset, 6)
    words.set([4, 2, 4, 5, 2, 0])
    expect(kernels.remapKeys(keys.address, 3, remap, 6, room.address, 0)).toBe(2)
    expect(kernels.remapKeys(keys.address + 12, 3, remap, 6, room.address, 2)).toBe(4)
    expect([...words]).toEqual([0, 1, 0, 2, 1, 3])
    const order = new Int32Array(room.bytes.buffer, room.bytes.byteOffset, 4)
    expect([...order]).toEqual([4, 2, 5, 0])
    for (const key of [6, -1, 0x7fffffff]) {
      words[0] = key
      expect(kernels.remapKeys(keys.address, 1, remap, 6, room.address, 4)).toBe(-1)
    }
  })
})
