// What a later load finds: a run id that is given again, an extract that changed under a batch of
// equal bytes, tables carried over from a lake with another kind of patient id.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { scratchFolder } from '../../support/lake-runs.ts'
import { type CommandResult, eventsOf, runHere } from '../../support/run-command.ts'

const scratch = scratchFolder()
afterAll(scratch.remove)

const contract = (table: string, more: string): string =>
  `contract: own/${table}\nversion: 1.0.0\ntitle: T\ndescription: D\n${more}`
const textColumn = 'columns:\n  name: {type: string, description: D}\n'

/** A project of tables, each from <table>.csv with the fields id and name. */
function writeProject(name: string, contracts: Record<string, string>, patientId: string): string {
  const folder = join(scratch.path, name)
  mkdirSync(join(folder, 'own'), { recursive: true })
  let project = `backend: b\nlake: lake\ncontracts: [./own]\npatient_id: ${patientId}\ntables:\n`
  for (const [table, text] of Object.entries(contracts)) {
    writeFileSync(join(folder, 'own', `${table}.yaml`), text)
    project += `  own/${table}:\n    source: {csv: ${table}.csv}\n`
    project += '    columns: {patient_id: id, name: name}\n'
  }
  writeFileSync(join(folder, 'safelanding.yaml'), project)
  return folder
}

const load = (folder: string, ...words: string[]): Promise<CommandResult> =>
  runHere(['--json', 'load', '--workers', '1', ...words], folder)
const last = ({ stdout }: CommandResult): Record<string, unknown> => eventsOf(stdout).at(-1) ?? {}
const people = contract('people', `rows: many_per_patient\n${textColumn}`)

test('an extract of equal size whose record boundaries moved is landed anew', async () => {
  const folder = writeProject('moved', { people }, 'int')
  const path = join(folder, 'people.csv')
  const line = `1,${'a'.repeat(57)}\n`
  const bytes = Buffer.from(`id,name\n${line.repeat(Math.ceil((9 << 20) / line.length))}`)
  writeFileSync(path, bytes)
  expect((await load(folder)).exit).toBe(0)
  const [run = ''] = readdirSync(join(folder, 'lake', 'runs'))
  const ledger = readFileSync(join(folder, 'lake', 'runs', run, 'ledger.ndjson'), 'utf8')
  const starts = eventsOf(ledger).flatMap(({ event, result }) =>
    event === 'batch' ? [(result as { slice: { start: number } }).slice.start] : [],
  )
  // A line end moves to the front of its record: a blank line, and then one record of two.
  const second = starts[1] ?? 0
  expect(bytes[second - 1]).toBe(10)
  bytes[second - 1] = 0x61
  bytes[second - line.length] = 10
  writeFileSync(path, bytes)
  const again = await load(folder)
  expect(again.exit).toBe(11)
  expect(last(again)).toMatchObject({ tables: { 'own/people': { rejected: 1 } } })
})

test('a run id has no dot at an end and no two together', async () => {
  const folder = writeProject('names', { people }, 'int')
  writeFileSync(join(folder, 'people.csv'), 'id,name\n1,a\n')
  for (const id of ['night.', 'night..1', '.night', '-night', 'n'.repeat(101)]) {
    expect([id, (await load(folder, `--run-id=${id}`)).exit]).toEqual([id, 2])
  }
  expect((await load(folder, '--run-id=night.1')).exit).toBe(0)
})

test('a run killed behind its commit answers its id with its counts', async () => {
  const folder = writeProject('again', { people }, 'int')
  writeFileSync(join(folder, 'people.csv'), 'id,name\n1,a\n2,b\n')
  const first = await load(folder, '--run-id', 'night')
  expect(first.exit).toBe(0)
  const run = join(folder, 'lake', 'runs', 'night')
  const ledger = readFileSync(join(run, 'ledger.ndjson'), 'utf8')
  // As a kill between the rename that publishes and the line that says so leaves it.
  writeFileSync(join(run, 'ledger.ndjson'), `${ledger.split('\n').slice(0, -2).join('\n')}\n`)
  rmSync(join(run, 'summary.json'))
  const again = await load(folder, '--run-id', 'night')
  expect([again.exit, again.stderr]).toEqual([0, ''])
  const { timing, ...told } = last(again)
  // What it took is not known any more.
  expect(timing).toMatchObject({ table_checks_ms: 0 })
  expect({ ...told, timing: last(first).timing }).toEqual(last(first))
})

