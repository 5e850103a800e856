// What a look at the heads of the files finds: which files, which fields, and every refusal.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { planExtract } from '../../../sources/csv/plan.ts'
import { csvSource, planFiles, refusal, withExtract } from '../../support/csv-extract.ts'

test('files are those that the patterns name, sorted, none twice', async () => {
  const files = {
    'in/b_2.csv': 'a\n1',
    'in/b_10.csv': 'a\n2',
    'in/deep/er/c.csv': 'a\n3',
    'in/.hidden.csv': 'a\n4',
    'in/x.txt': 'a\n5',
    'odd[1].csv': 'a\n6',
  }
  const names = async (...patterns: string[]) =>
    (await planFiles(files, ['a'], { patterns })).files.map((file) => file.name)
  expect(await names('in/b_*.csv')).toEqual(['in/b_10.csv', 'in/b_2.csv'])
  expect(await names('in/b_?.csv', 'in/*.csv')).toEqual(['in/b_2.csv', 'in/b_10.csv'])
  expect(await names('**/*.csv')).toEqual([
    'in/b_10.csv',
    'in/b_2.csv',
    'in/deep/er/c.csv',
    'odd[1].csv',
  ])
  expect(await names('i[m-o]/[!b]*')).toEqual(['in/x.txt'])
  expect(await names('odd[1].csv')).toEqual(['odd[1].csv'])
})

test('no file, a directory, a file that may not be read', async () => {
  const missing = await refusal(planFiles({}, ['a'], { patterns: ['in/*.csv'] }), 'extract_missing')
  expect(missing.exit).toBe(4)
  expect(missing.message).toContain('in/*.csv')
  await refusal(planFiles({}, ['a'], { patterns: ['a.csv'] }), 'extract_missing')
  await withExtract({ 'a.csv': 'a\n1\n' }, async (folder) => {
    mkdirSync(join(folder, 'b.csv'))
    const plan = (name: string) => planExtract(csvSource({ patterns: [name] }), ['a'], folder)
    expect((await refusal(plan('b.csv'), 'source_is_directory')).exit).toBe(5)
    if (process.getuid?.() === 0) return
    chmodSync(join(folder, 'a.csv'), 0)
    expect((await refusal(plan('a.csv'), 'source_unreadable')).exit).toBe(5)
  })
})

test('what a glob names and cannot be read is refused, never left out', async () => {
  await withExtract({ 'in/a_1.csv': 'a\n1\n' }, async (folder) => {
    const plan = (pattern = 'in/a_*.csv') =>
      planExtract(csvSource({ patterns: [pattern] }), ['a'], folder)
    symlinkSync('gone.csv', join(folder, 'in/a_2.csv'))
    expect((await refusal(plan(), 'extract_missing')).message).toBe('in/a_2.csv: no such file')
    expect((await refusal(plan('i*/a_2.csv'), 'extract_missing')).exit).toBe(4)
    symlinkSync('round.csv', join(folder, 'in/round.csv'))
    for (const pattern of ['in/r*.csv', 'in/round.csv', 'i*/round.csv']) {
      expect((await refusal(plan(pattern), 'source_unreadable')).message).toBe(
        'in/round.csv: the link leads back to itself',
      )
    }
    // A folder without the file that the pattern names is no fault.
    mkdirSync(join(folder, 'other'))
    writeFileSync(join(folder, 'in/b.csv'), 'a\n1\n')
    expect((await plan('*/b.csv')).files.map((file) => file.name)).toEqual(['in/b.csv'])
  })
})

test('a file name that is not UTF-8 is refused where a glob names it', async () => {
  if (process.platform !== 'linux') return
  await withExtract({ 'a_1.csv': 'a\n1\n' }, async (folder) => {
    writeFileSync(Buffer.from(`${folder}/a_\xff.csv`, 'latin1'), 'a\n2\n')
    const plan = planExtract(csvSource({ patterns: ['a_*.csv'] }), ['a'], folder)
    const error = await refusal(plan, 'source_unreadable')
    expect(error.message).toBe('a_\ufffd.csv: the name is not UTF-8')
    expect(error.remedy).toContain('Rename')
  })
})

test('an empty file is refused; a header alone only where rows were promised', async () => {
  const empty = ['', '\ufeff', '\n\n']
  for (const text of empty) {
    const error = await refusal(planFiles({ 'a.csv': text }, ['a']), 'extract_empty')
    expect(error.exit).toBe(11)
  }
  expect((await planFiles({ 'a.csv': 'a,b\n' }, ['a'])).files).toHaveLength(1)
  const control = { rows: 3, sha256: null }
  await refusal(planFiles({ 'a.csv': 'a,b' }, ['a'], { control }), 'extract_empty')
  const dialect = { header: false }
  await refusal(planFiles({ 'a.csv': '\n' }, ['1', '2'], { dialect }), 'extract_empty')
})

test('a missing column is named with the nearest name and those that are there', async () => {
  const text = 'Patient ID,sex,postcode\n1,M,LEAKCANARY\n'
  const error = await refusal(planFiles({ 'a.csv': text }, ['PatientID', 'sex']), 'header_wrong')
  expect(error.message).toBe(
    'a.csv: the header lacks "PatientID". "Patient ID" instead of "PatientID"? ' +
      'It has: "Patient ID", "sex", "postcode"',
  )
})

