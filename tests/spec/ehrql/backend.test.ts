// Which modules of ehrQL a backend implements, what is told of the others, and what the module does.
import { mkdirSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from '@jest/globals'
import { type DescribedBackend, describeModules, testWithPython } from '../../support/python.ts'
import { eventsOf, runHere } from '../../support/run-command.ts'
import { replaceIn, writeSmallProject } from '../../support/small-project.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'safelanding-'))
  writeSmallProject(folder)
})

const backend = (...words: string[]) =>
  runHere(['ehrql', 'backend', '--out', 'out', ...words], folder)
const written = (name: string) => readFileSync(join(folder, 'out', name), 'utf8')

function imported(): DescribedBackend | undefined {
  const found = describeModules<DescribedBackend>(join(folder, 'out'), ['small_backend'])
  return found['small_backend']?.['SmallBackend']
}

testWithPython(
  'a module of which tables lack is left out, by name, and the rest is there',
  async () => {
    const { exit, stderr } = await backend()
    expect(exit).toBe(0)
    const lack = 'clinical_events, medications, ons_deaths, practice_registrations have no extract'
    expect(stderr).toContain(
      `warning: ehrQL's module core is not implemented whole, and left out: ${lack}\n`,
    )
    const found = imported()
    expect(found?.implements).toEqual([])
    expect(found?.doc.replace(/\s+/g, ' ')).toContain(`- ehrql.tables.core: ${lack}`)
    expect(Object.keys(found?.tables ?? {})).toEqual(['patients', 'visits'])
    expect(found?.tables['visits']).toEqual({
      ...{ source: 'visits', schema: 'small', columns: { day: 'day', kind: 'kind' } },
    })
    // A column that the extract lacks lands as null, and is there.
    expect(found?.tables['patients']?.columns['date_of_death']).toBe('date_of_death')
  },
)

testWithPython('temporary tables go to the schema of the user, else where they went', async () => {
  await backend()
  expect(imported()?.scratch).toEqual(['ada', 'a@b', 'current', 'current'])
  expect(imported()?.patient_join_column).toBe('patient_id')
})

testWithPython('a namespace without an extract of its own is there in a wider table', async () => {
  replaceIn(folder, 'safelanding.yaml', '[core,', '[core, smoketest,')
  const { stdout } = await backend('--json')
  expect(eventsOf(stdout)).toEqual([
    { event: 'left_out', namespace: 'core', missing: expect.anything() },
    { event: 'module', path: 'out/small_backend.py', changed: true },
    {
      ...{ event: 'finished', exit: 0, modules: ['out/small_backend.py'], tables: 2 },
      ...{ backend: 'small_backend.SmallBackend', implemented: ['smoketest'] },
    },
  ])
  expect(imported()?.implements).toEqual(['ehrql.tables.smoketest'])
})

test('a table that promises less than a module of ehrQL does not stand for it', async () => {
  replaceIn(folder, 'safelanding.yaml', '[core,', '[core, emis,')
  const { stderr } = await backend()
  expect(stderr).toMatch(/module emis .*patients is core\/patients here, which does not promise/)
})

test('contracts of a folder are nobody else’s, though it bears a name of ehrQL’s', async () => {
  replaceIn(folder, 'safelanding.yaml', '[core, ./contracts/ours]', '[core, ./contracts/tpp]')
  replaceIn(folder, 'safelanding.yaml', 'ours/visits', 'tpp/visits')
  replaceIn(folder, 'contracts/ours/visits.yaml', 'ours/visits', 'tpp/visits')
  mkdirSync(join(folder, 'contracts', 'tpp'))
  const text = readFileSync(join(folder, 'contracts', 'ours', 'visits.yaml'))
  writeFileSync(join(folder, 'contracts', 'tpp', 'visits.yaml'), text)
  const { stdout } = await backend('--json')
  expect(eventsOf(stdout).at(-1)).toMatchObject({ exit: 0, implemented: [], tables: 2 })
  expect(stdout).not.toContain('"namespace":"tpp"')
})

testWithPython(
  'a table whose name a backend class has for something else is told and left out',
  async () => {
    replaceIn(folder, 'safelanding.yaml', 'ours/visits', 'ours/tables')
    const text = readFileSync(join(folder, 'contracts', 'ours', 'visits.yaml'), 'utf8')
    const renamed = text.replace('ours/visits', 'ours/tables').replace('kind:', 'class:')
    writeFileSync(join(folder, 'contracts', 'ours', 'tables.yaml'), renamed)
    replaceIn(folder, 'safelanding.yaml', 'kind: kind', 'class: kind')
    const { exit, stderr } = await backend()
    expect([exit, stderr]).toEqual([0, expect.stringContaining('the table tables is left out')])
    expect(Object.keys(imported()?.tables ?? {})).toEqual(['patients'])
    expect(written('small_backend.py')).toContain('- tables\n')
  },
)

