// What an operator mistypes is a wrong usage with a word on it, never a defect or an empty answer.
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { eventsOf, runCommand, runHere } from '../../support/run-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'safelanding-'))
writeFileSync(
  join(folder, 'safelanding.yaml'),
  `backend: b
lake: ./lake
contracts: [core]
patient_id: int
tables:
  core/patients:
    source: {csv: patients.csv}
    columns: {patient_id: id, date_of_birth: dob, sex: sex}
`,
)
writeFileSync(join(folder, 'patients.csv'), 'id,dob,sex\n1,2000-01-01,male\n')

test('load --table with a table that the project does not have is refused before there is a run', async () => {
  const { exit, stdout } = await runCommand(['load', '--table', 'core/patient', '--json'], folder)
  expect(exit).toBe(2)
  expect(eventsOf(stdout)[0]).toMatchObject({ event: 'error', code: 'SL2002' })
  expect(existsSync(join(folder, 'lake'))).toBe(false)
})

test('runs list --limit takes whole numbers above 0 only', async () => {
  for (const limit of ['abc', '0', '-1', '1.5']) {
    const { exit, stdout } = await runCommand(['runs', 'list', '--limit', limit, '--json'], folder)
    expect(exit).toBe(2)
    expect(eventsOf(stdout)[0]).toMatchObject({ event: 'error', code: 'SL2001' })
  }
})

test('a name that is nearly right is answered with the right one', async () => {
  const told = async (...words: string[]) => {
    const { exit, stdout } = await runHere([...words, '--json'], folder)
    expect(exit).toBe(2)
    return eventsOf(stdout)[0]
  }
  expect(await told('load', '--table', 'core/patient')).toMatchObject({
    message:
      'no table "core/patient" in the project file; expected core/patients; did you mean "core/patients"?',
    remedy: 'Name a table as the project file does.',
  })
  expect(await told('contracts', 'show', 'medications')).toMatchObject({
    message: expect.stringContaining('did you mean "core/medications"?'),
  })
  expect(await told('contracts', 'list', 'coer')).toMatchObject({
    message: expect.stringContaining('did you mean "core"?'),
  })
  expect(await told('load', '--run-id', 'two words')).toMatchObject({
    code: 'SL2001',
    message:
      'a run id has at most 100 letters, digits, hyphens, underscores and single dots between them',
  })
})

test('a verb of a later version is told apart from a mistyped one', async () => {
  for (const words of [['rerun', 'x', '--failed'], ['users'], ['schedule']]) {
    const { exit, stdout } = await runHere([...words, '--json'], folder)
    expect(exit).toBe(2)
    expect(eventsOf(stdout)[0]?.['message']).toMatch(/is not in this version/)
  }
  const { stdout } = await runHere(['usres', '--json'], folder)
  expect(eventsOf(stdout)[0]?.['message']).not.toMatch(/this version/)
})

test('a project that is a folder, or an empty name, is told as such', async () => {
  for (const name of [folder, '.', '']) {
    const { exit, stdout } = await runHere(['check', '--project', name, '--json'], folder)
    expect(exit).toBe(10)
    expect(eventsOf(stdout)[0]).toMatchObject({
      message: expect.stringContaining('is a folder; expected a file'),
      remedy: expect.stringContaining('safelanding.yaml'),
    })
  }
})

test('the newest run is the one begun last, whatever its id is', async () => {
  const at = (id: string) => (id === '' ? ['load'] : ['load', '--run-id', id])
  for (const id of ['nightly-1', '', 'attempt-2']) {
    expect((await runCommand(at(id), folder)).exit).toBe(0)
    const { stdout } = await runHere(['runs', 'list', '--limit', '1', '--json'], folder)
    const [newest, finished] = eventsOf(stdout)
    expect(finished).toMatchObject({ event: 'finished', runs: 1 })
    if (id === '') expect(newest?.['run']).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{4}$/)
    else expect(newest?.['run']).toBe(id)
    const shown = await runHere(['runs', 'show', '--json'], folder)
    expect(eventsOf(shown.stdout)[0]?.['run']).toBe(newest?.['run'])
  }
})

test('a mistyped filter of quarantine is no empty answer', async () => {
  expect((await runCommand(['load'], folder)).exit).toBe(0)
  for (const [option, name, meant] of [
    ['--rule', 'not_nul', 'not_null'],
    ['--table', 'core/patient', 'core/patients'],
    ['--table', 'patients', 'core/patients'],
  ] as const) {
    const { exit, stdout } = await runHere(['quarantine', 'show', option, name, '--json'], folder)
    expect(exit).toBe(2)
    expect(eventsOf(stdout)[0]?.['message']).toContain(`did you mean "${meant}"?`)
  }
  const { exit, stderr } = await runHere(['quarantine', 'show', '--rule', 'not_null'], folder)
  expect(exit).toBe(0)
  expect(stderr).toContain('has no refused row like that')
  expect((await runHere(['quarantine', 'list'], folder)).stderr).toContain('refused no row')
})
