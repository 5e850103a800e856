// The kernels of transforms at the edges they were written around: sixteen bytes at a time, fields
// at any address, lists and bitmaps of any length, texts that differ behind their first bytes.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { ColumnType } from '../../contracts/table-contract.ts'
import { ArenaOwner, addressOf } from '../../kernels/arena.ts'
import { kernels } from '../../kernels/kernels.ts'
import { explainReject } from '../../transforms/explain-reject.ts'
import {
  clearInternTable,
  entryCountOf,
  internFields,
  internText,
  newInternTable,
} from '../../transforms/intern-table.ts'
import { generativeParameters, generativeSeed } from '../support/generative.ts'
import { planOfColumn } from '../support/land-column.ts'
import { parseTexts } from '../support/parse-texts.ts'
import { isFullSize, sized } from '../support/proofs.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength })

/** A plain form with, now and then, one character of it replaced or put in. */
const nearly = (plain: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: plain },
    {
      weight: 2,
      arbitrary: fc
        .tuple(plain, fc.nat(30), fc.nat(1), fc.constantFrom(...'/:.-+,eE xé\0\u{10ffff}'))
        .map(([text, place, width, other]) => {
          const at = place % (text.length + 1)
          return text.slice(0, at) + other + text.slice(at + width)
        }),
    },
  )

const sign = fc.constantFrom('', '', '-', '+')
const int = fc
  .tuple(sign, fc.oneof(digits(0, 20), digits(7, 9), digits(15, 19)))
  .map((p) => p.join(''))
const float = fc
  .tuple(sign, digits(0, 17), fc.constantFrom('', '.', '.'), digits(0, 16))
  .map((parts) => parts.join(''))
const pad = (number: number, width: number): string => String(number).padStart(width, '0')
const date = fc
  .tuple(
    fc.oneof(fc.nat(9999), fc.constantFrom(0, 1, 1600, 1900, 2000, 2020, 2100, 9999)),
    fc.oneof(fc.nat(14), fc.nat(99)),
    fc.oneof(fc.nat(32), fc.constantFrom(28, 29, 30, 31)),
    fc.constantFrom('', '', '', ' 10:00', 'T10', '1'),
  )
  .map(([year, month, day, rest]) => `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}${rest}`)

/** How many texts the kernel decided, and left. */
function holdsToReference(type: ColumnType, texts: readonly string[]): [number, number] {
  const plan = planOfColumn({ type })
  const parsed = parseTexts(type, {}, texts)
  const undecided = new Set(parsed.undecided)
  for (const [row, text] of texts.entries()) {
    if (undecided.has(text)) continue
    const { failures, values } = explainReject(plan, [encoder.encode('1'), encoder.encode(text)])
    const expected =
      failures.length === 0 ? (values?.[1] ?? null) : failures.map(({ rule }) => rule)
    const value = parsed.nulls.includes(text) ? null : parsed.values[row]
    expect([text, parsed.refused.includes(text) ? ['type'] : value]).toEqual([text, expected])
  }
  return [texts.length - parsed.undecided.length, parsed.undecided.length]
}

test('what a parsing kernel decides, the reference decides alike', () => {
  const forms = [
    ['int', int],
    ['float', float],
    ['date', date],
  ] as const
  for (const [type, form] of forms) {
    const seen = [0, 0]
    const lists = fc.array(nearly(form), { minLength: 1, maxLength: 40, size: 'max' })
    fc.assert(
      fc.property(lists, (texts) => {
        const [decided, left] = holdsToReference(type, texts)
        seen[0] = (seen[0] ?? 0) + decided
        seen[1] = (seen[1] ?? 0) + left
      }),
      generativeParameters<[string[]]>(150),
    )
    // Both happened, and the kernels did much of the work.
    expect(seen[1]).toBeGreaterThan(0)
    expect(seen[0]).toBeGreaterThan(500)
  }
})

/** Interns texts behind one another, without a byte between them; entries as the kernel gives them. */
function intern(
  owner: ArenaOwner,
  table: ReturnType<typeof newInternTable>,
  texts: readonly Uint8Array[],
): Int32Array {
  const bytes = owner.bytes(texts.reduce((total, text) => total + text.length, 0))
  const starts = owner.int32(texts.length)
  const ends = owner.int32(texts.length)
  let at = 0
  for (const [row, text] of texts.entries()) {
    bytes.set(text, at)
    starts[row] = at
    at += text.length
    ends[row] = at
  }
  const entries = owner.int32(texts.length)
  const places = { bytes: addressOf(bytes), starts: addressOf(starts), ends: addressOf(ends) }
  const lengthOf = (row: number): number => texts[row]?.length ?? 0
  internFields(table, places, texts.length, addressOf(entries), lengthOf)
  const copy = Int32Array.from(entries)
  for (const view of [bytes, starts, ends, entries]) owner.drop(view)
  return copy
}

