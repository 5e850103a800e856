// `contracts export` and `contracts import` as an operator types them: where texts go, what is never
// overwritten, how wrong words and files end.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { limits } from '../../../config/limits.ts'
import { loadCatalogue } from '../../../contracts/catalogue.ts'
import { eventsOf, runHere } from '../../support/run-command.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'formats-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const exporting = (...words: string[]) => runHere(['contracts', 'export', ...words], folder)
const importing = (...words: string[]) => runHere(['contracts', 'import', ...words], folder)

test('one contract goes to stdout, notices to stderr', async () => {
  const { exit, stdout, stderr } = await exporting('--format', 'odcs', 'core/patients')
  expect(exit).toBe(0)
  expect(parse(stdout)).toMatchObject({ kind: 'DataContract', id: 'core/patients' })
  expect(stderr).toContain('core/patients date_of_birth: first_of_month is a rule in prose')
})

test('with --json everything is an event, each notice by column and constraint', async () => {
  const { exit, stdout } = await exporting('--json', '--format', 'odcs', 'core/patients')
  const events = eventsOf(stdout)
  expect(exit).toBe(0)
  expect(events.map(({ event }) => event)).toEqual(['notice', 'exported', 'finished'])
  expect(events[0]).toMatchObject({
    ...{ contract: 'core/patients', column: 'date_of_birth', what: 'first_of_month' },
  })
  expect(events[1]).toMatchObject({ format: 'odcs', contracts: ['core/patients'] })
  expect(events[2]).toMatchObject({ exit: 0, contracts: 1, notices: 1 })
})

test('a namespace goes to a folder, and comes back as the same contracts', async () => {
  for (const format of ['odcs', 'json-schema']) {
    const out = await exporting('--format', format, 'core', '--out', `out-${format}`)
    expect([out.exit, out.stderr]).toEqual([0, expect.stringContaining('Wrote 5 contracts')])
    const ending = format === 'odcs' ? 'odcs.yaml' : 'schema.json'
    const { contracts } = loadCatalogue(['core'], { folder, bytesMax: 1_000_000 })
    for (const { table } of contracts.values()) {
      const file = join(`out-${format}`, 'core', `${table}.${ending}`)
      const back = await importing(file, '--format', format, '--out', `back-${format}`)
      expect([table, back.exit]).toEqual([table, 0])
    }
    const back = loadCatalogue([`./back-${format}/core`], { folder, bytesMax: 1_000_000 })
    const plain = (all: typeof contracts) =>
      [...all].map(([id, one]) => [id, { ...one, digest: '' }])
    expect(plain(back.contracts)).toEqual(plain(contracts))
  }
})

test('one file holds all contracts, patients first in SQL', async () => {
  const { exit } = await exporting('--format', 'duckdb', 'core', '--out', 'core.sql')
  expect(exit).toBe(0)
  const text = readFileSync(join(folder, 'core.sql'), 'utf8')
  const tables = [...text.matchAll(/CREATE TABLE "core"\."(\w+)"/g)].map(([, name]) => name)
  expect(tables[0]).toBe('patients')
  expect(tables.length).toBe(5)
})

test('nothing that exists is overwritten without --force', async () => {
  writeFileSync(join(folder, 'mine.yaml'), 'mine')
  const words = ['--format', 'yaml', 'core/patients', '--out', 'mine.yaml']
  const refused = await exporting(...words)
  expect([refused.exit, refused.stderr]).toEqual([
    2,
    expect.stringContaining('mine.yaml exists already'),
  ])
  expect(readFileSync(join(folder, 'mine.yaml'), 'utf8')).toBe('mine')
  const forced = await exporting(...words, '--force')
  expect(forced.exit).toBe(0)
  expect(readFileSync(join(folder, 'mine.yaml'), 'utf8')).toContain('contract: core/patients')
})

