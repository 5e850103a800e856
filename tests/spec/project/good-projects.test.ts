// What a project file means once it is loaded: defaults, inheritance of table options, paths, text
// that YAML would have made a number, and references.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { type LoadedProject, loadProject } from '../../../config/load-project.ts'
import type { ColumnMapping } from '../../../contracts/extract.ts'

const folder = mkdtempSync(join(tmpdir(), 'safelanding-'))

function load(text: string, environment: Record<string, string> = {}): LoadedProject {
  writeFileSync(join(folder, 'project.yaml'), text)
  return loadProject(join(folder, 'project.yaml'), environment)
}

const smallest = `backend: b
lake: lake
contracts: [core]
patient_id: int
tables:
  core/patients:
    source: {csv: patients.csv}
    columns: {patient_id: id, date_of_birth: dob, sex: sex}
`

test('the smallest project file gets the documented defaults', () => {
  const { project } = load(smallest)
  const [table] = project.tables
  expect([project.compression, project.dictionary, project.lake]).toEqual([
    'snappy',
    'auto',
    join(folder, 'lake'),
  ])
  expect(table?.source).toEqual({
    kind: 'csv',
    patterns: [join(folder, 'patients.csv')],
    dialect: {
      delimiter: ',',
      quote: '"',
      escape: '"',
      newline: 'auto',
      header: true,
      fields: null,
      comment: null,
      skipLines: 0,
      finalNewline: 'report',
    },
    control: null,
  })
  expect([table?.rejectCeiling, table?.duplicates]).toEqual([{ kind: 'count', count: 0 }, 'refuse'])
  const [patient, birth, , death] = table?.columns ?? []
  expect(patient?.origin).toEqual({ kind: 'field', from: 'id' })
  expect(birth?.formats).toEqual(['%Y-%m-%d'])
  expect(birth?.nulls).toEqual([''])
  expect(birth?.booleans).toEqual({
    true: ['true', 'True', 'TRUE', 't', 'T', '1'],
    false: ['false', 'False', 'FALSE', 'f', 'F', '0'],
  })
  // A nullable column that is not mentioned lands as null.
  expect([death?.column, death?.origin]).toEqual(['date_of_death', { kind: 'absent' }])
})

test('a column that is never null may be declared absent, and only declared', () => {
  const declared = smallest.replace('date_of_birth: dob', 'date_of_birth: {absent: true}')
  expect(columnsOf(load(declared))['date_of_birth']?.origin).toEqual({ kind: 'absent' })
  const unsaid = smallest.replace('date_of_birth: dob, ', '')
  expect(() => load(unsaid)).toThrow('column date_of_birth of core/patients is not mapped')
})

function columnsOf({ project }: LoadedProject): Record<string, ColumnMapping> {
  const columns = project.tables[0]?.columns ?? []
  return Object.fromEntries(columns.map((column) => [column.column, column]))
}

test('column options replace table options, which replace the defaults', () => {
  const columns = columnsOf(
    load(
      smallest.replace(
        'columns: {patient_id: id, date_of_birth: dob, sex: sex}',
        `nulls: [NULL, NA]
    trim: true
    invalid_utf8: replace
    columns:
      patient_id: {from: id, nulls: []}
      date_of_birth: {from: dob, trim: false}
      sex: sex`,
      ),
    ),
  )
  const options = ({ nulls, trim, invalidUtf8 }: ColumnMapping) => [nulls, trim, invalidUtf8]
  expect(options(columns['patient_id'] as ColumnMapping)).toEqual([[], true, 'replace'])
  expect(options(columns['date_of_birth'] as ColumnMapping)).toEqual([
    ['NULL', 'NA'],
    false,
    'replace',
  ])
  expect(options(columns['date_of_death'] as ColumnMapping)).toEqual([
    ['NULL', 'NA'],
    true,
    'replace',
  ])
})

test('what YAML would make a number stays the text that was written', () => {
  const text = smallest
    .replace('{csv: patients.csv}', '{csv: p.csv, header: false, fields: 3, quote: none}')
    .replace('patient_id: id', 'patient_id: 1')
    .replace('dob', '{from: 2, nulls: [0, 00, 9007199254740993, 1.50, TRUE, true]}')
    .replace(
      'sex: sex',
      'sex: 3, date_of_death: {from: 3, values: {01: x, 2: 7, true: 1e3}, otherwise: 0}',
    )
  const columns = columnsOf(load(text))
  expect(columns['patient_id']?.origin).toEqual({ kind: 'field', from: '1' })
  expect(columns['date_of_birth']?.nulls).toEqual([
    '0',
    '00',
    '9007199254740993',
    '1.50',
    'TRUE',
    'true',
  ])
  expect(columns['date_of_death']?.values).toEqual({ '01': 'x', '2': '7', true: '1e3' })
  expect(columns['date_of_death']?.otherwise).toBe('0')
})

test('references are resolved wherever text stands, and remembered as secrets', () => {
  writeFileSync(join(folder, 'digest'), `${'AB'.repeat(32)}\n`)
  const { project, secrets } = load(
    smallest
      .replace('lake: lake', 'lake: "${env:ROOT}/lake"')
      .replace(
        'patients.csv',
        '"$$$${literal}.csv", control: {rows: "${env:ROWS}", sha256: "${file:digest}"}',
      ),
    { ROOT: '/data', ROWS: '12' },
  )
  expect(project.lake).toBe('/data/lake')
  expect(project.tables[0]?.source.patterns).toEqual([join(folder, '${literal}.csv')])
  expect(project.tables[0]?.source.control).toEqual({ rows: 12, sha256: 'ab'.repeat(32) })
  expect([...secrets].sort()).toEqual(['/data', '12', 'AB'.repeat(32)])
})

test('dialect words of other systems: several bytes, own terminators, escapes, comments', () => {
  const { project } = load(
    smallest.replace(
      'csv: patients.csv',
      `csv: [a.csv, "b/*.csv.gz"], delimiter: "~|~", newline: "|~|\\n", escape: "\\\\", comment: "#", skip_lines: 2, final_newline: required, control: {sha256: {a.csv: ${'A'.repeat(64)}}}`,
    ),
  )
  const source = project.tables[0]?.source
  expect(source?.patterns).toEqual([join(folder, 'a.csv'), join(folder, 'b/*.csv.gz')])
  expect(source?.dialect).toMatchObject({
    delimiter: '~|~',
    newline: '|~|\n',
    escape: '\\',
    comment: '#',
    skipLines: 2,
    finalNewline: 'required',
  })
  expect(source?.control).toEqual({ rows: null, sha256: { 'a.csv': 'a'.repeat(64) } })
})

test('a reject ceiling is a count or a share', () => {
  const ceiling = (text: string) =>
    load(`${smallest}    reject_ceiling: ${text}\n`).project.tables[0]?.rejectCeiling
  expect(ceiling('12')).toEqual({ kind: 'count', count: 12 })
  expect(ceiling('0.1%')).toEqual({ kind: 'share', share: 0.001 })
  expect(ceiling('100%')).toEqual({ kind: 'share', share: 1 })
})
