// Our Snappy against two decompressors that others wrote: the native package and hyparquet's.
import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { snappyUncompress } from 'hyparquet'
import { uncompressSync } from 'snappy'
import {
  compressSnappyKernel,
  snappyBytesMax,
  snappyTableLength,
} from '../../../sinks/parquet/kernels/compress-snappy.ts'
import { seeded } from '../../support/parquet-tables.ts'

const numRuns = Number(process.env['GENERATIVE_EXAMPLES'] ?? 200)
const seed = Number(process.env['GENERATIVE_SEED'] ?? 20261122)
const table = new Uint16Array(snappyTableLength)

function checkCompression(bytes: Uint8Array): number {
  const target = new Uint8Array(snappyBytesMax(bytes.length))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const end = compressSnappyKernel(bytes, view, bytes.length, target, table)
  const compressed = target.subarray(0, end)
  expect(Buffer.from(uncompressSync(Buffer.from(compressed))).equals(bytes)).toBe(true)
  const again = new Uint8Array(bytes.length)
  snappyUncompress(compressed, again)
  expect(Buffer.from(again).equals(bytes)).toBe(true)
  return end
}

/** Pieces that repeat at many distances: noise, runs, and copies of what came before. */
function makeBytes(seedOfBytes: number, byteLength: number): Uint8Array {
  const random = seeded(seedOfBytes)
  // At an odd place of a larger buffer: nothing may rely on alignment.
  const bytes = new Uint8Array(byteLength + 3).subarray(3)
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
