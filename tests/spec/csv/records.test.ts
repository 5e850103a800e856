// What a record is: fields, quotes, line ends, blank lines, and what is refused and why.
import { expect, test } from '@jest/globals'
import type { CsvDialect } from '../../../contracts/extract.ts'
import { planExtract } from '../../../sources/csv/plan.ts'
import { openFieldReader } from '../../../sources/csv/read.ts'
import { csvSource, readFiles, shown, withExtract } from '../../support/csv-extract.ts'

const rowsOf = async (text: string, needed: string[], dialect = {}) =>
  shown((await readFiles({ 'a.csv': text }, needed, { dialect })).rows)

test('fields are found by header name, in the order asked for, one of them twice', async () => {
  const text = 'id,sex,"date of\nbirth"\n1,M,2001-02-03\n2,F,\n'
  expect(await rowsOf(text, ['date of\nbirth', 'id', 'id'])).toEqual([
    ['2001-02-03', '1', '1'],
    ['', '2', '2'],
  ])
})

test('a record with one field too many or too few is refused, never shifted or padded', async () => {
  const text = 'a,b,c,d\n1,2,3,4\n2,,2020-01-02,456,\n1,2,3\n,,,\n5\n6,7,8,9\n'
  expect(await rowsOf(text, ['a', 'b', 'c', 'd'])).toEqual([
    ['1', '2', '3', '4'],
    'too_many_fields',
    'too_few_fields',
    ['', '', '', ''],
    'too_few_fields',
    ['6', '7', '8', '9'],
  ])
})

test('an unterminated quote costs one record, and its bytes are counted', async () => {
  const text = 'a,b\n1,"x\n2,y\n3,z\n'
  const { rows, summaries } = await readFiles({ 'a.csv': text }, ['a', 'b'])
  expect(shown(rows)).toEqual(['unterminated_quote', ['2', 'y'], ['3', 'z']])
  expect(rows[0]?.raw).toBe('1,"x')
  expect(summaries[0]?.bytesLost).toBe(4)
})

test('text after a closing quote costs the first line of its record', async () => {
  const text = 'a,b\n1,"x\ny"z\n2,"y" \n3,z\n'
  expect(await rowsOf(text, ['a', 'b'])).toEqual([
    'text_after_quote',
    'too_few_fields',
    'text_after_quote',
    ['3', 'z'],
  ])
})

test('a quote opens only at the start of a field', async () => {
  expect(await rowsOf('a,b\n1,5" nail\n x"y, "z"\n', ['a', 'b'])).toEqual([
    ['1', '5" nail'],
    [' x"y', ' "z"'],
  ])
})

test('doubled quotes, or an escape character that drops nothing but itself', async () => {
  expect(await rowsOf('a,b\n"","x ""y"""\n', ['a', 'b'])).toEqual([['', 'x "y"']])
  const text = 'a,b\n"\\"x\\\\","C:\\data"\n1,\\"y"\n'
  expect(await rowsOf(text, ['a', 'b'], { escape: '\\' })).toEqual([
    ['"x\\', 'C:\\data'],
    ['1', '\\"y"'],
  ])
})

test('LF, CRLF, CR and mixtures end records; the last may have no line end', async () => {
  const text = 'a,b\r\n1,x\r2,"y\r\nz"\n3,w\r\r\n4,v'
  const { rows, summaries } = await readFiles({ 'a.csv': text }, ['a', 'b'])
  expect(shown(rows)).toEqual([
    ['1', 'x'],
    ['2', 'y\r\nz'],
    ['3', 'w'],
    ['4', 'v'],
  ])
  expect(summaries[0]).toMatchObject({ blankLines: 1, finalNewline: false, rowCount: 4 })
})

test('an explicit line end is the only one', async () => {
  expect(await rowsOf('a,b\n1,x\r\n2,y\rz\n', ['a', 'b'], { newline: '\n' })).toEqual([
    ['1', 'x\r'],
    ['2', 'y\rz'],
  ])
})

