// An entry of the register that is given up, or whose time is over, leaves no trace in what is
// published: the tables, counts and quarantine are those of a load that never had it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { seededRandom } from '../../../contracts/dummy/seeded-random.ts'
import { loadHere } from '../../support/load-here.ts'
import { product } from '../../support/product.ts'
import { expectSameTables, readRows } from '../../support/same-tables.ts'

const root = mkdtempSync(join(tmpdir(), 'safelanding-given-up-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const head = (name: string, rows: string) =>
  `contract: ours/${name}\nversion: 1.0.0\nrows: ${rows}\ncolumns:\n`

const patients = `${head('patients', 'one_per_patient')}  code: {type: int, constraints: [not_null, unique]}
  value: {type: int, constraints: [{closed_range: {minimum: 0, maximum: 10}}]}
  word: {type: string, constraints: [{categorical: [a, b]}]}
`
const visits = `${head('visits', 'many_per_patient')}  day: {type: date, constraints: [not_null]}
checks: [patient_exists]
`

interface Ceilings {
  readonly code: string
  readonly value: string
  readonly word: string
  readonly day: string
}

const entry = (id: string, table: string, column: string, own: string): string =>
  `- {id: ${id}, contract: ours/${table}@1, column: ${column}, ${own}, reason: r, public_wording: p, ` +
  'requested_by: a, approved_by: b, approved_on: 2026-01-01, expires: 2026-06-30, status: approved}\n'

const registerOf = (ceilings: Ceilings): string =>
  entry('code', 'patients', 'code', `rule: unique, kind: row_share, ceiling: ${ceilings.code}`) +
  entry(
    'value',
    'patients',
    'value',
    `rule: closed_range, kind: row_share, ceiling: ${ceilings.value}`,
  ) +
  entry(
    ...(['word', 'patients', 'word'] as const),
    `rule: categorical, kind: extra_category, values: [c], ceiling: ${ceilings.word}`,
  ) +
  entry(
    ...(['day', 'visits', 'day'] as const),
    `rule: type, kind: coarser_date, granularity: month, ceiling: ${ceilings.day}`,
  )

/** Several files a table, so that there are several batches; rows fail rules of every stage. */
function writeProject(folder: string, seed: number, register: string): void {
  const random = seededRandom(seed)
  mkdirSync(join(folder, 'ours'), { recursive: true })
  writeFileSync(join(folder, 'ours', 'patients.yaml'), patients)
  writeFileSync(join(folder, 'ours', 'visits.yaml'), visits)
  for (const file of [1, 2, 3]) {
    const people = Array.from({ length: 40 }, (_, row) => {
      const id = file * 100 + row - (random.chance(0.05) ? 1 : 0)
      const code = random.chance(0.1) ? random.below(6) : id + 1000
      const value = random.chance(0.1) ? 11 + random.below(5) : random.below(11)
      const word = random.chance(0.1) ? (random.chance(0.5) ? 'c' : 'd') : 'a'
      return `${id},${code},${value},${word}`
    })
    writeFileSync(
      join(folder, `patients_${file}.csv`),
      `id,code,value,word\n${people.join('\n')}\n`,
    )
    const days = Array.from({ length: 60 }, () => {
      const month = `2020-0${1 + random.below(9)}`
      const day = random.chance(0.1) ? month : random.chance(0.05) ? 'x' : `${month}-17`
      return `${(1 + random.below(3)) * 100 + random.below(44)},${day}`
    })
    writeFileSync(join(folder, `visits_${file}.csv`), `id,day\n${days.join('\n')}\n`)
  }
  writeFileSync(
    join(folder, 'safelanding.yaml'),
    `backend: b\nlake: lake\ncontracts: [./ours]\npatient_id: int\ndeviations: register.yaml\ntables:
  ours/patients:
    source: {csv: patients_*.csv}
    columns: {patient_id: id, code: code, value: value, word: {from: word, values: {a: a, c: c, d: a}}}
    reject_ceiling: 100%
  ours/visits:
    source: {csv: visits_*.csv}
    columns: {patient_id: id, day: day}
    reject_ceiling: 100%
`,
  )
  writeFileSync(join(folder, 'register.yaml'), register)
}

const inTime = '2026-05-01T02:00:00Z'
const tooLate = '2026-07-01T02:00:00Z'
const none: Ceilings = { code: '0', value: '0', word: '0', day: '0' }
const all: Ceilings = { code: '100%', value: '100%', word: '100%', day: '100%' }

const current = (folder: string): string => join(folder, 'lake', 'current')

async function quarantined(folder: string): Promise<unknown[][]> {
  return readRows(`SELECT "column", rule, rules, count(*) FROM
    read_parquet('${folder}/lake/quarantine/*/*/*/*.parquet') GROUP BY ALL ORDER BY ALL`)
}

/** What a load came to, without the words about entries. */
function countsOf({ outcome }: Awaited<ReturnType<typeof loadHere>>): unknown {
  return Object.entries(outcome.tables).map(([table, counts]) => {
    const { accepted, rejected, rules, rejects, warnings, coercions, cascaded } = counts
    const sorted = [...rejects].sort((a, b) =>
      `${a.column} ${a.rule}`.localeCompare(`${b.column} ${b.rule}`),
    )
    return [table, counts.in, accepted, rejected, rules, sorted, warnings, coercions, cascaded]
  })
}

test.each([1, 2, 3])(
  'seed %i: entries that are given up or expired leave no trace',
  async (seed) => {
    const folders = ['without', 'given-up', 'expired', 'some'].map((name) =>
      join(root, `${name}-${seed}`),
    )
    const [without = '', givenUp = '', expired = '', some = ''] = folders
    // Withdrawn, not left out: a value map may lead to a category that only the register knows.
    writeProject(without, seed, registerOf(all).replaceAll('status: approved', 'status: withdrawn'))
    writeProject(givenUp, seed, registerOf(none))
    writeProject(expired, seed, registerOf(all))
    writeProject(some, seed, registerOf({ ...all, code: '0', day: '1' }))
    const plain = await loadHere(without, inTime)
    expect(plain.outcome.error).toBeNull()
    const rules = Object.assign(
      {},
      ...Object.values(plain.outcome.tables).map((table) => table.rules),
    )
    expect(Object.keys(rules)).toEqual(
      expect.arrayContaining(['closed_range', 'categorical', 'unique', 'type', 'patient_exists']),
    )
    const tried = await loadHere(givenUp, inTime)
    const late = await loadHere(expired, tooLate)
    for (const [folder, loaded] of [
      [givenUp, tried],
      [expired, late],
    ] as const) {
      expect(countsOf(loaded)).toEqual(countsOf(plain))
      await expectSameTables(current(folder), current(without))
      expect(await quarantined(folder)).toEqual(await quarantined(without))
    }
    const exceeded = tried.events.filter(({ event }) => event === 'deviation:exceeded')
    expect(exceeded).toHaveLength(4)

    const partly = await loadHere(some, inTime)
    const uses = Object.values(partly.outcome.tables).flatMap(({ deviations }) => deviations)
    expect(uses.map(({ id, state }) => [id, state])).toEqual([
      ['code', 'exceeded'],
      ['value', 'in_force'],
      ['word', 'in_force'],
      ['day', 'exceeded'],
    ])
    const [outside] = await readRows(
      `SELECT count(*) FROM read_parquet('${current(some)}/ours/patients/*.parquet') WHERE value > 10`,
    )
    expect(outside).toEqual([String(uses[1]?.observed)])
    expect(partly.outcome.tables['ours/patients']?.rules.closed_range).toBeUndefined()
    expect(partly.outcome.tables['ours/patients']?.rules.unique).toBeGreaterThan(0)
  },
)

test('a snapshot keeps the entries it landed with when their time is over', async () => {
  const folder = join(root, 'over')
  writeProject(folder, 4, registerOf(all))
  const first = await loadHere(folder, inTime)
  expect([first.outcome.state, first.outcome.snapshot]).toEqual(['published', 1])
  const second = await loadHere(folder, tooLate, ['ours/visits'])
  // Keys that two patients share are no longer permitted in the table that is carried over.
  expect(second.outcome.error?.errorName).toBe('carried_table_refused')
  const list = await product(folder, ['--json', 'deviations', 'list'])
  const observed = list.events.flatMap(({ snapshot }) => (snapshot ? [snapshot] : []))
  expect(observed).toHaveLength(4)
  const again = await loadHere(folder, '2026-07-02T02:00:00Z')
  expect([again.outcome.state, again.outcome.snapshot]).toEqual(['published', 2])
  expect(again.outcome.tables['ours/patients']?.reused).toBe(0)
  const after = await product(folder, ['--json', 'deviations', 'list'])
  expect(after.events.flatMap(({ snapshot }) => (snapshot ? [snapshot] : []))).toEqual([])
})
