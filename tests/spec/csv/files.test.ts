// Whole files: compressed ones, ones that change under our hands, control totals, and slices.
import { createHash } from 'node:crypto'
import { appendFileSync, renameSync, rmSync, truncateSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { checkControl } from '../../../sources/csv/check-control.ts'
import { planExtract } from '../../../sources/csv/plan.ts'
import { openFieldReader } from '../../../sources/csv/read.ts'
import { splitFile } from '../../../sources/csv/split.ts'
import { csvSource, readFiles, refusal, shown, withExtract } from '../../support/csv-extract.ts'
import { fingerprintOf, readAll, readSlices } from '../../support/csv-slices.ts'

const manyRows = (count: number) =>
  `id,note\n${Array.from({ length: count }, (_, row) => `${row},"n ${row}\n""x"""\n`).join('')}`

test('a compressed file reads as its text, in one slice, also of several members', async () => {
  const text = manyRows(60_000)
  const middle = 500_000
  const members = [text.slice(0, middle), text.slice(middle)].map((part) => gzipSync(part))
  const packed = Buffer.concat(members)
  const plain = await readFiles({ 'a.csv': text }, ['note', 'id'])
  const options = { patterns: ['*.gz'] }
  const unpacked = await readFiles({ 'a.csv.gz': packed }, ['note', 'id'], options)
  expect(unpacked.rows).toEqual(plain.rows)
  expect(unpacked.summaries).toHaveLength(1)
  expect(unpacked.summaries[0]).toMatchObject({
    start: 8,
    end: text.length,
    rowCount: 60_000,
    finalNewline: true,
    fingerprint: fingerprintOf(packed),
  })
})

test('a compressed file that is cut, damaged or followed by something is refused', async () => {
  const packed = gzipSync(manyRows(5_000))
  const flipped = Buffer.from(packed)
  flipped.writeUInt8(flipped.readUInt8(packed.length - 6) ^ 1, packed.length - 6)
  const wrong = [
    packed.subarray(0, packed.length - 1),
    packed.subarray(0, packed.length / 2),
    flipped,
    Buffer.concat([packed, Buffer.from('garbage')]),
    Buffer.concat([packed, Buffer.alloc(512)]),
    Buffer.from('id,note\n1,2\n'),
  ]
  for (const bytes of wrong) {
    const read = readFiles({ 'a.csv.gz': bytes }, ['id'], { patterns: ['*.gz'] })
    expect((await refusal(read, 'compressed_damaged')).exit).toBe(5)
  }
})

test('a file that shrank, grew, or went since it was planned is refused', async () => {
  const changes: ((path: string) => void)[] = [
    (path) => truncateSync(path, 10),
    (path) => appendFileSync(path, '9,9\n'),
    (path) => rmSync(path),
  ]
  for (const change of changes) {
    for (const when of ['before', 'after'] as const) {
      const gone = when === 'after' && change === changes[2]
      if (gone) continue
      await withExtract({ 'a.csv': manyRows(10) }, async (folder) => {
        const source = csvSource({})
        const { files } = await planExtract(source, ['id'], folder)
        const [file] = files
        if (file === undefined) throw new Error('the plan has the file')
        const path = join(folder, 'a.csv')
        const range = { start: file.dataStart, end: file.bytes, startIsExact: true }
        const read = async () => {
          if (when === 'before') change(path)
          const reader = openFieldReader(file, source.dialect, range)
          if (when === 'after') change(path)
          return readAll(reader)
        }
        const error = await refusal(read(), 'source_unreadable')
        expect(error.message).toContain('a.csv')
      })
    }
  }
})

test('another file of equal size that took the place of the planned one is refused', async () => {
  await withExtract({ 'a.csv': 'id\n1\n2\n', 'b.csv': 'id\n3\n4\n' }, async (folder) => {
    const source = csvSource({ patterns: ['a.csv'] })
    const [file] = (await planExtract(source, ['id'], folder)).files
    if (file === undefined) throw new Error('the plan has the file')
    utimesSync(join(folder, 'b.csv'), new Date(), new Date(946_684_800_000))
    renameSync(join(folder, 'b.csv'), join(folder, 'a.csv'))
    const range = { start: file.dataStart, end: file.bytes, startIsExact: true }
    const read = async () => readAll(openFieldReader(file, source.dialect, range))
    const { message } = await refusal(read(), 'source_unreadable')
    expect(message).toBe('a.csv: it was written to after it was planned')
  })
})

test('a large file is cut at true record boundaries, also within quoted line ends', async () => {
  const notes = ['plain', '"two\nlines"', `"${'a,b\n'.repeat(300)}"`, '"say ""x"", y\n"']
  const lines = Array.from({ length: 60_000 }, (_, row) => `${row},${notes[row % 7] ?? 'z'}\n`)
  await withExtract({ 'a.csv': `id,note\n${lines.join('')}` }, async (folder) => {
    const source = csvSource({})
    const { files } = await planExtract(source, ['id'], folder)
    const [file] = files
    if (file === undefined) throw new Error('the plan has the file')
    const ranges = splitFile(file, source.dialect)
    expect(ranges.length).toBeGreaterThan(1)
    expect(splitFile(file, source.dialect)).toEqual(ranges)
    const { rows, reread } = await readSlices(file, source.dialect, ranges)
    expect(rows.map((row) => row.fields?.[0])).toEqual(lines.map((_, row) => String(row)))
    expect(reread).toBe(0)
  })
})

test('slices have between 4 and 32 MiB, 16 of them where that fits', () => {
  const mebibyte = 1024 * 1024
  const plan = { path: '', name: '', compressed: false, fieldCount: 1, selected: [] }
  const counts = [0, 1, 5, 8, 64, 512, 1024, 1025].map((size) => {
    const file = { ...plan, bytes: 100 + size * mebibyte, dataStart: 100 }
    const ranges = splitFile({ ...file, blankLines: 0, commentLines: 0 })
    expect(ranges[0]).toMatchObject({ start: 100, startIsExact: true })
    expect(ranges.at(-1)?.end).toBe(file.bytes)
    ranges.slice(1).forEach((range, index) => {
      expect(range).toMatchObject({ start: ranges[index]?.end, startIsExact: false })
    })
    return ranges.length
  })
  expect(counts).toEqual([1, 1, 1, 2, 16, 16, 32, 33])
})

test('control totals that disagree are named', async () => {
  const sha256 = createHash('sha256').update('a\n1\n').digest('hex')
  await withExtract({ 'a.csv': 'a\n1\n', 'b.csv': 'a\n2\n' }, async (folder) => {
    const { files } = await planExtract(csvSource({}), ['a'], folder)
    const [first] = files
    if (first === undefined) throw new Error('the plan has the file')
    await checkControl({ rows: 2, sha256: null }, files, 2)
    await checkControl({ rows: null, sha256: sha256.toUpperCase() }, [first], 1)
    const rows = await refusal(
      checkControl({ rows: 3, sha256: null }, files, 2),
      'control_disagrees',
    )
    expect(rows.message).toBe('a.csv, b.csv: has 2 rows; the control total is 3')
    const digests = { 'a.csv': sha256, 'c.csv': sha256 }
    const wrong = await refusal(
      checkControl({ rows: null, sha256: digests }, files, 2),
      'control_disagrees',
    )
    expect(wrong.message).toMatch(/b\.csv: has no SHA-256.*c\.csv: .*no such file/)
    const other = checkControl(
      { rows: null, sha256: { 'a.csv': sha256, 'b.csv': sha256 } },
      files,
      2,
    )
    expect((await refusal(other, 'control_disagrees')).message).toMatch(/^b\.csv: has SHA-256/)
  })
})

test('a slice reports how the text ends only where it reads the end', async () => {
  const { rows, summaries } = await readFiles({ 'a.csv': 'a,b' }, ['a'])
  expect(shown(rows)).toEqual([])
  expect(summaries[0]).toMatchObject({ start: 3, end: 3, rowCount: 0, finalNewline: null })
})

test('bad records with quotes in them do not mislead the search for a boundary', async () => {
  const odd = ['"F"x', 'F,too,many', 'F']
  const note = 'plain text '.repeat(4)
  const lines = Array.from({ length: 250_000 }, (_, row) => {
    return `${row},${row % 101 === 5 ? odd[row % 2] : 'F'},${note}\n`
  })
  await withExtract({ 'a.csv': `id,status,note\n${lines.join('')}` }, async (folder) => {
    const source = csvSource({})
    const { files } = await planExtract(source, ['id'], folder)
    const [file] = files
    if (file === undefined) throw new Error('the plan has the file')
    const ranges = splitFile(file, source.dialect)
    expect(ranges.length).toBeGreaterThan(1)
    const { rows, reread } = await readSlices(file, source.dialect, ranges)
    expect([rows.length, reread]).toEqual([lines.length, 0])
  })
})
