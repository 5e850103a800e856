// Our Snappy against two decompressors that others wrote: the native package and hyparquet's.
import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { snappyUncompress } from 'hyparquet'
import { uncompressSync } from 'snappy'
import { kernels } from '../../../kernels/kernels.ts'
import { snappyBytesMax } from '../../../sinks/parquet/codecs.ts'
import { withCopies } from '../../support/arena-copies.ts'
import { seeded } from '../../support/parquet-tables.ts'

const numRuns = Number(process.env['GENERATIVE_EXAMPLES'] ?? 200)
const seed = Number(process.env['GENERATIVE_SEED'] ?? 20261122)

function checkCompression(bytes: Uint8Array): number {
  const compressed = withCopies((copies) => {
    // At an odd place: nothing may rely on alignment.
    const source = copies.of(bytes, 3)
    const target = copies.room(snappyBytesMax(bytes.length), 5)
    const table = copies.room(1 << 15).address
    const end = kernels.compressSnappy(source, bytes.length, target.address, table)
    expect(end).toBeLessThanOrEqual(target.bytes.length)
    return target.bytes.slice(0, end)
  })
  expect(Buffer.from(uncompressSync(Buffer.from(compressed))).equals(bytes)).toBe(true)
  const again = new Uint8Array(bytes.length)
  snappyUncompress(compressed, again)
  expect(Buffer.from(again).equals(bytes)).toBe(true)
  return compressed.length
}

/** Pieces that repeat at many distances: noise, runs, and copies of what came before. */
function makeBytes(seedOfBytes: number, byteLength: number): Uint8Array {
  const random = seeded(seedOfBytes)
  const bytes = new Uint8Array(byteLength)
  let at = 0
  while (at < byteLength) {
    const length = Math.min(byteLength - at, 1 + (random() % (random() % 9 === 0 ? 3000 : 90)))
    const kind = random() % 3
    const back = at === 0 ? 0 : 1 + (random() % at)
    for (let i = 0; i < length; i++, at++) {
      bytes[at] = kind === 0 ? random() : kind === 1 ? back : (bytes[at - back] ?? 0)
    }
  }
  return bytes
}

test('what was compressed is decompressed to the same bytes', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.oneof(fc.nat(300), fc.nat(5000), fc.integer({ min: 65_500, max: 140_000 })),
      (seedOfBytes, byteLength) => {
        checkCompression(makeBytes(seedOfBytes, byteLength))
      },
    ),
    { numRuns, seed },
  )
})

test('every short length is right, compressible or not', () => {
  for (let length = 0; length < 200; length++) {
    checkCompression(new Uint8Array(length).fill(7))
    checkCompression(Uint8Array.from({ length }, (_, index) => index))
  }
})

test('zeros shrink twentyfold, noise grows by next to nothing', () => {
  expect(checkCompression(new Uint8Array(1_000_000))).toBeLessThan(50_000)
  const random = seeded(3)
  const noise = Uint8Array.from({ length: 300_000 }, () => random())
  expect(checkCompression(noise)).toBeLessThan(300_100)
})