test('a first record that may be a row of data is not shown', async () => {
  const text = '943 476 5919,LEAKCANARY,1980-01-01\n943 476 5920,B,1980-01-01\n'
  const error = await refusal(planFiles({ 'a.csv': text }, ['nhs_number']), 'header_wrong')
  expect(error.message).not.toMatch(/LEAKCANARY|943|1980/)
  const names = 'SMITHCANARY,A7F,Male\nJONES,B7F,Female\n'
  const other = await refusal(planFiles({ 'a.csv': names }, ['surname', 'sex']), 'header_wrong')
  expect(other.message).toBe(
    'a.csv: the header lacks "surname", "sex". ' +
      'Its first record has none of the names, so it may be a row and is not shown',
  )
})

test('a compressed file or a workbook in place of text is named as such', async () => {
  const packed = planFiles({ 'a.csv': gzipSync('id\n1\n') }, ['id'])
  expect(await refusal(packed, 'encoding_wrong')).toMatchObject({
    message: 'a.csv: is compressed with gzip; expected a name that ends in .gz',
    remedy: 'Give the file its ending .gz, or unpack it; nothing was published.',
  })
  const workbook = planFiles({ 'a.csv': Buffer.from('PK\x03\x04 LEAKCANARY,b\n1,2\n') }, ['id'])
  expect((await refusal(workbook, 'encoding_wrong')).message).toBe(
    'a.csv: is a zip archive or a workbook; expected text',
  )
})

test('a doubled name is refused only where it is needed', async () => {
  const files = { 'a.csv': 'a,b,a\n1,2,3\n' }
  expect((await planFiles(files, ['b'])).files[0]?.selected).toEqual([1])
  await refusal(planFiles(files, ['a', 'b']), 'header_wrong')
})

test('without a header fields go by number', async () => {
  const shape = async (needed: string[], dialect = {}) => {
    const options = { dialect: { header: false, ...dialect } }
    const { files } = await planFiles({ 'a.csv': '\n1,2,3\n' }, needed, options)
    return [files[0]?.fieldCount, files[0]?.selected, files[0]?.dataStart]
  }
  expect(await shape(['3', '1'])).toEqual([3, [2, 0], 0])
  expect(await shape(['5'])).toEqual([5, [4], 0])
  expect(await shape(['1'], { fields: 4 })).toEqual([4, [0], 0])
  for (const [needed, fields] of [
    ['0', null],
    ['a', null],
    ['9', 4],
  ] as const) {
    await refusal(shape([needed], { fields }), 'header_wrong')
  }
})

test('another encoding than UTF-8 is refused', async () => {
  const text = 'id,sex\n1,M\n2,F\n'
  const utf16 = Buffer.from(text, 'utf16le')
  const swapped = Buffer.from(utf16).swap16()
  const wide = Buffer.from([...Buffer.from(text)].flatMap((byte) => [byte, 0, 0, 0]))
  const marked = Buffer.concat([Buffer.from([0xff, 0xfe]), utf16])
  const marked32 = Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), wide])
  for (const bytes of [utf16, swapped, marked, marked32]) {
    const error = await refusal(planFiles({ 'a.csv': bytes }, ['id']), 'encoding_wrong')
    expect(error.exit).toBe(11)
  }
})

test('files of equal content are reported', async () => {
  const files = { 'a.csv': 'a\n1\n', 'b.csv': 'a\n2\n', 'c.csv': 'a\n1\n', 'd.csv': 'a\n111\n' }
  expect((await planFiles(files, ['a'])).duplicates).toEqual([['a.csv', 'c.csv']])
})

test('a header longer than the first look is read whole', async () => {
  const names = Array.from({ length: 3000 }, (_, index) => `"a long name of column ""${index}"""`)
  const row = names.map((_, index) => index).join(',')
  const text = `${'# c\n'.repeat(30_000)}${names.join(',')}\n${row}\n`
  const options = { dialect: { comment: '#' } }
  const { files } = await planFiles({ 'a.csv': text }, ['a long name of column "2999"'], options)
  expect(files[0]).toMatchObject({ selected: [2999], fieldCount: 3000, commentLines: 30_000 })
})

test('a header that cannot be read is refused', async () => {
  await refusal(planFiles({ 'a.csv': 'a,"b\n1,2\n' }, ['a']), 'header_wrong')
  await refusal(planFiles({ 'a.csv': `${'a,'.repeat(5000)}b\n` }, ['b']), 'header_wrong')
})

test('without a header every file has the same number of fields', async () => {
  const files = { 'a.csv': '1,2\n', 'b.csv': '9,1,2\n' }
  const plan = (fields: number | null) =>
    planFiles(files, ['1', '2'], { patterns: ['*.csv'], dialect: { header: false, fields } })
  const { message } = await refusal(plan(null), 'header_wrong')
  expect(message).toBe(
    'b.csv: its first record has 3 fields, that of a.csv has 2; expected the same in every file',
  )
  expect((await plan(2)).files.map(({ fieldCount }) => fieldCount)).toEqual([2, 2])
})

test('a first record that no needed name is found in may be data, and is not shown', async () => {
  const message = async (text: string, ...needed: string[]) =>
    (await refusal(planFiles({ 'a.csv': text }, needed), 'header_wrong')).message
  const hidden = /^a.csv: the header lacks .*\. Its first record has none of the names/
  expect(await message('P123,Smith,Leeds\n', 'PatientID', 'Surname')).toMatch(hidden)
  expect(await message('M,Smith\n', 'p', 's')).toMatch(hidden)
  expect(await message('Ann;Smith\n', 'id', 'name')).toMatch(hidden)
  expect(await message('PatientID;Surname\n', 'PatientID', 'Surname')).toContain(
    'It has: "PatientID;Surname"',
  )
  expect(await message('PATIENT_ID,Town\n', 'PatientID', 'Surname')).toContain('"Town"')
})
