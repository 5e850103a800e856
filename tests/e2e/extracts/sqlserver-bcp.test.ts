// Files that SQL Server's bcp wrote: fields by number, separators and row terminators of several bytes.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import {
  bitColumn,
  categorical,
  closedRange,
  dateColumn,
  floatColumn,
  generalRange,
  intColumn,
  notNull,
  regex,
  textColumn,
  wholeColumn,
} from '../../support/column-facts.ts'
import { openQuestions, rawFile, type TableFacts } from '../../support/expected-rows.ts'
import {
  copyProject,
  describeExtract,
  extractsFolder,
  loadProject,
} from '../../support/extract-load.ts'
import { expectExtract } from './expect-extract.ts'

const folder = join(`${extractsFolder}`, 'sqlserver-bcp')
const pathOf = (name: string) => join(folder, `${name}.csv`)
const plusBar = { delimiter: '+|', lineEnd: '&|\n', header: false }

const id = intColumn('patient_id', 'f1', notNull)
const modifiedOn = (field: string) => ({
  column: dateColumn('modified_on', field, notNull),
  cut: { column: 'modified_on', kind: 'time_cut', where: `raw.${field} LIKE '% %'` },
})

const noPoint = `E6100000010C${'0'.repeat(32)}`

const addresses = (): TableFacts => ({
  table: 'adventureworks/address',
  raw: rawFile(pathOf('Address'), { delimiter: '\t', header: false }),
  onePerPatient: true,
  unique: ['row_id'],
  columns: [
    id,
    textColumn('address_line_1', 'f2', notNull),
    textColumn('address_line_2', 'f3'),
    textColumn('city', 'f4', notNull),
    intColumn('province', 'f5', notNull, closedRange('v BETWEEN 1 AND 181')),
    textColumn('postal_code', 'f6', notNull, regex('[0-9]{5}')),
    textColumn('location', `nullif(f7, '${noPoint}')`, regex('E6100000010C[0-9A-F]{32}')),
    textColumn('row_id', 'f8', notNull),
    modifiedOn('f9').column,
  ],
  coercions: [modifiedOn('f9').cut],
})

const emails = (): TableFacts => ({
  table: 'adventureworks/email_address',
  raw: rawFile(pathOf('EmailAddress'), plusBar),
  onePerPatient: true,
  unique: ['email_id', 'address', 'row_id'],
  columns: [
    id,
    intColumn('email_id', 'f2', notNull),
    textColumn('address', 'f3', notNull, regex("[a-z0-9'-]+@adventure-works[.]com")),
    textColumn('row_id', 'f4', notNull),
    modifiedOn('f5').column,
  ],
  coercions: [modifiedOn('f5').cut],
})

const phones = (): TableFacts => ({
  table: 'adventureworks/person_phone',
  raw: rawFile(pathOf('PersonPhone'), plusBar),
  columns: [
    id,
    textColumn('number', 'f2', notNull, regex('[0-9]{3}-[0-9]{3}-[0-9]{4}')),
    textColumn(
      'kind',
      "CASE f3 WHEN '1' THEN 'mobile' WHEN '2' THEN 'home' WHEN '3' THEN 'work' END",
      notNull,
      categorical('mobile', 'home', 'work'),
    ),
    modifiedOn('f4').column,
  ],
  coercions: [modifiedOn('f4').cut],
})

const buyers = (): TableFacts => ({
  table: 'adventureworks/prospective_buyer',
  raw: rawFile(pathOf('ProspectiveBuyer'), { delimiter: '|', header: false }),
  onePerPatient: true,
  unique: ['prospect_key'],
  columns: [
    id,
    intColumn('prospect_key', 'f2', notNull),
    textColumn('middle_initial', 'f4', regex('[A-Z]')),
    dateColumn('date_of_birth', 'f6', notNull, generalRange("v >= DATE '1930-01-01'")),
    textColumn(
      'marital_status',
      "CASE f7 WHEN 'M' THEN 'married' WHEN 'S' THEN 'single' END",
      notNull,
      categorical('married', 'single'),
    ),
    wholeColumn('income', 'f10', closedRange('v BETWEEN 10000 AND 150000 AND v % 10000 = 0')),
    intColumn('children', 'f11', notNull, closedRange('v BETWEEN 0 AND 20')),
    bitColumn('owns_home', 'f15', notNull),
    floatColumn('cars', 'f16', notNull),
    textColumn('address_line_2', 'f18'),
    textColumn('state', 'f20', regex('[A-Z]{2}')),
    textColumn('postal_code', 'f21', regex('[0-9]{5}')),
  ],
  coercions: [
    { column: 'date_of_birth', kind: 'time_cut', where: "raw.f6 LIKE '% %'" },
    { column: 'income', kind: 'decimal_dropped', where: "raw.f10 LIKE '%.%'" },
  ],
})

describeExtract('SQL Server bcp files', () => {
  test('land with their separators, the same with one worker and with two', async () => {
    const facts = [addresses(), emails(), phones(), buyers()]
    const one = await expectExtract('sqlserver-bcp', `${extractsFolder}`, facts, 1)
    const two = await expectExtract('sqlserver-bcp', `${extractsFolder}`, facts, 2)
    expect(two).toEqual(one)
  })

  test('land a NUL byte as the empty text and an empty field as null', async () => {
    // The files at hand have no NUL: every second empty second line of an address becomes one.
    const extracts = mkdtempSync(join(tmpdir(), 'safelanding-bcp-'))
    const project = copyProject('sqlserver-bcp')
    const questions = await openQuestions()
    try {
      let empty = 0
      const text = readFileSync(pathOf('Address'), 'utf8')
      const withNuls = text.replaceAll(/^(\d+\t[^\t]*\t)(\t[^\t]*\t\d+\t\d{5}\t)/gm, (all, a, b) =>
        empty++ % 2 === 0 ? `${a}\0${b}` : all,
      )
      mkdirSync(join(extracts, 'sqlserver-bcp'))
      writeFileSync(join(extracts, 'sqlserver-bcp', 'Address.csv'), withNuls)
      await loadProject(project, extracts, ['--table', 'adventureworks/address', '--workers', '1'])
      const landed = join(project.lake, 'current', 'adventureworks', 'address', '*.parquet')
      const [counts] = await questions.rows(`SELECT count(*) FILTER (address_line_2 = '')::INT,
        count(*) FILTER (address_line_2 IS NULL)::INT FROM read_parquet('${landed}')`)
      expect(empty).toBeGreaterThan(1000)
      expect(counts).toEqual([Math.ceil(empty / 2), Math.floor(empty / 2)])
    } finally {
      questions.close()
      project.remove()
      rmSync(extracts, { recursive: true, force: true })
    }
  })
})
