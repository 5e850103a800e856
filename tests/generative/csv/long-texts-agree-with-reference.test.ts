// Texts of many blocks and windows of the scan kernel: separators, quotes, doubled quotes and CRLF
// meet every edge of 64 bytes and of a window, and a long field lies across several.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  commaDialect,
  readSlices,
  temporaryFolder,
  writePlanned,
} from '../../support/csv-slices.ts'
import { generativeParameters } from '../../support/generative.ts'
import { parseReference } from '../../support/reference-csv.ts'

const plain = fc.integer({ min: 0, max: 70 }).map((length) => 'x'.repeat(length))
const quoted = fc
  .array(fc.constantFrom('a', ',', '\n', '\r\n', '""', 'text '.repeat(9)), { maxLength: 12 })
  .map((parts) => `"${parts.join('')}"`)
const long = fc
  .tuple(fc.integer({ min: 7_000, max: 20_000 }), fc.constantFrom('', '""', ',', '\n'))
  .map(([length, middle]) => `"${'y'.repeat(length)}${middle}${'z'.repeat(length % 977)}"`)
const irregular = fc.constantFrom('a"b', '"a"b', '"', '#', 'a\rb')
const field = fc.oneof(
  { weight: 60, arbitrary: plain },
  { weight: 40, arbitrary: quoted },
  { weight: 1, arbitrary: long },
)
const usualRow = fc.tuple(field, field, field).map((fields) => fields.join(','))
const oddRow = fc.array(fc.oneof(field, irregular), { maxLength: 5 }).map((row) => row.join(','))
const row = fc.oneof({ weight: 40, arbitrary: usualRow }, { weight: 1, arbitrary: oddRow })

const cases = fc.record({
  rows: fc.array(row, { minLength: 1, maxLength: 400, size: 'max' }),
  lineEnds: fc.array(fc.constantFrom('\n', '\r\n', '\r', '\n\n'), { minLength: 1, maxLength: 3 }),
  comment: fc.constantFrom(null, '#'),
  chunkBytes: fc.integer({ min: 500, max: 50_000 }),
  rowsMax: fc.integer({ min: 1, max: 1_000 }),
})

test('long texts are read as the reference reads them', async () => {
  const folder = temporaryFolder()
  let seen = 0
  try {
    await fc.assert(
      fc.asyncProperty(cases, async ({ rows, lineEnds, comment, chunkBytes, rowsMax }) => {
        const lines = rows.map((line, index) => line + (lineEnds[index % lineEnds.length] ?? ''))
        const text = lines.join('')
        const dialect = { ...commaDialect, comment }
        const bounds = { chunkBytes, rowsMax, recordBytesMax: 100_000, fieldBytesMax: 60_000 }
        const expected = parseReference(text, dialect, 3, bounds)
        const file = writePlanned(folder.path, text, 3)
        const range = { start: 0, end: text.length, startIsExact: true }
        const read = await readSlices(file, dialect, [range], bounds)
        expect(read.rows).toEqual(expected.rows)
        expect(read.summaries.at(-1)?.blankLines).toBe(expected.blankLines)
        expect(read.summaries.at(-1)?.commentLines).toBe(expected.commentLines)
        seen += expected.rows.length
      }),
      generativeParameters(40),
    )
  } finally {
    folder.remove()
  }
  expect(seen).toBeGreaterThan(100)
})
