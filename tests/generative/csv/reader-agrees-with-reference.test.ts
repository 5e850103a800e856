// The reader and the slow reference agree on any bytes, in any dialect, with buffers of any size,
// and however the file is cut.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { CsvDialect } from '../../../contracts/extract.ts'
import { compileDialect, dialectProblem } from '../../../sources/csv/dialect.ts'
import {
  commaDialect,
  fingerprintOf,
  readSlices,
  temporaryFolder,
  writePlanned,
} from '../../support/csv-slices.ts'
import { generativeParameters } from '../../support/generative.ts'
import { parseReference } from '../../support/reference-csv.ts'

const anyDialect: fc.Arbitrary<CsvDialect> = fc
  .record({
    delimiter: fc.constantFrom(',', ',', ',', '\t', '|', '+|', '||', ',,;'),
    quote: fc.constantFrom('"', '"', '"', "'", null),
    escape: fc.constantFrom('"', '"', '\\', null),
    newline: fc.constantFrom('auto', 'auto', 'auto', '\n', '\r\n', '&|\n', '|\n'),
    comment: fc.constantFrom(null, null, '#', '//'),
  })
  .map((choice) => {
    const escaped = choice.escape === '"' ? choice.quote : choice.escape
    return { ...commaDialect, ...choice, escape: escaped }
  })
  .filter((dialect) => dialectProblem(dialect) === null)

// Half of them are dialects of the fast kernel.
const dialects = fc.oneof(
  anyDialect,
  fc.constantFrom(',', ';').map((delimiter) => ({ ...commaDialect, delimiter })),
)

const cases = dialects.chain((dialect) => {
  const { delimiter, quote, newline, comment } = dialect
  const line = newline === 'auto' ? ['\n', '\r', '\r\n', '\n'] : [newline, newline, '\n', '\r']
  const tokens = [delimiter, delimiter, quote, quote, quote, dialect.escape, comment, ...line]
    .concat([delimiter, delimiter.slice(0, 1), ...line, 'a', 'bc', ' ', '\0'])
    .filter((token) => token !== null)
  return fc.record({
    dialect: fc.constant(dialect),
    text: fc
      .array(fc.constantFrom(...tokens), { maxLength: 80, size: 'max' })
      .map((parts) => parts.join('')),
    fieldCount: fc.integer({ min: 1, max: 3 }),
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8, size: 'max' }),
    bounds: fc.record({
      chunkBytes: fc.integer({ min: 1, max: 40 }),
      rowsMax: fc.integer({ min: 1, max: 6 }),
      recordBytesMax: fc.constantFrom(1000, 1000, 16, 7),
      fieldBytesMax: fc.constantFrom(1000, 6, 3),
    }),
  })
})

test('any bytes, any dialect, any buffer, any cut: the rows of the reference', async () => {
  const folder = temporaryFolder()
  const seen = { fast: 0, general: 0, accepted: 0, refused: 0, reread: 0 }
  try {
    await fc.assert(
      fc.asyncProperty(cases, async ({ dialect, text, fieldCount, cuts, bounds: drawn }) => {
        const fieldBytesMax = Math.min(drawn.fieldBytesMax, drawn.recordBytesMax)
        const bounds = { ...drawn, fieldBytesMax }
        const expected = parseReference(text, dialect, fieldCount, bounds)
        const file = writePlanned(folder.path, text, fieldCount)
        const places = cuts.map((cut) => Math.floor(cut * text.length)).sort((a, b) => a - b)
        const edges = [0, ...places, text.length]
        const ranges = edges.slice(1).map((end, index) => {
          return { start: edges[index] ?? 0, end, startIsExact: index === 0 }
        })
        const whole = [{ start: 0, end: text.length, startIsExact: true }]
        for (const cut of [whole, ranges]) {
          const { rows, summaries, reread } = await readSlices(file, dialect, cut, bounds)
          expect(rows).toEqual(expected.rows)
          const sum = (count: (summary: (typeof summaries)[0]) => number) =>
            summaries.reduce((total, summary) => total + count(summary), 0)
          expect(sum((summary) => summary.rowCount)).toBe(expected.rows.length)
          expect(sum((summary) => summary.blankLines)).toBe(expected.blankLines)
          expect(sum((summary) => summary.commentLines)).toBe(expected.commentLines)
          expect(sum((summary) => summary.bytesLost)).toBe(expected.bytesLost)
          expect(summaries.at(-1)?.end).toBe(text.length)
          for (const summary of summaries) {
            const bytes = Buffer.from(text, 'latin1').subarray(summary.start, summary.end)
            expect(summary.fingerprint).toBe(fingerprintOf(bytes))
            const isLast = summary.end === text.length && summary.end > summary.start
            expect(summary.finalNewline).toBe(isLast ? expected.finalNewline : null)
            expect(expected.lineStarts).toContain(summary.end)
          }
          seen.reread += reread
        }
        seen[compileDialect(dialect).fast ? 'fast' : 'general']++
        for (const row of expected.rows) seen[row.rule === null ? 'accepted' : 'refused']++
      }),
      generativeParameters(300, 100),
    )
  } finally {
    folder.remove()
  }
  // The property would hold for a generator of nothing.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0)
})
