// Kernels that look at all values of a column, dictionaries and bounds, against maps and sorting.
import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { kernels } from '../../../kernels/kernels.ts'
import { slotBitsOf } from '../../../sinks/parquet/index-in-steps.ts'
import { type ArenaCopies, withCopies } from '../../support/arena-copies.ts'

const numRuns = Number(process.env['GENERATIVE_EXAMPLES'] ?? 200)
const seed = Number(process.env['GENERATIVE_SEED'] ?? 20261122)
const options = { numRuns, seed }

/** Numbers by first use, as a dictionary has them; the complement of the first that is too many. */
function indexOf<Value>(values: readonly Value[], distinctMax: number) {
  const numbers = new Map<Value, number>()
  for (const [index, value] of values.entries()) {
    if (numbers.has(value)) continue
    if (numbers.size === distinctMax) return { result: ~index, indices: [], entries: [] }
    numbers.set(value, numbers.size)
  }
  const indices = values.map((value) => numbers.get(value))
  return { result: numbers.size, indices, entries: [...numbers.keys()] }
}

function outputs(copies: ArenaCopies, count: number, distinctMax: number) {
  const indices = copies.room(count * 4)
  const entries = copies.room(distinctMax * 8)
  return {
    to: [indices.address, entries.address, distinctMax] as const,
    indices: () => [...new Int32Array(indices.bytes.slice().buffer)],
    words: (length: number) => [...new Int32Array(entries.bytes.slice(0, length * 4).buffer)],
    pairs: (length: number) => [...new BigInt64Array(entries.bytes.slice(0, length * 8).buffer)],
  }
}

const zeros = (copies: ArenaCopies, byteLength: number): number => {
  const room = copies.room(byteLength)
  room.bytes.fill(0)
  return room.address
}

const distinctMaxima = fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(400))
const near = (value: bigint): bigint[] => [value - 1n, value, value + 1n]

test('dictionaries of 64-bit values number them by first use, or give up in time', () => {
  const odd = [...near(0n), ...near(2n ** 32n), ...near(-(2n ** 32n)), 2n ** 63n - 1n, -(2n ** 63n)]
  const value = fc.oneof(fc.constantFrom(...odd), fc.bigInt({ min: -90n, max: 90n }))
  const values = fc.array(value, { minLength: 1, maxLength: 150 })
  fc.assert(
    fc.property(values, distinctMaxima, fc.nat(7), (some, distinctMax, skew) =>
      withCopies((copies) => {
        const expected = indexOf(some, distinctMax)
        const source = copies.of(BigInt64Array.from(some), skew)
        const slotBits = slotBitsOf(distinctMax)
        const out = outputs(copies, some.length, distinctMax)
        const slots = zeros(copies, 4 << slotBits)
        const found = kernels.indexPairs(source, some.length, slots, slotBits, ...out.to)
        expect(found).toBe(expected.result)
        if (found < 0) return
        expect(out.indices()).toEqual(expected.indices)
        expect(out.pairs(found)).toEqual(expected.entries)
      }),
    ),
    options,
  )
})

test('dictionaries of small ranges do the same with a place for every value', () => {
  const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 150 })
  const base = fc.constantFrom(0n, 2n ** 31n - 60n, -(2n ** 31n) + 50n, 2n ** 40n, -(2n ** 62n))
  fc.assert(
    fc.property(values, base, distinctMaxima, (some, origin, distinctMax) =>
      withCopies((copies) => {
        const whole = some.map((value) => origin + BigInt(value))
        const expected = indexOf(whole, distinctMax)
        const minimum = whole.reduce((least, value) => (value < least ? value : least))
        const source = copies.of(BigInt64Array.from(whole))
        const first = copies.of(BigInt64Array.of(minimum))
        const out = outputs(copies, some.length, distinctMax)
        const places = zeros(copies, 101 * 4)
        const found = kernels.indexPairsDirect(source, some.length, first, places, ...out.to)
        expect(found).toBe(expected.result)
        if (found >= 0) expect(out.indices()).toEqual(expected.indices)
        if (found >= 0) expect(out.pairs(found)).toEqual(expected.entries)
        if (origin > 2n ** 31n || origin < -(2n ** 31n)) return
        const words = whole.map(Number)
        const hashed = outputs(copies, some.length, distinctMax)
        const slotBits = slotBitsOf(distinctMax)
        const wordSource = copies.of(Int32Array.from(words))
        const slots = zeros(copies, 4 << slotBits)
        const least = Number(minimum)
        const byHash = [wordSource, some.length, slots, slotBits, ...hashed.to] as const
        expect(kernels.indexWords(...byHash)).toBe(expected.result)
        const cleared = zeros(copies, 101 * 4)
        const direct = outputs(copies, some.length, distinctMax)
        const byPlace = [wordSource, some.length, least, cleared, ...direct.to] as const
        expect(kernels.indexWordsDirect(...byPlace)).toBe(expected.result)
        if (found < 0) return
        for (const output of [hashed, direct]) {
          expect(output.indices()).toEqual(expected.indices)
          expect(output.words(found)).toEqual(expected.entries.map(Number))
        }
      }),
    ),
    options,
  )
})

