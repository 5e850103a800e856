// Table checks and cascades agree with a plain computation over the rows in memory: random small extracts
// with bad rows, duplicates, orphans, gaps and nulls, loaded twice into one lake.
import { afterAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Cascade, CheckObservation } from '../../contracts/check-outcome.ts'
import type { LoadOutcome } from '../../pipelines/load-outcome.ts'
import { type CheckTables, openCheckLake } from '../support/check-project.ts'
import { generativeParameters } from '../support/generative.ts'
import { proofPatienceMs } from '../support/proofs.ts'

const lake = openCheckLake('generative-checks')
afterAll(() => lake.remove())

interface Patient {
  readonly id: number
  readonly sex: string
}

interface Visit {
  readonly id: number
  /** YYYY-MM or empty. */
  readonly month: string
  readonly code: string
}

interface Night {
  readonly patients: readonly Patient[]
  readonly visits: readonly Visit[]
}

interface Bounds {
  readonly first: string
  readonly last: string | null
  readonly nulls: number
  readonly change: number
}

const month = fc
  .integer({ min: 0, max: 30 })
  .map(
    (number) => `${2019 + Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, '0')}`,
  )
const night: fc.Arbitrary<Night> = fc.record({
  patients: fc.array(
    fc.record({
      id: fc.integer({ min: 1, max: 12 }),
      sex: fc.constantFrom('female', 'male', 'male', 'x', ''),
    }),
    { maxLength: 14 },
  ),
  visits: fc.array(
    fc.record({
      id: fc.integer({ min: 1, max: 15 }),
      month: fc.oneof({ weight: 5, arbitrary: month }, { weight: 1, arbitrary: fc.constant('') }),
      code: fc.constantFrom('', 'a', 'b', 'c', 'd', 'e'),
    }),
    { maxLength: 30 },
  ),
})
const bounds: fc.Arbitrary<Bounds> = fc.record({
  first: month,
  last: fc.constant(null),
  nulls: fc.integer({ min: 0, max: 100 }),
  change: fc.integer({ min: 0, max: 100 }),
})

function tablesOf(
  place: string,
  { patients, visits }: Night,
  { first, last, nulls, change }: Bounds,
): CheckTables {
  const until = last === null ? '' : `, last: ${last}`
  return {
    [`${place}/patients`]: {
      rows: 'one_per_patient',
      columns: { sex: '{type: string, constraints: [not_null, {categorical: [female, male]}]}' },
      ceiling: '100%',
      lines: ['id,sex', ...patients.map(({ id, sex }) => `${id},${sex}`)],
    },
    [`${place}/visits`]: {
      columns: { day: '{type: date}', code: '{type: string}' },
      checks: [
        '{unique: [patient_id, code], severity: warn}',
        'patient_exists',
        `{row_count_change: {max: ${change}%}, severity: warn}`,
        `{coverage: {column: day, first: ${first}${until}}, severity: warn}`,
        `{null_share: {column: code, max: ${nulls}%}, severity: warn}`,
      ],
      ceiling: '100%',
      lines: [
        'id,day,code',
        ...visits.map((visit) => `${visit.id},${visit.month && `${visit.month}-17`},${visit.code}`),
      ],
    },
  }
}

function tally<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1)
  return counts
}

/** The rules of each refused patient, and the ids that stay. */
function judgePatients(patients: readonly Patient[]) {
  const rules = new Map<number, Set<string>>()
  const blame = (id: number, rule: string) => rules.set(id, (rules.get(id) ?? new Set()).add(rule))
  const sound = patients.filter(({ sex }) => sex === 'male' || sex === 'female')
  for (const { id, sex } of patients) {
    if (sex === '') blame(id, 'sex not_null')
    if (sex === 'x') blame(id, 'sex categorical')
  }
  const copies = tally(sound, ({ id }) => String(id))
  for (const { id } of sound) {
    if ((copies.get(String(id)) ?? 0) > 1) blame(id, 'null one_row_per_patient')
  }
  const stay = sound.filter(({ id }) => copies.get(String(id)) === 1)
  return { rules, staying: new Set(stay.map(({ id }) => id)) }
}

function expectedMonths(visits: readonly Visit[], { first, last }: Bounds): CheckObservation {
  const present = [...new Set(visits.map((visit) => visit.month).filter((text) => text !== ''))]
  present.sort()
  const latest = present.at(-1) ?? first
  const end = last ?? (latest > first ? latest : first)
  const missing: string[] = []
  for (let date = new Date(`${first}-01T00:00:00Z`); ; date.setUTCMonth(date.getUTCMonth() + 1)) {
    const text = date.toISOString().slice(0, 7)
    if (text > end) break
    if (!present.includes(text)) missing.push(text)
  }
  return {
    kind: 'months',
    first: present[0] ?? null,
    last: present.at(-1) ?? null,
    missing_count: missing.length,
    missing,
  }
}

