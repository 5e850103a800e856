// How commands end: exit codes, what goes to stdout and what to stderr, the last event of --json.
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { eventsOf, runCommand, runHere } from '../../support/run-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'safelanding-'))
const canary = 'canary-51c9d2'
const good = `backend: b
lake: ./lake
contracts: [core]
patient_id: int
tables:
  core/patients:
    source: {csv: patients.csv}
    columns: {patient_id: id, date_of_birth: dob, sex: sex}
`

beforeAll(() => {
  const files = {
    'safelanding.yaml': good,
    'patients.csv': 'id,dob,sex\n1,2000-01-01,male\n',
    'bad.yaml': good.replace('lake:', 'lak:').replace('int', 'integer'),
    'waiting.yaml': good.replace('patients.csv', 'none_*.csv'),
    'folder.yaml': good.replace('patients.csv', 'empty'),
    'secret.yaml': good.replace('./lake', '${env:SECRET_LAKE}'),
    'leaky.yaml': good.replace('int', '"${env:SECRET_LAKE}"'),
    'optouts.yaml': `${good}opt_outs: {}\n`,
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  mkdirSync(join(folder, 'empty'))
})

interface Ending {
  readonly words: string[]
  readonly exit: number
  readonly code?: string
}

const endings: readonly Ending[] = [
  { words: ['check'], exit: 0 },
  { words: ['check', '--project', 'bad.yaml'], exit: 10, code: 'SL1010' },
  { words: ['--project', 'none.yaml', 'check'], exit: 4, code: 'SL4003' },
  { words: ['check', '--project', 'waiting.yaml'], exit: 4, code: 'SL4001' },
  { words: ['check', '--project', 'folder.yaml'], exit: 5, code: 'SL5002' },
  { words: ['check', '--project', 'secret.yaml'], exit: 10, code: 'SL1013' },
  { words: ['check', '--project', 'optouts.yaml'], exit: 10, code: 'SL1014' },
  { words: [], exit: 2, code: 'SL2001' },
  { words: ['chekc'], exit: 2, code: 'SL2001' },
  { words: ['check', '--jsno'], exit: 2, code: 'SL2001' },
  { words: ['contracts', 'show'], exit: 2, code: 'SL2001' },
  { words: ['contracts', 'show', 'core/patient'], exit: 2, code: 'SL2002' },
  { words: ['contracts', 'lint'], exit: 0 },
  { words: ['contracts', 'list'], exit: 0 },
  { words: ['doctor', '--project', 'bad.yaml'], exit: 11 },
  { words: ['init'], exit: 2, code: 'SL2001' },
  { words: ['--version'], exit: 0 },
  { words: ['check', '--help'], exit: 0 },
]

test.each(endings)('$words ends with $exit', async ({ words, exit, code }) => {
  const [people, machine] = await Promise.all([
    runHere(words, folder),
    runHere([...words, '--json'], folder),
  ])
  expect(people.exit).toBe(exit)
  if (code !== undefined) {
    expect(people.stderr).toMatch(new RegExp(`^error ${code} [a-z_]+: `, 'm'))
    expect(people.stderr).toMatch(/^ {2}what to do: /m)
    expect(people.stdout).toBe('')
  }
  expect(people.stderr).not.toContain('    at ')
  expect(people.stderr).not.toContain('\u001b')
  const isHelp = words.some((word) => word.startsWith('--help') || word === '--version')
  const events = eventsOf(machine.stdout)
  expect([machine.exit, events.at(-1)?.['event'], events.at(-1)?.['exit']]).toEqual([
    ...[exit, 'finished', exit],
  ])
  if (code !== undefined) {
    const error = events.find(({ event }) => event === 'error')
    expect([error?.['code'], error?.['exit']]).toEqual([code, exit])
    if (words.length > 0) expect(machine.stderr).toBe('')
  }
  if (isHelp) expect(machine.stderr).not.toBe('')
})

test('a process of its own ends in the same way', async () => {
  for (const words of [['check'], ['check', '--project', 'bad.yaml', '--json'], ['chekc']]) {
    expect(await runCommand(words, folder)).toEqual(await runHere(words, folder))
  }
})

test('check writes nothing', async () => {
  const before = readdirSync(folder).sort()
  await runHere(['check'], folder)
  expect(readdirSync(folder).sort()).toEqual(before)
})

test('a mistyped verb, option, contract or variable names the nearest one', async () => {
  const said = async (words: string[], variables = {}) =>
    (await runHere(words, folder, variables)).stderr
  expect(await said(['chekc'])).toContain("unknown command 'chekc' (Did you mean check?)")
  expect(await said(['check', '--jsno'])).toContain('(Did you mean --json?)')
  expect(await said(['contracts', 'show', 'core/patient'])).toContain('mean "core/patients"?')
  expect(await said(['check'], { SAFELANDING_PROJCT: canary })).toContain(
    'unknown environment variable SAFELANDING_PROJCT; expected SAFELANDING_PROJECT, SAFELANDING_LOG, SAFELANDING_LOG_LEVEL or SAFELANDING_WORKERS; did you mean "SAFELANDING_PROJECT"?',
  )
})

test('secrets appear in no stream, whatever the command and the mistake', async () => {
  const plain = { SECRET_LAKE: canary }
  const quoted = { SECRET_LAKE: `/no"\\/${canary}` }
  const runs = [
    runHere(['check', '--project', 'leaky.yaml'], folder, plain),
    runHere(['check', '--project', 'leaky.yaml', '--json'], folder, quoted),
    runHere(['doctor', '--project', 'secret.yaml', '--json'], folder, quoted),
    runHere(['check', '--project', 'secret.yaml', '-v'], folder, plain),
    runHere(['doctor', '--project', 'leaky.yaml'], folder, plain),
  ]
  for (const result of await Promise.all(runs)) {
    expect(result.stdout + result.stderr).not.toContain(canary)
    expect(result.stdout + result.stderr).not.toBe('')
  }
})

test('-q says nothing when all is well, the story goes to stderr otherwise', async () => {
  expect(await runHere(['check', '-q'], folder)).toEqual({ exit: 0, stdout: '', stderr: '' })
  const { stdout, stderr } = await runHere(['check'], folder)
  expect(stdout).toBe('')
  expect(stderr).toContain(
    'core/patients (safelanding.yaml:6): ok; 1 file, 3 columns mapped, 1 absent',
  )
})

test('the project file may be named by the environment', async () => {
  const result = await runHere(['check'], folder, { SAFELANDING_PROJECT: 'bad.yaml' })
  expect([result.exit, result.stderr.includes('bad.yaml:2:1: unknown key "lak"')]).toEqual([
    10,
    true,
  ])
})
