// Any table written in any dialect is read back as it was: by name, through the plan, in slices.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { CsvDialect } from '../../../contracts/extract.ts'
import { dialectProblem } from '../../../sources/csv/dialect.ts'
import { planExtract } from '../../../sources/csv/plan.ts'
import { openFieldReader } from '../../../sources/csv/read.ts'
import { openEnd } from '../../../sources/csv/split.ts'
import { commaDialect, readAll, temporaryFolder } from '../../support/csv-slices.ts'
import { generativeParameters } from '../../support/generative.ts'

const dialects: fc.Arbitrary<CsvDialect> = fc
  .record({
    delimiter: fc.constantFrom(',', '\t', ';', '|', '+|', '||', '~^~', '\u00a6'),
    quote: fc.constantFrom('"', '"', "'", '^'),
    escaping: fc.constantFrom('doubled', 'doubled', '\\'),
    newline: fc.constantFrom('auto', 'auto', '\n', '\r\n', '&|\n'),
  })
  .map(({ escaping, ...choice }) => {
    const quoting = escaping === 'doubled' ? choice.quote : escaping
    return { ...commaDialect, ...choice, escape: quoting, header: true }
  })
  .filter((dialect) => dialectProblem(dialect) === null)

const tables = fc.integer({ min: 2, max: 5 }).chain((width) => {
  const special = fc.constantFrom(
    ',',
    '"',
    "'",
    '\\',
    '\n',
    '\r',
    '|',
    '+|',
    '&',
    ';',
    '\t',
    '^',
    '',
  )
  const text = fc.array(fc.oneof(special, fc.string({ unit: 'grapheme', maxLength: 3 })), {
    maxLength: 5,
  })
  const field = text.map((parts) => parts.join(''))
  return fc.record({
    width: fc.constant(width),
    rows: fc.array(fc.array(field, { minLength: width, maxLength: width }), { maxLength: 12 }),
    selected: fc.uniqueArray(fc.integer({ min: 0, max: width - 1 }), { minLength: 1 }),
  })
})

/** Writes a row; a field is quoted where it must be, and elsewhere where `always` says so. */
function writeRow(fields: readonly string[], dialect: CsvDialect, always: boolean): string {
  const { delimiter, quote, newline } = dialect
  const reserved = [delimiter, quote ?? '', '\n', '\r', newline]
  const written = fields.map((field, index) => {
    // A field may end with the first bytes of a separator that follows it: quoted to be safe.
    const isPlain =
      !always && !reserved.some((word) => [...word].some((one) => field.includes(one)))
    if (isPlain && !(fields.length === 1 && index === 0 && field === '')) return field
    const escaped = [...field].map((one) => {
      const isSpecial = one === quote || one === dialect.escape
      return isSpecial ? `${dialect.escape}${one}` : one
    })
    return `${quote}${escaped.join('')}${quote}`
  })
  return written.join(delimiter)
}

test('a table written in any dialect is read back', async () => {
  const folder = temporaryFolder()
  let fields = 0
  try {
    await fc.assert(
      fc.asyncProperty(
        dialects,
        tables,
        fc.record({
          mark: fc.boolean(),
          final: fc.boolean(),
          always: fc.boolean(),
          packed: fc.boolean(),
          chunkBytes: fc.integer({ min: 1, max: 200 }),
          lineEnds: fc.array(fc.constantFrom('\n', '\r\n', '\r'), { minLength: 1, maxLength: 4 }),
        }),
        async (dialect, { width, rows, selected }, how) => {
          const names = Array.from({ length: width }, (_, index) => `name "${index}"\n`)
          const lines = [names, ...rows].map((row) => writeRow(row, dialect, how.always))
          const lineEnd = (line: number) =>
            dialect.newline === 'auto'
              ? (how.lineEnds[line % how.lineEnds.length] ?? '\n')
              : dialect.newline
          const text = lines.map((line, index) => line + lineEnd(index)).join('')
          const cut = how.final ? text.length : text.length - lineEnd(lines.length - 1).length
          const bytes = Buffer.from((how.mark ? '\ufeff' : '') + text.slice(0, cut))
          const name = how.packed ? 'a.csv.gz' : 'a.csv'
          writeFileSync(join(folder.path, name), how.packed ? gzipSync(bytes) : bytes)
          const source = { kind: 'csv', patterns: [name], dialect, control: null } as const
          const needed = selected.map((index) => names[index] ?? '')
          const { files } = await planExtract(source, needed, folder.path)
          const [file] = files
          if (file === undefined) throw new Error('the plan has the file')
          const end = how.packed ? openEnd : file.bytes
          const range = { start: file.dataStart, end, startIsExact: true }
          const limits = { rowsMax: 5, recordBytesMax: 10_000, fieldBytesMax: 10_000 }
          const bounds = { ...limits, chunkBytes: how.chunkBytes }
          const read = await readAll(openFieldReader(file, dialect, range, bounds), 'utf8')
          const expected = rows.map((row) => selected.map((index) => row[index] ?? ''))
          expect(read.rows.map((row) => row.fields)).toEqual(expected)
          fields += expected.flat().length
        },
      ),
      generativeParameters(300, 100),
    )
  } finally {
    folder.remove()
  }
  expect(fields).toBeGreaterThan(300)
})
