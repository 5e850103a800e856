// Child rows whose patient was refused say so, and are summed up under that cause; strangers are not.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from '@jest/globals'
import { type CheckTables, openCheckLake } from '../../support/check-project.ts'
import { readRows } from '../../support/same-tables.ts'

const lake = openCheckLake('cascades')
const texts = openCheckLake('text-cascades', 'string')
afterAll(() => {
  lake.remove()
  texts.remove()
})
beforeEach(() => {
  lake.empty()
  texts.empty()
})

const sexes = '{type: string, constraints: [{categorical: [female, male]}]}'

/** 11 is refused for its sex, 12 for its date, 13 as a duplicate; 19 never came; 14 is sound. */
const tables: CheckTables = {
  patients: {
    rows: 'one_per_patient',
    columns: { sex: sexes, born: '{type: date}' },
    ceiling: '100%',
    lines: [
      'id,sex,born',
      ...['11,x,2000-01-01', '12,male,2000-13-01', '13,male,', '13,female,', '14,male,'],
      ...['15,female,2000-01-01,2000-01-02'],
    ],
  },
  events: {
    columns: { code: '{type: string}' },
    checks: ['patient_exists'],
    ceiling: '100%',
    lines: ['id,code', '11,a', '11,b', '12,a', '13,a', '13,b', '14,a', '15,a', '19,a', '19,b'],
  },
  drugs: {
    columns: {},
    checks: ['patient_exists'],
    ceiling: '100%',
    lines: ['id', '11', '14', '19'],
  },
}

/** Masks of the rows refused under patient_exists, from the files of quarantine. */
async function masks(run: string, table: string): Promise<unknown[][]> {
  const folder = join(lake.folder, 'lake', 'quarantine', run, 'own', table)
  return readRows(
    `SELECT trim(raw_record::VARCHAR), rule, rules FROM read_parquet('${folder}/*.parquet')
     ORDER BY byte_offset`,
  )
}

test('a cause sums up its child rows over all tables; a patient that never came is no cause', async () => {
  const outcome = await lake.load(tables)
  expect(outcome).toMatchObject({ error: null, snapshot: 1 })
  expect(outcome.cascades).toEqual([
    {
      cause: 'own/patients',
      patients: 3,
      rows: 6,
      tables: { 'own/events': 5, 'own/drugs': 1 },
      rules: [
        { column: 'born', rule: 'type', patients: 1 },
        { column: 'sex', rule: 'categorical', patients: 1 },
        { column: null, rule: 'one_row_per_patient', patients: 1 },
      ],
    },
  ])
  expect(outcome.tables).toMatchObject({
    'own/events': { accepted: 1, rules: { patient_exists: 8 }, cascaded: 5 },
    'own/drugs': { accepted: 1, rules: { patient_exists: 2 }, cascaded: 1 },
  })
  // The record of 15 has a field too many: nobody can say that its first field is its id.
  const notice =
    'no patient can be read in 1 refused row of own/patients: what they explain is not known'
  expect(outcome.tables['own/events']?.notices).toEqual([notice])
  expect(outcome.tables['own/patients']?.notices).toEqual([])
  const beside = 'patient_exists,patient_refused'
  expect(await masks(outcome.run, 'events')).toEqual([
    ['11,a', 'patient_exists', beside],
    ['11,b', 'patient_exists', beside],
    ['12,a', 'patient_exists', beside],
    ['13,a', 'patient_exists', beside],
    ['13,b', 'patient_exists', beside],
    ['15,a', 'patient_exists', 'patient_exists'],
    ['19,a', 'patient_exists', 'patient_exists'],
    ['19,b', 'patient_exists', 'patient_exists'],
  ])
})

