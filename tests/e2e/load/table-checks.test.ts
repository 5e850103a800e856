// Table checks and cascades through the real command: what load, `runs show`, `quarantine list`,
// `quarantine show` and `snapshots show` say of them, against counts that DuckDB takes of the raw extracts.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type CheckTables, writeCheckProject } from '../../support/check-project.ts'
import { type ProductRun, product } from '../../support/product.ts'
import { type Scratch, scratchFolder } from '../../support/proofs.ts'
import { readRows } from '../../support/same-tables.ts'

let scratch: Scratch
let folder: string
let run: ProductRun
let text: ProductRun

/** Ids that no other number of the output can be taken for. */
const id = (patient: number): number => 9_340_000 + patient
const canary = 'zzqqcanary'

/** Of 60 patients every tenth has a sex that is none, and number 7 comes twice. */
const patientLines = Array.from(
  { length: 60 },
  (_, patient) => `${id(patient)},${patient % 10 === 3 ? canary : 'female'}`,
)
/** 400 events of 70 patients, ten of whom never came. */
const eventLines = Array.from({ length: 400 }, (_, event) => {
  const month = String((event % (event % 3 === 0 ? 10 : 11)) + 1).padStart(2, '0')
  return `${id((event * 3) % 70)},2025-${month}-02,${event % 4 === 0 ? '' : canary}`
})

const tables = (events: readonly string[]): CheckTables => ({
  patients: {
    rows: 'one_per_patient',
    columns: { sex: '{type: string, constraints: [{categorical: [female, male]}]}' },
    ceiling: '50%',
    lines: ['id,sex', ...patientLines, `${id(7)},male`],
  },
  events: {
    columns: { day: '{type: date}', code: '{type: string}' },
    checks: [
      'patient_exists',
      '{row_count_change: {max: 20%}}',
      '{coverage: {column: day, first: 2025-01, last: 2025-12}, severity: warn}',
      '{null_share: {column: code, max: 30%}}',
      '{unique: [patient_id, day], severity: warn}',
    ],
    ceiling: '50%',
    lines: ['id,day,code', ...events],
  },
})

beforeAll(async () => {
  scratch = scratchFolder('table-checks')
  folder = scratch.path
  writeCheckProject(folder, tables(eventLines))
  run = await product(folder, ['--json', 'load'])
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' })
})
afterAll(() => scratch.remove())

/** What the answer must be, asked of the extracts as they are. */
async function voice(sql: string): Promise<unknown[][]> {
  const people = `read_csv('${join(folder, 'patients.csv')}', header = true, all_varchar = true)`
  const events = `read_csv('${join(folder, 'events.csv')}', header = true, all_varchar = true)`
  return readRows(`WITH people AS (FROM ${people}), events AS (FROM ${events}),
    bad AS (SELECT id FROM people WHERE sex NOT IN ('female', 'male')),
    doubled AS (SELECT id FROM people WHERE id NOT IN (FROM bad)
      GROUP BY id HAVING count(*) > 1),
    sound AS (SELECT id FROM people WHERE id NOT IN (FROM bad) AND id NOT IN (FROM doubled)),
    kept AS (FROM events WHERE id IN (FROM sound)),
    explained AS (FROM events WHERE id IN (FROM bad) OR id IN (FROM doubled))
    ${sql}`)
}