/** Texts in PLAIN form, one behind the other, with the place of each. */
function plainTexts(copies: ArenaCopies, texts: readonly Uint8Array[]) {
  const starts = [0]
  for (const text of texts) starts.push((starts.at(-1) ?? 0) + 4 + text.length)
  const parts = texts.flatMap((text) => [Buffer.from(Int32Array.of(text.length).buffer), text])
  return {
    bytes: copies.of(new Uint8Array(Buffer.concat(parts)), 1),
    starts: copies.of(Int32Array.from(starts)),
  }
}

test('dictionaries and bounds of texts tell every two texts apart', () => {
  const length = fc.constantFrom(0, 1, 3, 7, 8, 9, 15, 16, 17, 24, 40)
  const text = fc.tuple(length, fc.nat(3), fc.nat(41)).map(([size, byte, at]) => {
    const bytes = new Uint8Array(size).fill(0x61)
    if (at < size) bytes[at] = [0, 0x62, 0xc3, 0xff][byte] ?? 0
    return bytes
  })
  const texts = fc.array(text, { minLength: 1, maxLength: 80 })
  fc.assert(
    fc.property(texts, distinctMaxima, (some, distinctMax) =>
      withCopies((copies) => {
        const names = some.map((bytes) => Buffer.from(bytes).toString('hex'))
        const expected = indexOf(names, distinctMax)
        const { bytes, starts } = plainTexts(copies, some)
        const out = outputs(copies, some.length, distinctMax)
        const slotBits = slotBitsOf(distinctMax)
        const slots = zeros(copies, 16 << slotBits)
        const from = [bytes, starts, some.length] as const
        const found = kernels.indexValues(...from, slots, slotBits, ...out.to)
        expect(found).toBe(expected.result)
        if (found >= 0) {
          expect(out.indices()).toEqual(expected.indices)
          expect(out.words(found).map((index) => names[index])).toEqual(expected.entries)
        }
        const room = copies.room(8)
        kernels.boundsValues(...from, room.address)
        const [least = 0, most = 0] = new Int32Array(room.bytes.slice().buffer)
        const sorted = [...names].sort()
        expect([names[least], names[most]]).toEqual([sorted[0], sorted.at(-1)])
      }),
    ),
    options,
  )
})

test('bounds are those of sorted values, of any number of them', () => {
  const doubles = fc.array(fc.double(), { maxLength: 20 })
  const pairs = fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), {
    minLength: 1,
    maxLength: 20,
  })
  fc.assert(
    fc.property(doubles, pairs, (floats, wholes) =>
      withCopies((copies) => {
        const room = copies.room(16)
        const numbers = floats.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
        const source = copies.of(Float64Array.from(floats))
        expect(kernels.boundsDoubles(source, floats.length, room.address)).toBe(numbers.length)
        const [low = 0, high = 0] = new Float64Array(room.bytes.slice().buffer)
        if (numbers.length > 0)
          expect([low + 0, high + 0]).toEqual([(numbers[0] ?? 0) + 0, (numbers.at(-1) ?? 0) + 0])
        kernels.boundsPairs(copies.of(BigInt64Array.from(wholes)), wholes.length, room.address)
        const sorted = BigInt64Array.from(wholes).sort()
        expect([...new BigInt64Array(room.bytes.slice().buffer)]).toEqual([
          sorted[0],
          sorted.at(-1),
        ])
        const words = Int32Array.from(wholes, (value) => Number(BigInt.asIntN(32, value)))
        kernels.boundsWords(copies.of(words), words.length, room.address)
        words.sort()
        const bounds = [...new Int32Array(room.bytes.slice(0, 8).buffer)]
        expect(bounds).toEqual([words[0], words.at(-1)])
      }),
    ),
    options,
  )
})
