// `contracts dummy`: the same words give the same bytes, other seeds other people; nothing that it
// did not write is replaced; wrong words are refused.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { madeContracts, writeDummy } from '../../support/dummy-extracts.ts'
import { type Scratch, scratchFolder } from '../../support/proofs.ts'
import { runHere } from '../../support/run-command.ts'

let scratch: Scratch
let folder: string
beforeEach(() => {
  scratch = scratchFolder('dummy-command')
  folder = join(scratch.path, 'made')
})
afterEach(() => scratch.remove())

/** SHA-256 over the extracts and the rows of the answer key. */
function digestOf(path: string): string {
  const hash = createHash('sha256')
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()
  for (const name of names.filter((one) => /\.(csv|ndjson)$/.test(one))) {
    hash.update(`${name}\n`).update(readFileSync(join(path, name)))
  }
  return hash.digest('hex')
}

/** Of the extracts below; another contract or another way of making rows gives another. */
const pinnedDigest = '4fcc52d474db5c45333b973c42a254712a5fe74948ce53a25a449af0c6fbbdf2'

const wish = { tables: madeContracts, seed: 7, patients: 100, defects: '10%' }

test('the same words give the same bytes on every machine', async () => {
  await writeDummy(folder, wish)
  expect(digestOf(folder)).toBe(pinnedDigest)
  const again = join(scratch.path, 'again')
  await writeDummy(again, wish)
  expect(digestOf(again)).toBe(digestOf(folder))
})

test('another seed makes other people, a table by itself is the same as among others', async () => {
  await writeDummy(folder, { tables: 'core', seed: 1, patients: 50 })
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const [patients, events] = [read('core/patients.csv'), read('core/clinical_events.csv')]
  await writeDummy(folder, { tables: 'core/clinical_events', seed: 1, patients: 50 })
  expect(read('core/clinical_events.csv')).toBe(events)
  // What was written before and is not written now is gone.
  expect(existsSync(join(folder, 'core/patients.csv'))).toBe(false)
  await writeDummy(folder, { tables: 'core', seed: 2, patients: 50 })
  expect(read('core/patients.csv')).not.toBe(patients)
})

const dummy = (...words: string[]) =>
  runHere(['contracts', 'dummy', '--patients', '5', '--out', 'made', ...words], scratch.path)

test('a folder with something else in it is left alone, but for --force', async () => {
  mkdirSync(folder)
  writeFileSync(join(folder, 'thesis.txt'), 'years of work')
  const refused = await dummy('--tables', 'core')
  expect(refused.exit).toBe(2)
  expect(refused.stderr).toContain('made is not empty')
  expect(readdirSync(folder)).toEqual(['thesis.txt'])
  expect((await dummy('--tables', 'core', '--force')).exit).toBe(0)
  expect(readFileSync(join(folder, 'thesis.txt'), 'utf8')).toBe('years of work')
  // A marker that names files elsewhere removes nothing there.
  const marker = join(folder, '.safelanding-dummy.json')
  writeFileSync(join(scratch.path, 'outside'), 'x')
  writeFileSync(marker, JSON.stringify({ files: ['../outside', 'core', 5] }))
  await dummy('--tables', 'core')
  expect(readFileSync(join(scratch.path, 'outside'), 'utf8')).toBe('x')
  expect(statSync(join(folder, 'core')).isDirectory()).toBe(true)
})

test('lists and repeats name tables, and the project file loads them', async () => {
  const words = ['--tables', 'core/patients,core/medications', '--tables', madeContracts]
  const { exit, stderr } = await dummy(...words)
  expect([exit, stderr]).toEqual([0, expect.stringContaining('made/safelanding.yaml load')])
  expect(existsSync(join(folder, 'core', 'ons_deaths.csv'))).toBe(false)
  const checked = await runHere(['--project', 'made/safelanding.yaml', 'check'], scratch.path)
  expect([checked.exit, checked.stderr]).toEqual([0, expect.any(String)])
  const text = readFileSync(join(folder, 'core', 'patients.csv'), 'utf8')
  expect(text.split('\n')[0]).toBe('patient_id,date_of_birth,sex,date_of_death')
})

test.each([
  [['--tables', 'cor'], 'did you mean "core"'],
  [['--tables', 'core/patient'], 'did you mean "core/patients"'],
  [['--tables', './nowhere'], 'nowhere'],
  [['--tables', ','], 'names no table'],
  [[], '--tables'],
  [['--tables', 'core', '--patients', '0'], 'whole number from 1'],
  [['--tables', 'core', '--seed', '-1'], 'whole number from 0'],
  [['--tables', 'core', '--defects', '101%'], 'share of the rows'],
  [['--tables', 'core', '--defects', 'some'], 'share of the rows'],
])('%j is refused', async (words, message) => {
  const { exit, stderr } = await dummy(...words)
  expect([exit, stderr]).toEqual([2, expect.stringContaining(message)])
  expect(existsSync(folder)).toBe(false)
})

test('the answer key states what it was made from', async () => {
  await dummy('--tables', 'core/patients', '--defects', '50%', '--seed', '3')
  const key = JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8'))
  expect(key).toMatchObject({
    ...{ format: 1, made_by: 'safelanding contracts dummy' },
    version: JSON.parse(readFileSync(join(madeContracts, '../../../../package.json'), 'utf8'))
      .version,
    arguments: { tables: ['core/patients'], patients: 5, seed: 3, defects: 0.5 },
  })
})
