// `contracts docs` as an operator meets it: what it writes and where, what it refuses to touch, and what
// it says of backends and of what they published.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { textOf } from '../../support/html-text.ts'
import { eventsOf, runHere } from '../../support/run-command.ts'
import { replaceIn, writeSmallProject } from '../../support/small-project.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'safelanding-docs-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const docs = (...words: string[]) => runHere(['contracts', 'docs', ...words], folder)
const read = (...path: string[]): string => readFileSync(join(folder, ...path), 'utf8')
const filesBelow = (...path: string[]): string[] =>
  readdirSync(join(folder, ...path), { recursive: true, encoding: 'utf8' }).sort()

test('without a project the catalogue is written, and written again the same', async () => {
  const first = await docs('--out', 'pages')
  expect([first.exit, first.stdout]).toEqual([0, ''])
  expect(first.stderr).toMatch(
    /^Wrote \d+ files to pages: \d+ contracts\.\nOpen pages\/index\.html/,
  )
  const files = filesBelow('pages')
  expect(files).toEqual(
    expect.arrayContaining([
      ...['index.html', 'compatibility.html', 'reference.css', 'reference.js', 'types.html'],
      ...['core/patients.html', 'markdown/README.md', 'markdown/core/patients.md'],
    ]),
  )
  const pages = files.filter((file) => /\.(html|md|css|js)$/.test(file))
  const texts = pages.map((file) => read('pages', file))
  expect(pages.length).toBeGreaterThan(20)
  expect((await docs('--out', 'pages')).exit).toBe(0)
  expect(filesBelow('pages')).toEqual(files)
  expect(pages.map((file) => read('pages', file))).toEqual(texts)
})

test('fewer contracts remove the pages of the others, and nothing else', async () => {
  await docs('core', 'emis', '--out', 'pages')
  writeFileSync(join(folder, 'pages', 'emis', 'note.txt'), 'of somebody else')
  const { exit, stdout } = await docs('core', '--out', 'pages', '--json')
  expect(exit).toBe(0)
  expect(eventsOf(stdout).at(-1)).toMatchObject({ event: 'finished', contracts: 5, removed: 12 })
  expect(filesBelow('pages', 'emis')).toEqual(['note.txt'])
  expect(existsSync(join(folder, 'pages', 'markdown', 'emis'))).toBe(false)
  expect(existsSync(join(folder, 'pages', 'core', 'patients.html'))).toBe(true)
})

test('a folder of other files is refused and stays as it is', async () => {
  mkdirSync(join(folder, 'thesis'))
  writeFileSync(join(folder, 'thesis', 'index.html'), 'mine')
  const { exit, stderr } = await docs('--out', 'thesis')
  expect(exit).toBe(2)
  expect(stderr).toContain('thesis has files that this command did not write')
  expect(filesBelow('thesis')).toEqual(['index.html'])
  expect(read('thesis', 'index.html')).toBe('mine')
})

test('a file that stands where a page would be, and a marker that is none, are refused', async () => {
  await docs('core', '--out', 'pages')
  mkdirSync(join(folder, 'pages', 'emis'))
  writeFileSync(join(folder, 'pages', 'emis', 'patients.html'), 'mine')
  const beside = await docs('--out', 'pages')
  expect([beside.exit, beside.stderr]).toEqual([
    2,
    expect.stringContaining('pages has emis/patients.html, which this command did not write'),
  ])
  expect(read('pages', 'emis', 'patients.html')).toBe('mine')
  expect(existsSync(join(folder, 'pages', 'emis', 'medications.html'))).toBe(false)
  for (const marker of [
    '{',
    '{"writtenBy":"safelanding contracts docs","files":["../precious"]}',
  ]) {
    writeFileSync(join(folder, 'precious'), 'mine')
    writeFileSync(join(folder, 'pages', '.safelanding-reference.json'), marker)
    expect((await docs('--out', 'pages')).exit).toBe(2)
    expect(read('precious')).toBe('mine')
  }
  const onFile = await docs('--out', 'precious')
  expect([onFile.exit, onFile.stderr]).toEqual([2, expect.stringContaining('precious is a file')])
})

test('wrong names are told with the nearest right one', async () => {
  const { exit, stderr } = await docs('coer', '--out', 'pages')
  expect([exit, stderr]).toEqual([2, expect.stringContaining('did you mean "core"?')])
  expect(existsSync(join(folder, 'pages'))).toBe(false)
  expect((await docs()).exit).toBe(2)
  expect((await docs('--out', 'pages', '--backend', 'nowhere.yaml')).exit).toBe(4)
  expect(
    (await runHere(['--project', 'no.yaml', 'contracts', 'docs', '--out', 'x'], folder)).exit,
  ).toBe(4)
})

test('a project here is shown with its own contracts, and with what it published', async () => {
  writeSmallProject(folder)
  await docs('--out', 'pages')
  const before = textOf(read('pages', 'compatibility.html'))
  expect(before).toContain('core/patients Implemented, 1 column absent')
  expect(before).toContain('ours/visits Implemented')
  expect(before).toContain('core/medications Not implemented')
  expect(textOf(read('pages', 'ours', 'visits.html'))).toContain('Nothing published')
  expect((await runHere(['load'], folder)).exit).toBe(0)
  await docs('--out', 'pages')
  const visits = textOf(read('pages', 'ours', 'visits.html'))
  expect(visits).toMatch(/Snapshot 1 of \d{4}-\d\d-\d\d: 7 or fewer rows, version 1\.0\.0/)
  expect(textOf(read('pages', 'core', 'patients.html'))).toContain('date_of_death Snapshot 1 of')
})

test('several backends stand side by side; two of one name, or of different contracts, are refused', async () => {
  for (const name of ['north', 'south']) {
    mkdirSync(join(folder, name))
    writeSmallProject(join(folder, name))
    replaceIn(join(folder, name), 'safelanding.yaml', 'backend: small', `backend: ${name}`)
  }
  const both = ['--backend', 'north/safelanding.yaml', '--backend', 'south/safelanding.yaml']
  expect((await docs('--out', 'pages', ...both)).exit).toBe(0)
  expect(textOf(read('pages', 'compatibility.html'))).toContain(
    'ours/visits Implemented Implemented',
  )
  const twice = await docs('--out', 'pages', '--backend', both[1] ?? '', '--backend', both[1] ?? '')
  expect([twice.exit, twice.stderr]).toEqual([
    2,
    expect.stringContaining('two project files are of the backend "north"'),
  ])
  replaceIn(folder, 'south/contracts/ours/visits.yaml', 'Visits to a clinic', 'Visits to a ward')
  const different = await docs('--out', 'pages', ...both)
  expect([different.exit, different.stderr]).toEqual([
    10,
    expect.stringContaining('two different contracts are called ours/visits'),
  ])
})
