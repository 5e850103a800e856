// The dummy tables of five OpenSAFELY studies, already in the shape of the core tables, as they are.
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { rawFile, type TableFacts } from '../../support/expected-rows.ts'
import { describeExtract, extractsFolder } from '../../support/extract-load.ts'
import {
  deathsFacts,
  eventsFacts,
  medicationsFacts,
  patientsFacts,
  registrationsFacts,
} from './core-tables.ts'
import { expectExtract } from './expect-extract.ts'

/** Columns that a file has under the name of the contract. */
const named = (...columns: readonly string[]): Record<string, string> =>
  Object.fromEntries(columns.map((column) => [column, `"${column}"`]))

interface Study {
  readonly name: string
  readonly folder: string
  readonly patients: readonly string[]
  readonly hasValues: boolean
  /** null: the study has no file of deaths. */
  readonly deaths: readonly string[] | null
}

const allOfPatients = ['date_of_birth', 'sex', 'date_of_death']
const deathsWithCause = ['date', 'cause_of_death_01']

const studies: readonly Study[] = [
  {
    ...{ name: 'demo_repo', folder: 'dummy_tables', patients: allOfPatients },
    ...{ hasValues: false, deaths: ['date'] },
  },
  {
    ...{ name: 'ehrql-workflow', folder: 'example-data', patients: allOfPatients },
    ...{ hasValues: true, deaths: deathsWithCause },
  },
  {
    ...{ name: 'pharmacy-first-data-development', folder: 'dummy_tables' },
    ...{ patients: ['date_of_birth', 'sex'], hasValues: false, deaths: deathsWithCause },
  },
  {
    ...{ name: 'qof-diabetes', folder: 'dummy_data', patients: allOfPatients },
    ...{ hasValues: true, deaths: null },
  },
  {
    ...{ name: 'raw_medicines_short_data_report', folder: 'dummy_tables' },
    ...{ patients: ['date_of_death'], hasValues: true, deaths: ['date'] },
  },
]

function factsOf({ name, folder, patients, hasValues, deaths }: Study): TableFacts[] {
  const raw = (table: string) =>
    rawFile(join(`${extractsFolder}`, 'opensafely-dummy', name, folder, `${table}.csv`))
  const events = named('date', 'snomedct_code', ...(hasValues ? ['numeric_value'] : []))
  const registrations = named('start_date', 'end_date', 'practice_pseudo_id')
  return [
    patientsFacts('int', raw('patients'), named(...patients)),
    registrationsFacts('int', raw('practice_registrations'), registrations),
    eventsFacts('int', raw('clinical_events'), events),
    medicationsFacts('int', raw('medications'), named('date', 'dmd_code')),
    ...(deaths === null ? [] : [deathsFacts('int', raw('ons_deaths'), named(...deaths))]),
  ]
}

for (const study of studies) {
  describeExtract(`OpenSAFELY study ${study.name}`, () => {
    test('lands what its contracts accept and refuses the rest', async () => {
      const tables = await expectExtract(study.name, `${extractsFolder}`, factsOf(study))
      if (study.name === 'raw_medicines_short_data_report') {
        // No date of birth: nobody can land, and without patients no other row.
        expect(Object.values(tables).map(({ accepted }) => accepted)).toEqual([0, 0, 0, 0, 0])
      }
      if (study.name === 'qof-diabetes') expect(tables['core/medications']?.in).toBe(0)
    })
  })
}