test('identifiers that are text are told', async () => {
  replaceIn(folder, 'safelanding.yaml', 'patient_id: int', 'patient_id: string')
  const { stderr } = await backend()
  expect(stderr).toContain('warning: patient_id is text here; ehrQL expects whole numbers')
  expect(written('small_backend.py')).toContain('Patient identifiers are text here')
})

test('the same text is not written again; another text replaces it', async () => {
  await backend('-q')
  const before = statSync(join(folder, 'out', 'small_backend.py'))
  expect((await backend()).stderr).toContain('out/small_backend.py is as it should be')
  const after = statSync(join(folder, 'out', 'small_backend.py'))
  expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs])
  const first = written('small_backend.py')
  replaceIn(folder, 'safelanding.yaml', '[core,', '[core, smoketest,')
  expect((await backend()).stderr).toContain('wrote out/small_backend.py')
  expect(written('small_backend.py')).not.toBe(first)
})

test('a file of somebody else is replaced with --force only, a link and a folder never', async () => {
  mkdirSync(join(folder, 'out'))
  const path = join(folder, 'out', 'small_backend.py')
  writeFileSync(path, '# by hand\n')
  const refused = await backend()
  expect([refused.exit, readFileSync(path, 'utf8')]).toEqual([2, '# by hand\n'])
  expect(refused.stderr).toContain('out/small_backend.py was not written by Safe Landing')
  expect((await backend('--force', '-q')).exit).toBe(0)
  expect(readFileSync(path, 'utf8')).toMatch(/^# Written by Safe Landing/)
  mkdirSync(join(folder, 'other'))
  symlinkSync(path, join(folder, 'other', 'small_backend.py'))
  const linked = await runHere(['ehrql', 'backend', '--out', 'other', '--force'], folder)
  expect([linked.exit, linked.stderr]).toEqual([2, expect.stringContaining('is no plain file')])
})

test('one module of two that may not be written: neither is', async () => {
  mkdirSync(join(folder, 'out'))
  writeFileSync(join(folder, 'out', 'smoketest_tables.py'), '')
  const words = ['ehrql', 'tables', './contracts/ours', 'smoketest', '--out', 'out']
  expect((await runHere(words, folder)).exit).toBe(2)
  expect(() => written('ours_tables.py')).toThrow()
})

test('table classes are those of the project’s own contracts, or of the ones named', async () => {
  const { stdout } = await runHere(['ehrql', 'tables', '--out', 'out', '--json'], folder)
  expect(eventsOf(stdout).at(-1)).toEqual({
    ...{ event: 'finished', exit: 0, modules: ['out/ours_tables.py'], tables: 1 },
  })
  const near = await runHere(['ehrql', 'tables', 'coer', '--out', 'out'], folder)
  expect([near.exit, near.stderr]).toEqual([2, expect.stringContaining('did you mean "core"?')])
  expect((await runHere(['ehrql', 'tables', 'core'], folder)).exit).toBe(2)
})

const entry = (status: string): string => `- id: SM-001
  contract: core/patients@1
  column: sex
  rule: categorical
  kind: extra_category
  values: [other]
  ceiling: 1%
  reason: The extract has a fifth word.
  public_wording: Sex may be other in at most one row of a hundred.
  requested_by: A. Provider
  approved_by: B. Platform
  approved_on: 2026-01-01
  expires: 2999-01-01
  status: ${status}
`

test('what the register permits is stated in the module, while it is in force', async () => {
  replaceIn(folder, 'safelanding.yaml', 'tables:\n', 'deviations: deviations.yaml\ntables:\n')
  const wording = 'Sex may be other in at most one row of a hundred.'
  for (const [status, isStated] of [
    ['approved', true],
    ['withdrawn', false],
  ] as const) {
    writeFileSync(join(folder, 'deviations.yaml'), entry(status))
    expect((await backend()).exit).toBe(0)
    const text = written('small_backend.py').replace(/\s+/g, ' ')
    expect(text.includes(wording)).toBe(isStated)
    expect(text.includes('There are no deviations from the contracts')).toBe(!isStated)
  }
})