test('a row refused under its own key is no row of the cascade', async () => {
  const checks = ['patient_exists', '{unique: [code]}']
  const outcome = await lake.load({ ...tables, events: { ...tables['events']!, checks } })
  // Of the codes a and b every row is refused under unique.
  expect(outcome.tables['own/events']).toMatchObject({ rules: { unique: 9 }, cascaded: 0 })
  expect(outcome.cascades).toMatchObject([{ rows: 1, tables: { 'own/drugs': 1 } }])
})

test('a patient with one row refused and another accepted is no cause', async () => {
  const lines = ['id,sex,born', '11,x,', '11,male,', '14,male,']
  const outcome = await lake.load({ ...tables, patients: { ...tables['patients']!, lines } })
  expect(outcome.cascades).toEqual([])
  expect(outcome.tables['own/events']).toMatchObject({ accepted: 3, cascaded: 0 })
})

test('a copy that is dropped is no refused patient', async () => {
  const lines = ['id,sex,born', '11,male,', '11,male,', '14,male,']
  const more = 'duplicates: keep_identical'
  const outcome = await lake.load({ ...tables, patients: { ...tables['patients']!, lines, more } })
  expect(outcome.cascades).toEqual([])
  expect(outcome.tables['own/patients']).toMatchObject({ rules: { identical_duplicate: 1 } })
  expect(outcome.tables['own/events']).toMatchObject({ accepted: 3 })
})

test('ids that are texts are read with trim, null texts and quotes of the mapping', async () => {
  const awkward: CheckTables = {
    patients: {
      columns: { sex: sexes },
      ceiling: '100%',
      more: 'trim: true',
      lines: ['id,sex', "a'1,male", '" b,\'2 ",x', 'é3,y', ',x'],
    },
    events: {
      columns: {},
      checks: ['patient_exists'],
      ceiling: '100%',
      lines: ['id', "a'1", '"b,\'2"', 'é3', 'é3', 'é4'],
    },
  }
  const outcome = await texts.load(awkward)
  expect(outcome.tables['own/events']).toMatchObject({ accepted: 1, rejected: 4, cascaded: 3 })
  expect(outcome.cascades).toMatchObject([
    { patients: 2, rows: 3, rules: [{ column: 'sex', rule: 'categorical', patients: 2 }] },
  ])
})

test('patients that are carried: the quarantine of the run that loaded them is read', async () => {
  const first = await lake.load({ ...tables, events: { ...tables['events']!, lines: ['id,code'] } })
  const second = await lake.load(tables, ['own/events'])
  expect(second).toMatchObject({ error: null, snapshot: 2 })
  expect(second.cascades).toMatchObject([
    { cause: 'own/patients', patients: 3, rows: 5, tables: { 'own/events': 5 } },
  ])
  // Nothing changed: the same is found, and nothing is published.
  expect(await lake.load(tables, ['own/events'])).toMatchObject({ unchanged: true })
  const quarantine = join(lake.folder, 'lake', 'quarantine', first.run)
  expect(readdirSync(join(quarantine, 'own')).sort()).toEqual(['drugs', 'events', 'patients'])
  rmSync(quarantine, { recursive: true })
  expect(existsSync(quarantine)).toBe(false)
  const third = await lake.load(tables, ['own/events'])
  expect(third.cascades).toEqual([])
  expect(third.tables['own/events']).toMatchObject({
    rules: { patient_exists: 8 },
    cascaded: 0,
    notices: [
      `why patients are missing was not worked out: the quarantine of run ${first.run} is gone`,
    ],
  })
})

test('carried patients whose mapping has changed since are not guessed at', async () => {
  const first = await lake.load({ ...tables, events: { ...tables['events']!, lines: ['id,code'] } })
  const patients = { ...tables['patients']!, more: 'trim: true' }
  const second = await lake.load({ ...tables, patients }, ['own/events'])
  expect(second.cascades).toEqual([])
  expect(second.tables['own/events']?.notices).toEqual([
    'why patients are missing was not worked out: own/patients is not read as it was in run ' +
      first.run,
  ])
})