/** A number for each distinct text in order of first appearance, found by a map of strings. */
function numbered(texts: readonly Uint8Array[], known: Map<string, number>): number[] {
  return texts.map((text) => {
    const key = Buffer.from(text).toString('latin1')
    const number = known.get(key) ?? known.size
    known.set(key, number)
    return number
  })
}

const internable: fc.Arbitrary<Uint8Array> = fc.oneof(
  // Equal for sixteen bytes and more, or equal but for zeros behind, or of lengths around the edges.
  fc
    .tuple(fc.constantFrom(7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 70), fc.nat(80), fc.nat(2))
    .map(([length, place, value]) => {
      const text = new Uint8Array(length).fill(97)
      text[place % length] = 97 + value
      return text
    }),
  fc
    .tuple(fc.nat(2), fc.nat(20))
    .map(([a, zeros]) => Uint8Array.of(97 + a, ...new Uint8Array(zeros))),
  fc.uint8Array({ maxLength: 20 }),
  fc.constantFrom('', 'é', 'ééééééééé', '日本語のテキスト').map((text) => encoder.encode(text)),
)

test('each distinct text has one number, in order of first appearance', () => {
  fc.assert(
    fc.property(fc.array(fc.array(internable, { maxLength: 60 }), { maxLength: 4 }), (batches) => {
      const owner = new ArenaOwner()
      const table = newInternTable(owner)
      const known = new Map<string, number>()
      for (const texts of batches) {
        expect(Array.from(intern(owner, table, texts))).toEqual(numbered(texts, known))
      }
      expect(entryCountOf(table)).toBe(known.size)
      for (const [key, entry] of known) {
        const text = table.text.subarray(table.offsets[entry], table.offsets[entry + 1])
        expect(Buffer.from(text).toString('latin1')).toBe(key)
        const alone = Uint8Array.from(Buffer.from(key, 'latin1'))
        expect(internText(table, alone, 0, alone.length)).toBe(entry)
      }
      clearInternTable(table)
      const [first = []] = batches
      expect(Array.from(intern(owner, table, first))).toEqual(numbered(first, new Map()))
      owner.release()
    }),
    generativeParameters<[Uint8Array[][]]>(200),
  )
})

const mask64 = (1n << 64n) - 1n
const rotated = (value: bigint): bigint => ((value << 31n) | (value >> 33n)) & mask64

/** Sixteen bytes that hash like those before: kernels/assembly/transforms/hash-text mixes halves. */
function twinOf(bytes: Uint8Array, other: bigint): Uint8Array {
  const factor = 0x9e3779b97f4a7c15n
  const view = new DataView(Uint8Array.from(bytes).buffer)
  const spread = (half: bigint): bigint => rotated((half * factor) & mask64)
  const low = view.getBigUint64(0, true) ^ spread(view.getBigUint64(8, true)) ^ spread(other)
  view.setBigUint64(0, low, true)
  view.setBigUint64(8, other, true)
  return new Uint8Array(view.buffer)
}

test('texts with the same hash, and texts that differ in zeros at their end, stay apart', () => {
  const owner = new ArenaOwner()
  const table = newInternTable(owner)
  const block = encoder.encode('0123456789abcdef')
  const twins = [block, ...[1n, 2n, 3n].map((other) => twinOf(block, other))]
  const head = encoder.encode('the same head of')
  const longer = twins.flatMap((twin) => [
    Uint8Array.from([...head, ...twin]),
    Uint8Array.from([...head, ...head, ...twin]),
    Uint8Array.from([...head, ...twin, ...head]),
  ])
  const zeros = Array.from({ length: 500 }, (_, i) => i).flatMap((i) =>
    Array.from({ length: 14 }, (_, length) =>
      Uint8Array.of(i & 255, i >> 8, ...new Uint8Array(length)),
    ),
  )
  const texts = [...twins, ...longer, ...zeros, ...twins, ...longer, ...zeros]
  expect(Array.from(intern(owner, table, texts))).toEqual(numbered(texts, new Map()))
  // The hashes are equal indeed: half of each stands in the slot of the text, behind its length.
  const hashes = Array.from({ length: table.slots.length / 8 }, (_, i) => i * 8)
    .filter((slot) => (table.slots[slot + 6] ?? 0) > 0 && (table.slots[slot + 6] ?? 0) <= 4)
    .map((slot) => table.slots[slot + 5])
  expect([hashes.length, new Set(hashes).size]).toEqual([4, 1])
  owner.release()
})

