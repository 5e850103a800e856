// `contracts impact` on a lake of real loads: what it says of the newest load is what a load of the
// same extract under the proposed contract then does.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { LoadImpact } from '../../../query/impact/measure-impact.ts'
import { load } from '../../support/product.ts'
import { eventsOf, runHere } from '../../support/run-command.ts'
import { replaceIn, writeSmallProject } from '../../support/small-project.ts'

let folder: string
const contractFile = 'contracts/ours/visits.yaml'
let original: string

/** Patients 1 to 3 exist; the canary is looked for in all that is said. */
const extracts = [
  'id,day,kind\n1,2020-01-03,first\n1,2020-02-03,second\n2,2020-03-01,first\n',
  'id,day,kind\n1,2020-01-03,first\n1,2020-02-03,\n2,2020-03-01,\n9,2020-04-01,canary\n',
  'id,day,kind\n1,2020-01-03,first\n1,2020-01-03,canary\n2,2020-05-01,second\n2,bad,first\n3,2020-06-02,\n',
]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'contracts-impact-'))
  writeSmallProject(folder)
  original = readFileSync(join(folder, contractFile), 'utf8')
  const yaml = 'columns: {patient_id: id, day: day, kind: kind}\n'
  replaceIn(folder, 'safelanding.yaml', yaml, `${yaml}    reject_ceiling: 2\n`)
  for (const extract of extracts) {
    writeFileSync(join(folder, 'extracts', 'visits.csv'), extract)
    expect((await load(folder)).code).toBe(0)
    // A snapshot in which the visits are carried over is not another load of them.
    writeFileSync(
      join(folder, 'extracts', 'patients.csv'),
      `${readFileSync(join(folder, 'extracts', 'patients.csv'), 'utf8')}${Math.trunc(extract.length * 7)},1980-01-01,male\n`,
    )
    expect((await load(folder, ['--table', 'core/patients'])).code).toBe(0)
  }
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The contract with parts of it replaced, as a file of its own. */
function propose(changes: readonly (readonly [string, string])[]): string {
  const text = changes.reduce((all, [from, to]) => {
    expect(all).toContain(from)
    return all.replace(from, to)
  }, original)
  mkdirSync(join(folder, 'proposed'), { recursive: true })
  writeFileSync(join(folder, 'proposed', 'visits.yaml'), text.replace('1.0.0', '1.1.0'))
  return 'proposed/visits.yaml'
}

async function impactOf(changes: readonly (readonly [string, string])[], ...words: string[]) {
  const name = propose(changes)
  const run = await runHere(['--json', 'contracts', 'impact', name, ...words], folder)
  expect(`${run.stdout}${run.stderr}`).not.toContain('canary')
  const events = eventsOf(run.stdout)
  const impacts = events.filter(({ event }) => event === 'impact') as unknown as LoadImpact[]
  return { code: run.exit, impacts, finished: events.at(-1) }
}

/** What a load of the newest extract does under the proposed contract; nothing is published. */
async function loadUnder(changes: readonly (readonly [string, string])[]) {
  const path = join(folder, contractFile)
  const text = readFileSync(join(folder, propose(changes)), 'utf8')
  writeFileSync(path, text)
  try {
    const { code, finished } = await load(folder, ['--dry-run'])
    return { code, counts: finished.tables?.['ours/visits'] }
  } finally {
    writeFileSync(path, original)
  }
}

const kind = 'description: Kind of the visit.'
const end = '    description: Kind of the visit.\n'
const constrained = (constraint: string) =>
  [[kind, `${kind}\n    constraints: [${constraint}]`]] as const
const checked = (check: string) => [[end, `${end}checks: [${check}]\n`]] as const

/** Each of another kind: of a value, of keys, of patients, of a type. */
const loadedAgain: readonly string[] = ['not_null', 'a key', 'one row', 'one type']

// biome-ignore format: a table is read by its columns
const cases = [
  ['not_null', constrained('not_null'), [[5, 1, false], [3, 2, false], [1, 0, false]]],
  ['categories', constrained('{categorical: [first]}'), [[5, 2, true], [3, 1, false], [1, 1, false]]],
  ['a pattern', constrained('{regex: "[a-z]{5}"}'), [[5, 2, true], [3, 1, false], [1, 1, false]]],
  ['unique', constrained('unique'), [[5, 0, false], [3, 0, false], [1, 2, false]]],
  ['a key', checked('{unique: [patient_id, day]}'), [[5, 2, true], [3, 0, false], [1, 0, false]]],
  ['one row', [['many_per_patient', 'one_per_patient']], [[5, 2, true], [3, 2, false], [1, 2, false]]],
  ['months', [['constraints: [not_null]', 'constraints: [not_null, first_of_month]']], [[5, 3, true], [3, 2, false], [1, 2, false]]],
  ['a range', [['constraints: [not_null]', 'constraints: [not_null, {closed_range: {minimum: "2020-01-01", maximum: "2020-05-31"}}]']], [[5, 1, false], [3, 0, false], [1, 0, false]]],
  ['one type', [['type: string', 'type: icd10']], [[5, 3, true], [3, 2, false], [1, 3, true]]],
  ['a column', [[end, `${end}  more: {type: int, constraints: [not_null]}\n`]], [[5, 4, true], [3, 4, true], [1, 3, true]]],
  ['nothing', [[kind, 'description: Reworded.']], [[5, 0, false], [3, 0, false], [1, 0, false]]],
] as const