test('separators of several bytes, also where one starts with the other', async () => {
  const bcp = { header: false, quote: null, escape: null }
  const plus = { ...bcp, delimiter: '+|', newline: '&|\n' }
  expect(await rowsOf('1+|a+b&|\n2+|&c\n&|\n', ['1', '2'], plus)).toEqual([
    ['1', 'a+b'],
    ['2', '&c\n'],
  ])
  const pipe = { ...bcp, delimiter: '|', newline: '|\n' }
  expect(await rowsOf('1|a|\n2||\n', ['2'], pipe)).toEqual([['a'], ['']])
})

test('blank lines are counted; where one field is read they are rows', async () => {
  const wide = await readFiles({ 'a.csv': 'a,b\n\n1,2\n\n\n""\n' }, ['a'])
  expect(shown(wide.rows)).toEqual([['1'], 'too_few_fields'])
  expect(wide.summaries[0]?.blankLines).toBe(3)
  const narrow = await readFiles({ 'a.csv': 'a\n\n1\n\n' }, ['a'])
  expect(shown(narrow.rows)).toEqual([[''], ['1'], ['']])
  expect(narrow.summaries[0]?.blankLines).toBe(0)
})

test('comment lines and lines above the header are not data', async () => {
  const text = '\ufeffmade by "x\n// y\n\na,b\n// "z\n1,//2\n'
  const dialect = { comment: '//', skipLines: 1 }
  const { plan, rows, summaries } = await readFiles({ 'a.csv': text }, ['b'], { dialect })
  expect(shown(rows)).toEqual([['//2']])
  expect(plan.files[0]).toMatchObject({ blankLines: 1, commentLines: 1, fieldCount: 2 })
  expect(summaries[0]?.commentLines).toBe(1)
})

test('a field or a record over the limit is refused, and the next record is read', async () => {
  const mebibyte = 1024 * 1024
  const long = `1,${'x'.repeat(mebibyte + 1)}\n2,${'y'.repeat(mebibyte)}\n`
  const lines = `${`${'w'.repeat(1023)}\n`.repeat(5 * 1024)}5,v\n`
  const longer = `3,${'z,'.repeat(2.5 * mebibyte)}\n4,"\n${lines}`
  const { rows, summaries } = await readFiles({ 'a.csv': `a,b\n${long}${longer}` }, ['a', 'b'])
  const first = rows.slice(0, 4)
  expect(first.map((row) => row.rule)).toEqual([
    'field_too_long',
    null,
    'record_too_long',
    'unterminated_quote',
  ])
  expect(rows.slice(4, -1).every((row) => row.rule === 'too_few_fields')).toBe(true)
  expect(rows).toHaveLength(4 + 5 * 1024 + 1)
  expect(rows.at(-1)?.fields).toEqual(['5', 'v'])
  const bytesLost = summaries.reduce((sum, summary) => sum + summary.bytesLost, 0)
  expect(bytesLost).toBe(2 + 5 * mebibyte + 3)
  expect(first[2]?.raw).toHaveLength(4 * mebibyte)
})

test('a file of quotes that never close is read in time that its size bounds', async () => {
  // Scanning to the record limit from every line would take some 10^12 steps.
  const hostile = ['"x\n', 'a,"\n', '"\\"\n'].flatMap((line) => [
    { line, escape: '"' },
    { line, escape: '\\' },
  ])
  for (const { line, escape: quoting } of hostile) {
    const text = `a,b\n"${line.repeat(Math.ceil(4_500_000 / line.length))}`
    const { rowCount, end } = await countRows(text, { escape: quoting })
    expect(rowCount).toBeGreaterThan(1)
    expect(end).toBe(text.length)
  }
})

/** Reads without looking at the rows: the summary of the one slice. */
function countRows(text: string, changes: Partial<CsvDialect>) {
  return withExtract({ 'a.csv': text }, async (folder) => {
    const source = csvSource({ dialect: changes })
    const { files } = await planExtract(source, ['a'], folder)
    const [file] = files
    if (file === undefined) throw new Error('the plan has the file')
    const range = { start: file.dataStart, end: file.bytes, startIsExact: true }
    const reader = openFieldReader(file, source.dialect, range)
    while ((await reader.next()) !== null);
    const summary = reader.summary()
    reader.close()
    return summary
  })
}