test('an id may be tried again until its extract is there, and is right', async () => {
  const folder = writeProject('waiting', { people }, 'int')
  const exits: (number | null)[] = []
  const attempt = async () => exits.push((await load(folder, '--run-id', 'night')).exit)
  await attempt()
  await attempt()
  writeFileSync(join(folder, 'people.csv'), 'wrong,name\n1,a\n')
  await attempt()
  await attempt()
  writeFileSync(join(folder, 'people.csv'), 'id,name\n1,a\n')
  await attempt()
  expect(exits).toEqual([4, 4, 11, 11, 0])
})

test('tables that name patients in another way are not carried beside new ones', async () => {
  const contracts = {
    patients: contract('patients', `rows: one_per_patient\n${textColumn}`),
    visits: `${people.replace('own/people', 'own/visits')}checks: [patient_exists]\n`,
  }
  for (const [first, second] of [
    ['string', 'int'],
    ['int', 'string'],
  ] as const) {
    const folder = writeProject(`mixed-${first}`, contracts, first)
    const write = (type: string) => {
      const id = type === 'int' ? '900' : 'CANARY'
      for (const table of Object.keys(contracts)) {
        writeFileSync(join(folder, `${table}.csv`), `id,name\n${id},a\n`)
      }
    }
    write(first)
    expect((await load(folder)).exit).toBe(0)
    writeProject(`mixed-${first}`, contracts, second)
    write(second)
    const refused = await load(folder, '--table', 'own/patients')
    expect([refused.exit, last(refused)]).toEqual([11, expect.objectContaining({ snapshot: 1 })])
    expect(refused.stdout + refused.stderr).not.toContain('CANARY')
    expect((await load(folder)).exit).toBe(0)
  }
})

test('columns may have the names that a check would give to columns of its own', async () => {
  const folder = writeProject('names-of-checks', { people }, 'int')
  writeFileSync(
    join(folder, 'own', 'people.yaml'),
    contract(
      'people',
      'rows: one_per_patient\ncolumns:\n' +
        ['copy', 'different', 'numbered', 'counted', 'duplicated', 'existing']
          .map((name) => `  ${name}: {type: string, description: D}\n`)
          .join(''),
    ),
  )
  const project = join(folder, 'safelanding.yaml')
  const text = readFileSync(project, 'utf8').replace(
    'name: name}',
    'copy: name, different: name, numbered: name}\n    duplicates: keep_identical',
  )
  writeFileSync(project, text)
  writeFileSync(join(folder, 'people.csv'), 'id,name\n1,a\n1,a\n2,b\n')
  const { exit, stdout } = await load(folder)
  expect([exit, eventsOf(stdout).at(-1)]).toEqual([
    0,
    expect.objectContaining({
      tables: { 'own/people': expect.objectContaining({ accepted: 2, rejected: 1 }) },
    }),
  ])
})

test('a fault behind the commit is a warning: the snapshot is published', async () => {
  const folder = writeProject('behind', { people }, 'int')
  writeFileSync(join(folder, 'people.csv'), 'id,name\n1,a\n')
  // A folder with something in it, where the summary must go, is in the way of root too.
  mkdirSync(join(folder, 'lake', 'runs', 'night', 'summary.json', 'x'), { recursive: true })
  const { exit, stdout } = await load(folder, '--run-id', 'night')
  expect(exit).toBe(0)
  expect(eventsOf(stdout)).toContainEqual({
    event: 'run:unrecorded',
    run: 'night',
    snapshot: 1,
    code: 'SL5003',
  })
  expect(last(await load(folder))).toMatchObject({ exit: 0, snapshot: 1, unchanged: true })
})