test.each(cases)(
  '%s: rows that would be refused in each load, and whether it would',
  async (name, changes, expected) => {
    const { code, impacts, finished } = await impactOf(changes)
    expect(impacts.map(({ snapshot, rejected, refused }) => [snapshot, rejected, refused])).toEqual(
      expected,
    )
    const refused = expected.filter((one) => one[2]).length
    expect(finished).toMatchObject({ loads: 3, refused, not_evaluated: 0 })
    expect(code).toBe(refused === 0 ? 0 : 11)
    // The newest load, done again: one row of it was refused before, too.
    const [newest] = impacts
    if (newest === undefined || !loadedAgain.includes(name)) return
    const real = await loadUnder(changes)
    expect(real.counts?.rejected).toBe(newest.rejectedThen + newest.rejected)
    expect(real.code).toBe(newest.refused ? 11 : 0)
    const said = newest.rules.map(({ column, rule, rows }) => ({ column, rule, count: rows }))
    const done = real.counts?.rejects.filter(
      ({ rule, column }) => !(rule === 'type' && column === 'day'),
    )
    expect(said).toEqual(done ?? [])
  },
)

test('a severity says what becomes of a rule that fails', async () => {
  const warn = await impactOf(constrained('{not_null: true, severity: warn}'))
  expect(warn.code).toBe(0)
  expect(warn.impacts[0]?.rules).toEqual([
    { column: 'kind', rule: 'not_null', severity: 'warn', rows: 1 },
  ])
  const refuse = await impactOf(constrained('{not_null: true, severity: refuse}'))
  expect(refuse.impacts.map(({ refused }) => refused)).toEqual([true, true, false])
})

test.each([
  [
    '{null_share: {column: kind, max: 30%}}',
    [false, true, false],
    'null_share kind: 50% of 4 rows',
  ],
  [
    '{coverage: {column: day, first: 2020-01, last: 2020-04}}',
    [true, false, true],
    'coverage day: 1 months without a row, the first 2020-04',
  ],
  [
    '{coverage: {column: day, first: 2020-01}}',
    [true, false, false],
    'coverage day: 3 months without a row, the first 2020-02',
  ],
  ['{row_count_change: {increase: 10%}}', [false, true, false], 'row_count_change: 4 rows after 3'],
  ['{row_count_change: {decrease: 50%}}', [false, false, false], null],
  ['{null_share: {column: kind, max: 30%}, severity: warn}', [false, false, false], null],
])('the check %s', async (check, refused, reason) => {
  const { impacts } = await impactOf(checked(check))
  expect(impacts.map((one) => one.refused)).toEqual(refused)
  if (reason !== null) expect(impacts.flatMap(({ reasons }) => reasons)).toContain(reason)
})

test('only what is new is asked: rules of the contract of then are settled', async () => {
  const same = await impactOf([])
  expect(same.impacts.map(({ rules, isCompared }) => [rules, isCompared])).toEqual([
    ...[
      [[], true],
      [[], true],
      [[], true],
    ],
  ])
})

test('what cannot be evaluated is told, and is no yes', async () => {
  const typed = await impactOf([['type: string', 'type: int']])
  expect(typed.code).toBe(11)
  expect(typed.impacts[0]?.notEvaluated).toEqual([
    { column: 'kind', rule: 'type', reason: 'it was published as string, and is now to be int' },
  ])
  const orphans = await impactOf(checked('patient_exists'))
  expect(orphans.impacts[0]?.notEvaluated).toEqual([
    { column: null, rule: 'patient_exists', reason: 'the snapshot has no ours/patients' },
  ])
})

test('for people: versions, loads, counts by column and rule', async () => {
  const name = propose(constrained('{categorical: [first]}'))
  const words = ['contracts', 'impact', name, '--last', '2']
  const { exit, stdout, stderr } = await runHere(words, folder)
  expect(exit).toBe(11)
  expect(
    stdout.replace(/run \S+/g, 'run R'),
  ).toBe(`ours/visits 1.1.0 would have refused 1 of the last 2 loads
  snapshot 5, run R (1.0.0): refused; 4 rows published, 1 refused then, 2 more now
    kind categorical: 2 rows
    refused: 3 of 5 rows refused, where 2 are permitted
  snapshot 3, run R (1.0.0): passes, with rows refused; 4 rows published, 0 refused then, 1 more now
    kind categorical: 1 row
`)
  expect(stderr).toBe(
    'Only published rows were looked at; rows refused then count as refused again.\n',
  )
})

test('patients of the same namespace, and a table that the lake has not', async () => {
  const { exit, stdout } = await runHere(['contracts', 'impact', 'core'], folder)
  expect(stdout).toContain('core/patients 1.0.0 would have refused 0 of the last 6 loads')
  expect(stdout).toContain('core/medications 1.0.0 no load of the table is in the lake')
  expect(exit).toBe(0)
  const none = await runHere(['contracts', 'impact', 'core', '--last', '0'], folder)
  expect(none.exit).toBe(2)
})