test('counts of cascades and checks are those of the extracts', async () => {
  const [counts = []] = await voice(`SELECT (SELECT count(*) FROM explained)::INT,
    (SELECT count(DISTINCT id) FROM explained)::INT, (SELECT count(*) FROM kept)::INT,
    (SELECT count(*) FROM kept WHERE code IS NULL)::INT, (SELECT count(*) FROM events)::INT,
    (SELECT sum(n) FROM (SELECT count(*) AS n FROM kept GROUP BY id, day HAVING n > 1))::INT,
    (SELECT count(DISTINCT id) FROM bad WHERE id IN (SELECT id FROM events))::INT,
    (SELECT count(*) FROM doubled WHERE id IN (SELECT id FROM events))::INT`)
  const [explained, patients, kept, nulls, all, repeated, bad, doubled] = counts.map(Number)
  const finished = run.finished as unknown as Record<string, unknown>
  expect(explained).toBeGreaterThan(30)
  expect(finished['cascades']).toEqual([
    {
      cause: 'own/patients',
      patients,
      rows: explained,
      tables: { 'own/events': explained },
      rules: [
        { column: 'sex', rule: 'categorical', patients: bad },
        { column: null, rule: 'one_row_per_patient', patients: doubled },
      ],
    },
  ])
  expect(run.finished.tables?.['own/events']).toMatchObject({
    accepted: kept,
    rejects: [{ column: 'patient_id', rule: 'patient_exists', count: Number(all) - Number(kept) }],
    cascaded: explained,
    warnings: [{ column: null, rule: 'unique', count: repeated }],
    checks: [
      { kind: 'unique', outcome: 'warned', observed: { rows: repeated } },
      { kind: 'patient_exists', outcome: 'rejected' },
      { kind: 'row_count_change', outcome: 'not_run' },
      {
        kind: 'coverage',
        outcome: 'warned',
        observed: { first: '2025-01', last: '2025-11', missing: ['2025-12'] },
      },
      { kind: 'null_share', outcome: 'passed', observed: { nulls, rows: kept } },
    ],
  })
  const summary = readFileSync(
    join(folder, 'lake', 'runs', run.finished.run ?? '', 'summary.json'),
    'utf8',
  )
  expect(JSON.parse(summary)).toMatchObject({
    cascades: finished['cascades'],
    tables: run.finished.tables,
  })
})

test('what people are told, word for word', async () => {
  const cascade =
    'own/patients: 7 refused patients explain 40 child rows (own/events 40): ' +
    'sex categorical 6, record one_row_per_patient 1'
  const repeated = run.finished.tables?.['own/events']?.warnings[0]?.count
  expect(repeated).toBeGreaterThan(10)
  const shown = await product(folder, ['runs', 'show'])
  const lines = shown.stdout.split('\n').map((line) => line.trim())
  expect(lines).toEqual(
    expect.arrayContaining([
      'refused        97  patient_id: patient_exists',
      'of them        40  their patient was refused',
      `warned  ${String(repeated).padStart(9)}  record: unique`,
      'warning coverage of day: rows from 2025-01 to 2025-11, 1 month missing: 2025-12; expected: ' +
        'day has rows in every month from 2025-01 to 2025-12',
      'checked null_share of code: 85 of 303 rows without a value (28.05%); expected: at most 30% ' +
        'of the rows have no code',
      'notice  row_count_change was not checked: no earlier snapshot has the table',
      cascade,
    ]),
  )
  expect((await product(folder, ['quarantine', 'list'])).stdout.split('\n')).toContain(cascade)
  const refused = await product(folder, ['quarantine', 'show', '--table', 'own/events'])
  expect(refused.stdout).toContain(
    '    patient_id: patient_exists: expected a patient that the patients table has\n' +
      '    patient_id: patient_refused: expected a patient whose own row was accepted\n',
  )
  expect(refused.stderr).toContain(cascade)
  const snapshot = await product(folder, ['snapshots', 'show'])
  expect(snapshot.stdout).toContain('own/events: warning coverage of day: rows from 2025-01')
  expect(snapshot.stdout).toContain('own/events: checked null_share of code: 85 of 303 rows')
  for (const { stdout, stderr } of [shown, refused, snapshot, run]) {
    expect(`${stdout}${stderr}`).not.toContain(canary)
    expect(`${stdout}${stderr}`).not.toContain(String(id(0)).slice(0, 4))
  }
})

test('a refused publication exits 11 with every failing check; a dry run says the same', async () => {
  // Half of the events, and most of those without a code.
  const lines = eventLines.filter((_, event) => event % 4 === 0 || event % 9 === 0)
  writeCheckProject(folder, tables(lines))
  for (const more of [['--dry-run'], []]) {
    text = await product(folder, ['load', ...more])
    expect(text.code).toBe(11)
    expect(text.stderr).toContain('error SL1111 table_check_refused: 2 problems\n')
    expect(text.stderr).toMatch(
      /\n {2}own\/events: row_count_change: \d+ rows, [\d.]+% fewer than the 303 of snapshot 1; expected: /,
    )
    expect(text.stderr).toMatch(/\n {2}own\/events: null_share of code: \d+ of \d+ rows without a/)
  }
  const snapshots = await product(folder, ['--json', 'snapshots', 'list'])
  expect(snapshots.finished).toMatchObject({ snapshots: 1 })
  const shown = await product(folder, ['--json', 'runs', 'show'])
  expect(shown.events.find(({ event }) => event === 'run')).toMatchObject({ state: 'refused' })
  expect(JSON.stringify(shown.finished)).toContain('"outcome":"refused"')
})
