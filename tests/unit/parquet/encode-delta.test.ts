// Differences (DELTA_BINARY_PACKED) decoded by their definition: every width, block edges, wrapping.
import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { kernels } from '../../../kernels/kernels.ts'
import { deltaBytesMax } from '../../../sinks/parquet/delta-values.ts'
import { withCopies } from '../../support/arena-copies.ts'
import { decodeDelta } from '../../support/decode-values.ts'

const numRuns = Number(process.env['GENERATIVE_EXAMPLES'] ?? 200)
const seed = Number(process.env['GENERATIVE_SEED'] ?? 20261122)

/** Encodes as 32 or 64 bits and decodes; returns the bytes taken. */
function check(values: readonly bigint[], bits: 32 | 64, skew = 0): number {
  return withCopies((copies) => {
    const typed =
      bits === 64 ? BigInt64Array.from(values) : Int32Array.from(values, (value) => Number(value))
    const source = copies.of(typed, skew)
    const room = copies.room(deltaBytesMax(values.length, bits / 8), skew)
    const encode = bits === 64 ? kernels.encodeDeltaPairs : kernels.encodeDeltaWords
    const end = encode(source, values.length, room.address)
    expect(end).toBeLessThanOrEqual(room.bytes.length)
    const decoded = decodeDelta(room.bytes.subarray(0, end), bits)
    expect(decoded.join()).toBe(values.join())
    return end
  })
}

const anyLength = fc.oneof(
  fc.nat(40),
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: -1, max: 2 }))
    .map(([blocks, more]) => {
      return blocks * 128 + more
    }),
  fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: -1, max: 2 })).map(([parts, more]) => {
    return parts * 32 + more
  }),
)

test('values of any spread come back, whatever their number', () => {
  fc.assert(
    fc.property(
      anyLength,
      fc.constantFrom(32 as const, 64 as const),
      fc.integer({ min: 0, max: 63 }),
      fc.infiniteStream(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      fc.nat(7),
      (length, bits, lost, stream, skew) => {
        const values = [...stream.take(length)].map((value) =>
          BigInt.asIntN(bits, bits === 64 ? value >> BigInt(lost) : value >> BigInt(lost >> 1)),
        )
        check(values, bits, skew)
      },
    ),
    { numRuns, seed },
  )
})

test('every width of differences is packed, in every part of a block', () => {
  for (const bits of [32, 64] as const) {
    for (let width = 0; width <= bits; width++) {
      const most = 2n ** BigInt(width) - 1n
      let value = 0n
      const values = Array.from({ length: 129 }, (_, index) => {
        const step = index % 5 === 0 ? most : (most * BigInt(index % 32)) / 31n
        value = BigInt.asIntN(bits, value + step)
        return value
      })
      check(values, bits)
    }
  }
})

test('differences wrap around at the ends of the range', () => {
  for (const bits of [32, 64] as const) {
    const most = 2n ** BigInt(bits - 1) - 1n
    const least = -most - 1n
    const ends = [most, least, 0n, least, most, -1n, least, least, most, most, 1n]
    for (const length of [1, 2, 3, 11, 31, 32, 33, 34, 127, 128, 129, 130, 257]) {
      check(
        Array.from({ length }, (_, index) => ends[index % ends.length] ?? 0n),
        bits,
      )
      check(
        Array.from({ length }, () => least),
        bits,
      )
    }
  }
})

test('random numbers of 20 bits take 21 bits each, a constant next to nothing', () => {
  let state = 1
  const values = Array.from({ length: 128 * 50 + 1 }, () => {
    state = (state * 48271) % 2147483647
    return BigInt(state % 2 ** 20)
  })
  const perValue = (check(values, 64) * 8) / values.length
  expect(perValue).toBeGreaterThan(20)
  expect(perValue).toBeLessThan(22)
  expect(
    check(
      Array.from({ length: 1281 }, () => 7n),
      64,
    ),
  ).toBeLessThan(70)
})