test('where one file is in the way, none is written', async () => {
  await exporting('--format', 'yaml', 'core/patients', '--out', 'partly')
  const { exit } = await exporting('--format', 'yaml', 'core', '--out', 'partly')
  expect(exit).toBe(2)
  expect(existsSync(join(folder, 'partly', 'core', 'medications.yaml'))).toBe(false)
})

test('a contract of one’s own is named by its path', async () => {
  await exporting('--format', 'yaml', 'core/patients', '--out', 'named')
  const { exit, stdout } = await exporting('--format', 'trino', './named/core/patients')
  expect(exit).toBe(0)
  expect(stdout).toContain('CREATE TABLE "core"."patients"')
})

test('a folder of one’s own is named as a shell completes it, too', async () => {
  mkdirSync(join(folder, 'kept', 'own'), { recursive: true })
  const visit =
    'contract: own/visits\nversion: 1.0.0\ntitle: Visits\nrows: many_per_patient\n' +
    'columns:\n  day: {type: date, description: Day of the visit.}\n'
  writeFileSync(join(folder, 'kept', 'own', 'visits.yaml'), visit)
  for (const word of ['./kept/own', 'kept/own']) {
    const { exit, stdout } = await exporting('--format', 'odcs', word)
    expect([word, exit, parse(stdout).id]).toEqual([word, 0, 'own/visits'])
  }
  const { exit, stderr } = await exporting('--format', 'odcs', 'kept/other')
  expect([exit, stderr]).toEqual([2, expect.stringContaining('no contract "kept/other"')])
})

test.each([
  [['--format', 'odsc'], 2, 'did you mean "odcs"?'],
  [['--format', 'odcs', '--patient-id', 'uuid'], 2, 'expected int or string'],
  [['--format', 'odcs', 'core/patient'], 2, 'did you mean "core/patients"?'],
  [['--format', 'odcs', 'coer'], 2, 'did you mean "core"?'],
  [['--format', 'odcs', './nowhere'], 2, 'no readable folder'],
  [['core'], 2, '--format'],
])('export %j ends with %i', async (words, exit, message) => {
  const result = await exporting(...words)
  expect([result.exit, result.stderr]).toEqual([exit, expect.stringContaining(message)])
})

test('patient_id may be text', async () => {
  const { stdout } = await exporting(
    '--format',
    'duckdb',
    'core/patients',
    '--patient-id',
    'string',
  )
  expect(stdout).toContain('"patient_id" VARCHAR NOT NULL')
})

test.each([
  ['nothing.yaml', null, ['--format', 'odcs'], 4, 'nothing.yaml does not exist'],
  ['.', null, ['--format', 'odcs'], 5, 'is a directory'],
  ['a.yaml', 'kind: X\n', ['--format', 'odcs'], 10, 'a.yaml:1:7: no ODCS document'],
  ['b.json', '{"a": 1', ['--format', 'json-schema'], 10, 'b.json:1:8: not valid YAML'],
  ['c.json', '{}', ['--format', 'avro'], 2, 'expected odcs or json-schema'],
  ['d.json', '{}', ['--format', 'json-schema', '--namespace', 'A b'], 2, '--namespace'],
  ['e.json', ' '.repeat(limits.contractFileBytesMax + 1), ['--format', 'odcs'], 10, 'too large'],
])('import of %s ends as it should', async (file, text, words, exit, message) => {
  if (text !== null) writeFileSync(join(folder, file), text)
  const result = await importing(file, ...words)
  expect([result.exit, result.stderr]).toEqual([exit, expect.stringContaining(message)])
  expect(result.stdout).toBe('')
})

test('notices of an import name their place', async () => {
  const schema = { title: 'Visit', properties: { day: { type: 'string', format: 'uuid' } } }
  writeFileSync(join(folder, 'visit.json'), JSON.stringify(schema))
  const { exit, stdout, stderr } = await importing(
    ...['visit.json', '--format', 'json-schema', '--namespace', 'northshire'],
  )
  expect(exit).toBe(0)
  expect(stdout).toContain('contract: northshire/visit')
  expect(stderr).toContain('visit.json:1:32: northshire/visit day: format uuid is left out')
})