test(`a table grows to ${isFullSize ? 'more than a million' : 'many'} texts`, () => {
  const owner = new ArenaOwner()
  const table = newInternTable(owner)
  const count = sized(30_000, 1_200_000)
  const textOf = (i: number) =>
    encoder.encode(`${(i * 7919) % 1_299_709} text ${'x'.repeat(i % 40)}`)
  const batchRows = 20_000
  for (let first = 0; first < count; first += batchRows) {
    const texts = Array.from({ length: Math.min(batchRows, count - first) }, (_, i) =>
      textOf(first + i),
    )
    const entries = intern(owner, table, [...texts, textOf(first >> 1)])
    expect(entries[0]).toBe(first)
    expect(entries[texts.length - 1]).toBe(first + texts.length - 1)
    expect(entries[texts.length]).toBe(first >> 1)
  }
  expect(entryCountOf(table)).toBe(count)
  const last = table.text.subarray(table.offsets[count - 1], table.offsets[count])
  expect(decoder.decode(Uint8Array.from(last))).toBe(decoder.decode(textOf(count - 1)))
  owner.release()
})

const rowStates = fc.array(fc.constantFrom(0, 0, 0, 1, 2), { maxLength: 70, size: 'max' })
const bitsOf = (bytes: Uint8Array, count: number): number[] =>
  Array.from({ length: count }, (_, i) => ((bytes[i >> 3] ?? 0) >> (i & 7)) & 1)

test('states become bitmaps, and refused rows leave columns, as lists would have it', () => {
  fc.assert(
    fc.property(rowStates, (given) => {
      const owner = new ArenaOwner()
      const states = owner.bytes(given.length + 1)
      states.set(given)
      // What stands behind the last row must not count.
      states[given.length] = 1
      const validity = owner.bytes(80)
      const nullCount = kernels.packValidity(addressOf(states), given.length, addressOf(validity))
      expect(nullCount).toBe(given.filter((state) => state === 1).length)
      expect(bitsOf(validity, given.length + 7)).toEqual([
        ...given.map((state) => (state === 0 ? 1 : 0)),
        ...new Array(7).fill(0),
      ])
      const masks = owner.int32(given.length)
      masks.set(given.map((state) => (state === 2 ? 1 << 31 : 0)))
      const refused = owner.int32(given.length + 1)
      const kept = owner.int32(given.length + 1)
      const places = [addressOf(refused), addressOf(kept)] as const
      const count = kernels.splitRows(addressOf(masks), given.length, ...places)
      const rows = given.map((_, row) => row)
      const expected = rows.filter((row) => given[row] === 2)
      expect(Array.from(refused.subarray(0, count))).toEqual(expected)
      const gap = expected[0] ?? given.length
      const left = rows.filter((row) => given[row] !== 2)
      const keptCount = left.length - Math.min(gap, left.length)
      for (const isWide of [0, 1]) {
        const values = owner.int32(given.length * (isWide + 1))
        for (const row of rows) values[row * (isWide + 1)] = row + 100
        kernels.compactValues(addressOf(values), isWide, gap, addressOf(kept), keptCount)
        expect(left.map((_, i) => values[i * (isWide + 1)])).toEqual(left.map((row) => row + 100))
      }
      const ones = kernels.compactBits(addressOf(validity), gap, addressOf(kept), keptCount)
      const present: number[] = left.map((row) => (given[row] === 0 ? 1 : 0))
      expect(bitsOf(validity, left.length)).toEqual(present)
      expect(ones).toBe(present.filter((bit) => bit === 1).length)
      owner.release()
    }),
    generativeParameters<[number[]]>(400),
  )
})

test('nothing is written beside the buffers, but for their guards', () => {
  const random = (row: number): number => Math.imul(row + generativeSeed, 2_654_435_761) >>> 16
  for (const rowCount of [1, 7, 8, 15, 16, 17, 63, 64, 65]) {
    const owner = new ArenaOwner()
    const before = owner.bytes(64).fill(7)
    const states = owner.bytes(rowCount)
    const between = owner.bytes(64).fill(7)
    const validity = owner.bytes((rowCount + 7) >>> 3)
    const after = owner.bytes(64).fill(7)
    const table = newInternTable(owner)
    const last = owner.bytes(64).fill(7)
    for (let row = 0; row < rowCount; row++) states[row] = random(row) % 3
    kernels.packValidity(addressOf(states), rowCount, addressOf(validity))
    const text = encoder.encode('a text of more than sixteen bytes'.repeat(500).slice(0, 16_384))
    expect(Array.from(intern(owner, table, [text]))).toEqual([0])
    for (const view of [before, between, after, last]) {
      expect(view.every((byte) => byte === 7)).toBe(true)
    }
    owner.release()
  }
})
