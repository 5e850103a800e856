// Files as SQL Server's bcp writes them, from Microsoft's samples: no header, no quotes, separators
// of several bytes. What they hold is counted by splitting their text.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { planExtract } from '../../../sources/csv/plan.ts'
import { openFieldReader } from '../../../sources/csv/read.ts'
import { csvSource } from '../../support/csv-extract.ts'
import { readAll } from '../../support/csv-slices.ts'
import { sharedFolder } from '../../support/paths.ts'

const bcpFiles = [
  { name: 'Address.csv', delimiter: '\t', newline: '\n' },
  { name: 'EmailAddress.csv', delimiter: '+|', newline: '&|\n' },
  { name: 'PersonPhone.csv', delimiter: '+|', newline: '&|\n' },
  { name: 'ProspectiveBuyer.csv', delimiter: '|', newline: '\n' },
]

for (const { name, delimiter, newline } of bcpFiles) {
  const run = sharedFolder === null ? test.skip : test
  run(`sqlserver-bcp/${name}: every field of every record`, async () => {
    const folder = join(sharedFolder ?? '', 'data/extracts/sqlserver-bcp')
    const bcp = { header: false, quote: null, escape: null, delimiter, newline }
    const source = csvSource({ dialect: bcp, patterns: [name] })
    const text = readFileSync(join(folder, name), 'latin1')
    const expected = text
      .slice(0, -newline.length)
      .split(newline)
      .map((record) => record.split(delimiter))
    const numbers = (expected[0] ?? []).map((_, index) => String(index + 1))
    const { files } = await planExtract(source, numbers, folder)
    const [file] = files
    if (file === undefined) throw new Error('the plan has the file')
    const range = { start: file.dataStart, end: file.bytes, startIsExact: true }
    const { rows, summary } = await readAll(openFieldReader(file, source.dialect, range))
    expect(rows.map((row) => row.fields)).toEqual(expected)
    expect(summary).toMatchObject({ finalNewline: true, bytesLost: 0, blankLines: 0 })
  })
}
