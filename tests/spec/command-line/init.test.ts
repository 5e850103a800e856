// What `init` makes of an extract: a project file that `check` accepts, with every guess marked.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { loadProject } from '../../../config/load-project.ts'
import { runHere } from '../../support/run-command.ts'

const newFolder = () => mkdtempSync(join(tmpdir(), 'safelanding-'))

async function initFrom(content: string | Uint8Array, contract: string, name = 'extract.csv') {
  const folder = newFolder()
  writeFileSync(join(folder, name), content)
  const words = ['init', '--from', name, '--contract', contract]
  const { exit, stderr } = await runHere(words, folder)
  expect([exit, stderr.split('\n')[0]]).toEqual([0, expect.stringContaining('safelanding.yaml')])
  const text = readFileSync(join(folder, 'safelanding.yaml'), 'utf8')
  return { folder, text }
}

const patients =
  '\ufeffPatient ID;Gender;DOB;Name;DOD\r\n1;M;03/04/1950;x;\r\n2;F;13/04/1950;"a;\nb";01/13/2020\r\n'

test('names, delimiter, date formats and value maps are guessed and marked', async () => {
  const { folder, text } = await initFrom(patients, 'core/patients')
  const line = (start: string) => text.split('\n').find((one) => one.trim().startsWith(start)) ?? ''
  expect(line('delimiter:')).toMatch(/^ {6}delimiter: ";" +# REVIEW: seen in the sample$/)
  expect(line('patient_id: P')).toMatch(/Patient ID +# REVIEW: same but for case and separators$/)
  expect(line('patient_id: int')).toContain('# REVIEW')
  expect(line('date_of_birth:')).toMatch(
    /\{from: DOB, format: "%d\/%m\/%Y", round: first_of_month\} # REVIEW: known synonym$/,
  )
  expect(line('date_of_death:')).toContain('{from: DOD, format: "%m/%d/%Y"}')
  expect(line('sex:')).toMatch(/^ {6}sex: Gender +# REVIEW: known synonym$/)
  expect(line('# sex:')).toContain('values: {F: female, M: male}')
  expect(line('# Not used:')).toBe('      # Not used: Name.')
  const { project } = loadProject(join(folder, 'safelanding.yaml'))
  expect(project.tables[0]?.columns.map(({ column, origin }) => [column, origin])).toEqual([
    ['patient_id', { kind: 'field', from: 'Patient ID' }],
    ['date_of_birth', { kind: 'field', from: 'DOB' }],
    ['sex', { kind: 'field', from: 'Gender' }],
    ['date_of_death', { kind: 'field', from: 'DOD' }],
  ])
  expect((await runHere(['check'], folder)).exit).toBe(0)
})

test('an extract without header is mapped by number, compressed ones are read', async () => {
  const { text } = await initFrom(
    '1|2020-01-01|22298006|\n2|2020-01-02|22298006|1.5\n',
    'core/clinical_events',
  )
  expect(text).toContain('      header: false')
  expect(text).toContain('      delimiter: "|"')
  expect(text).toMatch(/# patient_id: +# REVIEW: no field looks like it; it is never null: name/)
  const compressed = await initFrom(gzipSync(patients), 'core/patients', 'extract.csv.gz')
  expect(compressed.text).toContain('from: DOB')
})

test('a value of a row is never written, only known codes are', async () => {
  const canary = 'canary-2b7e15'
  const { text } = await initFrom(
    `patient_id,sex,date_of_birth,note\n${canary}1,${canary}2,${canary}3,${canary}4\n`,
    'core/patients',
  )
  expect(text).not.toContain(canary)
  expect(text).toContain('# Texts of other kinds in the sample: 1;')
  expect(text).toContain('no date format fits the sample')
  expect(text).toMatch(/^patient_id: string/m)
})

test('numbered columns go to fields of the same number only', async () => {
  const { text } = await initFrom(
    'patient_id,DOD,CauseOfDeath1,cause_of_death_03,cause_of_death_20\n1,2020-01-01,A01,B02,C03\n',
    'core/ons_deaths',
  )
  expect(text).toMatch(/^ {6}date: DOD /m)
  expect(text).toMatch(/^ {6}cause_of_death_01: CauseOfDeath1 /m)
  expect(text).toMatch(/^ {6}# cause_of_death_02: /m)
  expect(text).toMatch(/^ {6}cause_of_death_03: cause_of_death_03 /m)
  expect(text).toContain('# Not used: cause_of_death_20.')
})

test('without an extract a whole example is written, valid but for its missing extract', async () => {
  const folder = newFolder()
  expect((await runHere(['init', 'a/b'], folder)).exit).toBe(0)
  const { exit, stderr } = await runHere(['check', '--project', 'a/b/safelanding.yaml'], folder)
  expect([exit, stderr.includes('extract_missing')]).toEqual([4, true])
})

test('nothing is overwritten, and bad arguments end with their own codes', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'safelanding.yaml'), 'mine')
  writeFileSync(join(folder, 'empty.csv'), '')
  const ends = async (...words: string[]) => (await runHere(['init', ...words], folder)).exit
  expect(await ends()).toBe(2)
  expect(readFileSync(join(folder, 'safelanding.yaml'), 'utf8')).toBe('mine')
  expect(await ends('x', '--from', 'empty.csv')).toBe(2)
  expect(await ends('x', '--from', 'empty.csv', '--contract', 'core/patiens')).toBe(2)
  expect(await ends('x', '--from', 'empty.csv', '--contract', 'core/patients')).toBe(11)
  expect(await ends('x', '--from', 'none.csv', '--contract', 'core/patients')).toBe(4)
  expect(await ends('x', '--from', '.', '--contract', 'core/patients')).toBe(5)
})
