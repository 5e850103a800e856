// unique and patient_exists by severity: rows are refused, or pass and are counted, or refuse the load.
import { afterAll, beforeEach, expect, test } from '@jest/globals'
import { lakeLayout } from '../../../lake/lake-layout.ts'
import { readManifest } from '../../../lake/manifest.ts'
import { type CheckTable, openCheckLake } from '../../support/check-project.ts'

const lake = openCheckLake('keys')
afterAll(() => lake.remove())
beforeEach(() => lake.empty())

/** Key (1, a) three times, (2, b) twice, two rows without a code, one of its own. */
const lines = ['id,code', '1,a', '1,a', '1,a', '2,b', '2,b', '3,', '3,', '2,a']
const visits = (checks: string[], more: Partial<CheckTable> = {}) => ({
  visits: { columns: { code: '{type: string}' }, checks, lines, ...more },
})

test('a composite key: rows of a key that others have are refused, nulls are no keys', async () => {
  const outcome = await lake.load(visits(['{unique: [patient_id, code]}'], { ceiling: '5' }))
  expect(outcome).toMatchObject({ error: null, snapshot: 1 })
  expect(outcome.tables['own/visits']).toMatchObject({
    accepted: 3,
    rejected: 5,
    rejects: [{ column: null, rule: 'unique', count: 5 }],
    warnings: [],
    checks: [
      {
        kind: 'unique',
        columns: ['patient_id', 'code'],
        expected: 'no two rows have the same patient_id, code',
        outcome: 'rejected',
        observed: { kind: 'rows', rows: 5 },
      },
    ],
  })
})

test('severity warn: all rows pass, those of repeated keys are counted', async () => {
  const composite = ['{unique: [patient_id, code], severity: warn}']
  const columns = { code: '{type: string, constraints: [{unique: true, severity: warn}]}' }
  const outcome = await lake.load(visits(composite, { columns }))
  expect(outcome).toMatchObject({ error: null })
  expect(outcome.tables['own/visits']).toMatchObject({
    accepted: 8,
    rejected: 0,
    warnings: [
      { column: 'code', rule: 'unique', count: 6 },
      { column: null, rule: 'unique', count: 5 },
    ],
  })
  const { manifest } = await readManifest(lakeLayout(`${lake.folder}/lake`), 1)
  expect(manifest.tables['own/visits']?.checks).toMatchObject([
    { columns: ['code'], outcome: 'warned', observed: { rows: 6 } },
    { columns: ['patient_id', 'code'], outcome: 'warned', observed: { rows: 5 } },
  ])
})

test('severity refuse: one key twice refuses the load, whatever the ceiling', async () => {
  const strict = visits(['{unique: [patient_id, code], severity: refuse}'], { ceiling: '100%' })
  const outcome = await lake.load(strict)
  expect(outcome.error).toMatchObject({
    errorName: 'table_check_refused',
    message:
      'own/visits: unique of patient_id, code: 5 rows fail it; expected: no two rows have the ' +
      'same patient_id, code',
  })
  // The rows are in quarantine all the same, for whoever has to find them.
  expect(outcome.tables['own/visits']?.rejects).toEqual([
    { column: null, rule: 'unique', count: 5 },
  ])
})

test('a column that warns where another key refuses: what was refused is not counted', async () => {
  const columns = { code: '{type: string, constraints: [{unique: true, severity: warn}]}' }
  const outcome = await lake.load(
    visits(['{unique: [patient_id, code]}'], { columns, ceiling: '5' }),
  )
  // (2, a) stays, and no other row has its code any more.
  expect(outcome.tables['own/visits']).toMatchObject({ accepted: 3, warnings: [] })
})

const people = { columns: {}, rows: 'one_per_patient', lines: ['id', '1', '2'] } as const
const children = (severity: string) => ({
  patients: people,
  visits: {
    columns: {},
    checks: [`{patient_exists: true, severity: ${severity}}`],
    ceiling: '100%',
    lines: ['id', '1', '3', '3', '2', '9'],
  },
})

test('patient_exists by severity', async () => {
  const rejected = await lake.load(children('reject'))
  expect(rejected.tables['own/visits']).toMatchObject({
    accepted: 2,
    rules: { patient_exists: 3 },
    warnings: [],
    cascaded: 0,
  })
  lake.empty()
  const warned = await lake.load(children('warn'))
  expect(warned).toMatchObject({ error: null })
  expect(warned.tables['own/visits']).toMatchObject({
    accepted: 5,
    rejected: 0,
    warnings: [{ column: 'patient_id', rule: 'patient_exists', count: 3 }],
  })
  lake.empty()
  const refused = await lake.load(children('refuse'))
  expect(refused.error?.message).toBe(
    'own/visits: patient_exists: 3 rows fail it; expected: every patient is in the patients table',
  )
})

test('patient_exists that warns, without a patients table, is not run', async () => {
  const { visits: alone } = children('warn')
  const outcome = await lake.load({ visits: alone })
  expect(outcome.tables['own/visits']).toMatchObject({
    accepted: 5,
    checks_not_run: [{ check: 'patient_exists', reason: 'no own/patients table is landed' }],
  })
})

test('ceilings that are breached as well are told with what refuses', async () => {
  const tables = children('reject')
  const checks = ['patient_exists', '{null_share: {column: code, max: 0%}}']
  const outcome = await lake.load({
    ...tables,
    visits: {
      ...tables.visits,
      columns: { code: '{type: string}' },
      checks,
      ceiling: '1',
      lines: ['id,code', '1,', '3,a', '4,a'],
    },
  })
  expect(outcome.error?.message.split('\n')).toEqual([
    'own/visits: null_share of code: 1 of 1 row without a value (100%); expected: at most 0% of ' +
      'the rows have no code',
    'own/visits: 2 of 3 rows refused, ceiling 1 row (patient_id patient_exists 2)',
  ])
})
