// A Synthea export mapped onto core tables: identifiers are UUIDs, dates have a time and a zone, and
// the codes are SNOMED CT (conditions), RxNorm (medications) and LOINC (observations).
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { rawFile, type TableFacts } from '../../support/expected-rows.ts'
import { describeExtract, extractsFolder } from '../../support/extract-load.ts'
import { eventsFacts, medicationsFacts, patientsFacts } from './core-tables.ts'
import { expectExtract } from './expect-extract.ts'

const raw = (table: string) => rawFile(join(`${extractsFolder}`, 'synthea-27', `${table}.csv`))

const people = (): TableFacts => ({
  ...patientsFacts('string', raw('patients'), {
    patient_id: '"Id"',
    // The month as written, its first day.
    date_of_birth: `"BIRTHDATE"[1:8] || '01'`,
    sex: `CASE "GENDER" WHEN 'M' THEN 'male' WHEN 'F' THEN 'female'
      ELSE if("GENDER" IS NULL, NULL, 'unknown') END`,
    date_of_death: '"DEATHDATE"',
  }),
  coercions: [
    {
      ...{ column: 'date_of_birth', kind: 'rounded_to_month' },
      where: `raw."BIRTHDATE" NOT LIKE '%-01'`,
    },
    { column: 'sex', kind: 'mapped_otherwise', where: `raw."GENDER" NOT IN ('M', 'F')` },
    { column: 'date_of_death', kind: 'time_cut', where: `raw."DEATHDATE" LIKE '%:%'` },
  ],
})

const cut = (column: string) => [
  { column: 'date', kind: 'time_cut', where: `raw."${column}" LIKE '%T%Z'` },
]

describeExtract('Synthea people, conditions and medications', () => {
  test('land as patients, clinical events and medications', async () => {
    const events = { patient_id: '"PATIENT"', date: '"START"', snomedct_code: '"CODE"' }
    const medications = { patient_id: '"PATIENT"', date: '"START"', dmd_code: '"CODE"' }
    const tables = await expectExtract('synthea-conditions', `${extractsFolder}`, [
      people(),
      { ...eventsFacts('string', raw('conditions'), events), coercions: cut('START') },
      { ...medicationsFacts('string', raw('medications'), medications), coercions: cut('START') },
    ])
    // Every medication was given with a time: each cut is counted.
    const { accepted, coercions } = tables['core/medications'] ?? {}
    expect(coercions).toEqual([{ column: 'date', kind: 'time_cut', count: accepted }])
  })
})

describeExtract('Synthea observations', () => {
  test('are all refused as clinical events: LOINC is not SNOMED CT', async () => {
    const events = {
      ...{ patient_id: '"PATIENT"', date: '"DATE"' },
      ...{ snomedct_code: '"CODE"', numeric_value: '"VALUE"' },
    }
    const tables = await expectExtract('synthea-observations', `${extractsFolder}`, [
      people(),
      { ...eventsFacts('string', raw('observations'), events), coercions: cut('DATE') },
    ])
    expect(tables['core/clinical_events']?.accepted).toBe(0)
  })
})
