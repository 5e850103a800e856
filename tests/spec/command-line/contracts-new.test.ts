// `contracts new`: a contract to start from, which loads, and in which the linter finds nothing but
// sentences to be written. Whatever the header of an extract says, no value of it gets in.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { contractText } from '../../../bin/new/contract-text.ts'
import { lintContract } from '../../../contracts/lint-contract.ts'
import { loadContract } from '../../../contracts/load-contract.ts'
import { generativeParameters } from '../../support/generative.ts'
import { eventsOf, runHere } from '../../support/run-command.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'contracts-new-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const create = (...words: string[]) => runHere(['contracts', 'new', ...words], folder)
const read = (file: string) => readFileSync(join(folder, file), 'utf8')
const load = (file: string, id: string) => loadContract(read(file), file, { bytesMax: 100_000, id })

const extract = `Patient ID,VisitDate,Order,DOB,Snomed Code,Score,Attended,Note,Nothing
11,02/03/2020,7,1980-01-01,138875005,1.5,true,canary-one,
12,13/03/2020,8,1980-02-01,,2,false,"canary, ""two""",
13,14/03/2020,9,1980-03-01,138875005,-3e2,true,,
`

test.each([
  ['visits.csv', (path: string) => writeFileSync(path, extract)],
  ['visits.csv.gz', (path: string) => writeFileSync(path, gzipSync(extract))],
  [
    'visits.tsv',
    (path: string) => writeFileSync(path, extract.replaceAll(', ', ' ').replaceAll(',', '\t')),
  ],
])('columns and types from %s, without any value of it', async (name, save) => {
  save(join(folder, name))
  const { exit, stderr } = await create('north/visits', '--from', name)
  expect([exit, stderr]).toEqual([
    0,
    `Wrote contracts/north/visits.yaml with 9 sentences to write (search for TBC).
Types are guessed from 3 rows of ${name}: look at each.
Then:
  safelanding contracts lint ./contracts/north
  add ./contracts/north to \`contracts:\` in the project file, and map the table
  propose it: commit the file where the owners of the platform review contracts
`,
  ])
  const { columns, checks } = load('contracts/north/visits.yaml', 'north/visits')
  expect(columns.map((column) => [column.name, column.type])).toEqual([
    ['visit_date', 'date'],
    ['visits_order', 'int'],
    ['date_of_birth', 'date'],
    ['snomed_code', 'snomedct'],
    ['score', 'float'],
    ['attended', 'bool'],
    ['note', 'string'],
    ['nothing', 'string'],
  ])
  expect(checks).toEqual([{ kind: 'patient_exists' }])
  const text = read('contracts/north/visits.yaml')
  for (const value of ['canary', '1980', '138875005', '/2020', '-3e2']) {
    expect(text).not.toContain(value)
  }
  const lint = await runHere(['--json', 'contracts', 'lint', './contracts/north'], folder)
  const findings = eventsOf(lint.stdout).filter(({ event }) => event === 'finding')
  expect(lint.exit).toBe(11)
  expect(findings.every(({ what }) => String(what).endsWith('is unfinished'))).toBe(true)
  expect(findings).toHaveLength(9)
})

test('without an extract there is an example of columns to replace', async () => {
  expect((await create('north/visits', '--out', 'mine')).exit).toBe(0)
  const contract = load('mine/north/visits.yaml', 'north/visits')
  expect(contract).toMatchObject({ version: '0.1.0', title: 'Visits', rows: 'many_per_patient' })
  expect(contract.columns.map(({ name }) => name)).toEqual(['start_date', 'kind'])
})

test('extending: what is inherited is told in a comment, and new columns are added', async () => {
  writeFileSync(join(folder, 'p.csv'), 'patient_id,sex,Height CM\n1,female,180\n')
  const words = ['north/patients', '--extends', 'core/patients', '--from', 'p.csv']
  expect((await create(...words)).exit).toBe(0)
  const text = read('contracts/north/patients.yaml')
  expect(text).toContain('extends: core/patients')
  expect(text).toContain('# sex: string; one of female, male, intersex, unknown; never null')
  expect(text.match(/^ {2}[a-z_]+:$/gm)).toEqual(['  height_cm:'])
  const lint = await runHere(['contracts', 'lint', './contracts/north'], folder)
  expect(lint.stderr).toMatch(/1 contracts, 2 findings\n$/)
})

test('an extract without a header, and one that only has one', async () => {
  writeFileSync(join(folder, 'a.csv'), '1,2020-01-01,canary\n2,2020-01-02,canary\n')
  await create('north/bare', '--from', 'a.csv')
  expect(read('contracts/north/bare.yaml')).not.toContain('canary')
  expect(load('contracts/north/bare.yaml', 'north/bare').columns.map(({ name }) => name)).toEqual([
    ...['field_1', 'field_2', 'field_3'],
  ])
  writeFileSync(join(folder, 'b.csv'), 'patient_id,day\n')
  expect((await create('north/empty', '--from', 'b.csv')).exit).toBe(0)
})

test.each([
  ['core/visits', 2, 'the namespace core comes with the package'],
  ['visits', 2, '"visits" is no name of a contract'],
  ['North/visits', 2, '"North/visits" is no name of a contract'],
  ['north/../visits', 2, 'is no name of a contract'],
])('%s is refused', async (id, exit, words) => {
  const result = await create(id)
  expect(result.exit).toBe(exit)
  expect(result.stderr).toContain(words)
  expect(existsSync(join(folder, 'contracts'))).toBe(false)
})

test('nothing is overwritten; files that are not there are told', async () => {
  await create('north/visits')
  const before = read('contracts/north/visits.yaml')
  const again = await create('north/visits', '--extends', 'core/patients')
  expect(again).toMatchObject({ exit: 2 })
  expect(again.stderr).toContain('contracts/north/visits.yaml exists already')
  expect(read('contracts/north/visits.yaml')).toBe(before)
  expect((await create('north/a', '--from', 'nowhere.csv')).exit).toBe(4)
  expect((await create('north/a', '--from', '.')).exit).toBe(5)
  expect((await create('north/a', '--extends', 'core/nothing')).exit).toBe(2)
})

test('whatever a header says, the contract loads and only sentences are missing', () => {
  const words = fc.constantFrom(
    'order',
    'Dob',
    'patient id',
    'PATIENT_ID',
    'file name',
    'int',
    '1st',
  )
  const header = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 70 }), words, fc.string())
  fc.assert(
    fc.property(fc.uniqueArray(header, { minLength: 1, maxLength: 12 }), (headers) => {
      const columns = headers.map((one) => ({ header: one, type: 'string' as const, notes: [] }))
      const sample = { columns, rowCount: 0 }
      const text = contractText({ namespace: 'own', table: 'visits', base: null, sample })
      const { problems, findings } = lintContract(text, 'v', { bytesMax: 100_000, id: null })
      expect(problems).toEqual([])
      expect(findings.filter(({ what }) => !what.endsWith('is unfinished'))).toEqual([])
    }),
    generativeParameters(200),
  )
})
