// `contracts diff` on files, folders, the catalogue and git revisions: what it says and how it ends.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { eventsOf, runCommand, runHere } from '../../support/run-command.ts'

let folder: string

const contract = (version: string, categories: string, more = '') => `contract: own/visits
version: ${version}
title: Visits
description: One row for each visit.
rows: many_per_patient
columns:
  kind: {type: string, description: Kind., constraints: [{categorical: [${categories}]}]}
${more}`
const extending = (version: string) => `contract: own/stays
version: ${version}
title: Stays
description: One row for each stay.
extends: own/visits
columns:
  nights: {type: int, description: Nights.}
`

const write = (file: string, text: string) => {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), text)
}

const git = (...words: string[]) =>
  execFileSync(
    'git',
    ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false', ...words],
    { cwd: folder, stdio: 'pipe' },
  )

const hasGit = (() => {
  try {
    execFileSync('git', ['--version'], { stdio: 'pipe' })
    return true
  } catch {
    return false
  }
})()
const withGit = hasGit ? test : test.skip

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'contracts-diff-'))
  write('contracts/own/visits.yaml', contract('1.0.0', 'a, b'))
  write('contracts/own/stays.yaml', extending('1.0.0'))
  if (!hasGit) return
  git('init', '-q')
  git('add', '.')
  git('commit', '-qm', 'first')
  write('contracts/own/visits.yaml', contract('1.1.0', 'a, b, c'))
  git('commit', '-qam', 'second')
  write('contracts/own/visits.yaml', contract('2.0.0', 'a, b, c', '  note: {type: string}\n'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const diff = (...words: string[]) => runHere(['contracts', 'diff', ...words], folder)
const diffJson = async (...words: string[]) => {
  const { exit, stdout } = await runHere(['--json', 'contracts', 'diff', ...words], folder)
  return { exit, events: eventsOf(stdout) }
}

test('two files: the changes, both sides, the bump, and exit 11 for what is breaking', async () => {
  write('a.yaml', contract('1.0.0', 'a, b'))
  write('b.yaml', contract('2.0.0', 'a, b, c'))
  const { exit, stdout, stderr } = await diff('a.yaml', 'b.yaml')
  expect(stdout).toBe(`own/visits 1.0.0 → 2.0.0: breaking, demands a major bump, to 2.0.0
  breaking  columns.kind.constraints.categorical  one of a, b → one of a, b, c
    readers: There may now be values in other categories. A study that handles each category of before no longer handles all.
    providers: All that landed still lands, and more does.
`)
  expect(stderr).toBe('warning: 1 of 1 changes is breaking\n')
  expect(exit).toBe(11)
})

test('a compatible change is fine once the minor version is raised', async () => {
  write('a.yaml', contract('1.0.0', 'a, b'))
  write('b.yaml', contract('1.0.1', 'a, b', '  note: {type: string}\n'))
  const low = await diffJson('a.yaml', 'b.yaml')
  expect(low.exit).toBe(11)
  expect(low.events.at(-1)).toMatchObject({
    ...{ event: 'finished', exit: 11, class: 'compatible', bump: 'minor', changes: 1 },
    not_raised: ['own/visits'],
  })
  expect((await diff('a.yaml', 'b.yaml')).stderr).toBe(
    'warning: the version is not raised enough: own/visits\n',
  )
  write('b.yaml', contract('1.1.0', 'a, b', '  note: {type: string}\n'))
  const { exit, events } = await diffJson('a.yaml', 'b.yaml')
  expect(exit).toBe(0)
  expect(events[0]).toEqual({
    ...{ event: 'change', table: 'own/visits', path: 'columns.note', class: 'compatible' },
    readers: {
      class: 'compatible',
      why: 'Queries name their columns; a further one changes none of them.',
    },
    providers: {
      class: 'compatible',
      why: 'It may be left out: then it is null in every row, and is reported so.',
    },
    ...{ before: null, after: 'string' },
  })
  expect(events.at(-1)).toMatchObject({
    tables: { 'own/visits': { before: '1.0.0', after: '1.1.0', bump: 'minor', raised: true } },
  })
})

test('nothing changed: exit 0, and no bump', async () => {
  const { exit, events } = await diffJson('core', 'core')
  expect(exit).toBe(0)
  expect(events).toEqual([
    {
      event: 'finished',
      exit: 0,
      class: null,
      bump: 'none',
      changes: 0,
      not_raised: [],
      tables: {},
    },
  ])
})

test('a contract against a folder is compared with the one of its table', async () => {
  write('c.yaml', contract('1.0.0', 'a, b'))
  const { events } = await diffJson('c.yaml', './contracts/own')
  expect(events.map(({ table }) => table).filter(Boolean)).not.toContain('own/stays')
  const missing = await diff('core/patients', './contracts/own')
  expect(missing).toMatchObject({ exit: 2 })
  expect(missing.stderr).toContain('"./contracts/own" has no contract of core/patients')
})

withGit('a revision of a file against the working copy', async () => {
  const { exit, events } = await diffJson('HEAD:contracts/own/visits.yaml', 'contracts/own')
  expect(exit).toBe(0)
  expect(events.map(({ path }) => path)).toEqual(['columns.note', undefined])
})

withGit('two revisions of a folder: what is extended is that of the same revision', async () => {
  const { exit, events } = await diffJson('HEAD~1:contracts/own', 'HEAD:contracts/own')
  expect(exit).toBe(11)
  const changed = events.filter(({ event }) => event === 'change')
  expect(changed.map(({ table, path }) => [table, path])).toEqual([
    ['own/stays', 'columns.kind.constraints.categorical'],
    ['own/visits', 'columns.kind.constraints.categorical'],
  ])
  expect(events.at(-1)?.['not_raised']).toEqual(['own/stays', 'own/visits'])
})

withGit('a file of a revision finds what it extends beside it', async () => {
  const { events } = await diffJson(
    'HEAD~1:contracts/own/stays.yaml',
    'HEAD:contracts/own/stays.yaml',
  )
  expect(events.map(({ path }) => path)).toContain('columns.kind.constraints.categorical')
})

withGit('a path from the working folder, as git has it', async () => {
  const { exit, stderr } = await runHere(
    ['contracts', 'diff', 'HEAD:./own/visits.yaml', 'HEAD:../contracts/own/visits.yaml'],
    join(folder, 'contracts'),
  )
  expect([exit, stderr]).toEqual([0, '1 contracts compared: no change\n'])
})

withGit.each([
  ['nowhere:contracts/own', 'nowhere:contracts/own: no such revision'],
  ['HEAD:contracts/other', 'HEAD:contracts/other'],
  ['HEAD:', 'no files <table>.yaml'],
  ['--output=x:contracts/own', 'a revision does not begin with -'],
])('%s is refused by name', async (name, words) => {
  const { exit, stderr } = await diff('core', name).then((result) =>
    name.startsWith('--') ? runHere(['contracts', 'diff', '--', name, 'core'], folder) : result,
  )
  expect(exit).toBe(2)
  expect(stderr).toContain(words)
})

withGit('what another namespace of the same revision has is found beside the folder', async () => {
  write('contracts/more/stays.yaml', extending('1.0.0').replace('own/stays', 'more/stays'))
  git('add', 'contracts/more')
  git('commit', '-qm', 'third', '--', 'contracts/more')
  for (const where of [folder, join(folder, 'contracts', 'own')]) {
    const words = ['contracts', 'diff', 'HEAD:contracts/more', 'HEAD:contracts/more/stays.yaml']
    const { exit, stderr } = await runHere(words, where)
    expect([exit, stderr]).toEqual([0, '1 contracts compared: no change\n'])
  }
})

test('a folder that is no repository, and a machine without git', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'no-repository-'))
  try {
    const words = ['contracts', 'diff', 'HEAD:contracts/own', 'core']
    const missing = await runCommand(words, outside, { PATH: outside })
    expect(missing.exit).toBe(2)
    expect(missing.stderr).toContain('git is not there to be asked')
    if (!hasGit) return
    const here = await runHere(words, outside)
    expect(here.exit).toBe(2)
    expect(here.stderr).toContain('HEAD:contracts/own')
  } finally {
    rmSync(outside, { recursive: true, force: true })
  }
})

test.each([
  ['./nowhere.yaml', 'no file or folder "./nowhere.yaml"'],
  ['cor', 'did you mean "core"?'],
  ['core/patient', 'did you mean "core/patients"?'],
])('%s is no contract', async (name, words) => {
  const { exit, stderr } = await diff(name, 'core')
  expect(exit).toBe(2)
  expect(stderr).toContain(words)
})

test('an invalid contract is exit 10', async () => {
  write('bad.yaml', 'contract: own/visits\nversion: 1\n')
  expect((await diff('bad.yaml', 'core')).exit).toBe(10)
})