interface Expected {
  readonly accepted: number
  readonly cascade: Omit<Cascade, 'cause' | 'tables'> | null
  readonly observed: readonly (CheckObservation | null)[]
  readonly outcomes: readonly string[]
}

function expectedOf(night: Night, bounds: Bounds, before: number | null): Expected {
  const { rules, staying } = judgePatients(night.patients)
  const kept = night.visits.filter(({ id }) => staying.has(id))
  const orphans = night.visits.filter(({ id }) => !staying.has(id))
  const explained = orphans.filter(({ id }) => rules.has(id))
  const people = [...new Set(explained.map(({ id }) => id))]
  const blamed = tally(
    people.flatMap((id) => [...(rules.get(id) ?? [])]),
    (rule) => rule,
  )
  const keys = kept.filter(({ code }) => code !== '').map(({ id, code }) => `${id} ${code}`)
  const copies = tally(keys, (key) => key)
  const repeated = keys.filter((key) => (copies.get(key) ?? 0) > 1).length
  const nulls = kept.filter(({ code }) => code === '').length
  const months = expectedMonths(kept, bounds)
  const isFirst = before === null || (before === 0 && kept.length > 0)
  const change = Math.abs(kept.length - (before ?? 0)) * 100 > bounds.change * (before ?? 0)
  const say = (fails: boolean) => (fails ? 'warned' : 'passed')
  return {
    accepted: kept.length,
    cascade:
      explained.length === 0
        ? null
        : {
            patients: people.length,
            rows: explained.length,
            rules: [...blamed].map(([key, patients]) => {
              const [column = '', rule = ''] = key.split(' ')
              return { column: column === 'null' ? null : column, rule, patients } as never
            }),
          },
    observed: [
      { kind: 'rows', rows: repeated },
      { kind: 'rows', rows: orphans.length },
      isFirst ? null : { kind: 'change', rows: kept.length, snapshot: 1, before: before ?? 0 },
      months,
      { kind: 'nulls', nulls, rows: kept.length },
    ],
    outcomes: [
      say(repeated > 0),
      orphans.length > 0 ? 'rejected' : 'passed',
      isFirst ? 'not_run' : say(change),
      say(months.kind === 'months' && months.missing_count > 0),
      say(nulls * 100 > bounds.nulls * kept.length),
    ],
  }
}

const byText = (left: unknown, right: unknown) =>
  JSON.stringify(left) < JSON.stringify(right) ? -1 : 1

function expectAgreement(outcome: LoadOutcome, place: string, expected: Expected): void {
  const visits = outcome.tables[`${place}/visits`]
  expect(visits?.accepted).toBe(expected.accepted)
  expect(visits?.checks.map((check) => check.observed)).toEqual(expected.observed)
  expect(visits?.checks.map((check) => check.outcome)).toEqual(expected.outcomes)
  expect(visits?.cascaded).toBe(expected.cascade?.rows ?? 0)
  const cascade = outcome.cascades.find(({ cause }) => cause === `${place}/patients`)
  if (expected.cascade === null) {
    expect(cascade).toBeUndefined()
    return
  }
  const { patients, rows, rules } = expected.cascade
  expect(cascade).toMatchObject({ patients, rows, tables: { [`${place}/visits`]: rows } })
  expect([...(cascade?.rules ?? [])].sort(byText)).toEqual([...rules].sort(byText))
}

/** Two nights of one backend; many of them are loaded at once, each in a namespace of its own. */
interface Backend {
  readonly one: Night
  readonly two: Night
  readonly bounds: Bounds
}

const backend: fc.Arbitrary<Backend> = fc
  .record({ one: night, two: night, bounds, end: fc.option(month) })
  .map(({ one, two, bounds: stated, end }) => {
    const last = end !== null && end >= stated.first ? end : null
    return { one, two, bounds: { ...stated, last } }
  })

test(
  'checks and cascades are those of a plain computation',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(backend, { minLength: 1, maxLength: 10 }), async (backends) => {
        lake.empty()
        const loadNight = async (which: 'one' | 'two') => {
          const tables = backends.map((each, index) =>
            tablesOf(`n${index}`, each[which], each.bounds),
          )
          const outcome = await lake.load(Object.assign({}, ...tables))
          expect(outcome.error).toBeNull()
          return outcome
        }
        const first = await loadNight('one')
        const second = await loadNight('two')
        for (const [index, { one, two, bounds: asked }] of backends.entries()) {
          const before = expectedOf(one, asked, null)
          expectAgreement(first, `n${index}`, before)
          expectAgreement(second, `n${index}`, expectedOf(two, asked, before.accepted))
        }
      }),
      // To shrink is to load again and again: the seed is what matters.
      { ...generativeParameters<[Backend[]]>(3, 2), endOnFailure: true },
    )
  },
  proofPatienceMs,
)
