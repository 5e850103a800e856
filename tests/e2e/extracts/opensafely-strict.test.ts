// Every dummy table of five OpenSAFELY studies, also those that no core contract is for, through
// contracts that ask for more than ehrQL states: check digits, dates in order, nothing told twice.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import {
  type Check,
  type ColumnFacts,
  categorical,
  checkDigit,
  closedRange,
  dateAfter,
  dateColumn,
  firstOfMonth,
  floatColumn,
  generalRange,
  icd10Column,
  intColumn,
  letterColumn,
  noFutureDates,
  notNull,
  regex,
  sctidColumn,
  textColumn,
} from '../../support/column-facts.ts'
import { rawFile, type TableFacts } from '../../support/expected-rows.ts'
import { describeExtract, extractsFolder } from '../../support/extract-load.ts'
import { isFullSize } from '../../support/proofs.ts'
import { expectExtract } from './expect-extract.ts'

type Column = (name: string, text: string, raw: string) => ColumnFacts
type Builder = (name: string, text: string, ...checks: readonly Check[]) => ColumnFacts

const asked =
  (builder: Builder, ...checks: readonly Check[]): Column =>
  (name, text) =>
    builder(name, text, ...checks)
const causes = [
  'underlying_cause_of_death',
  ...Array.from({ length: 15 }, (_, at) => `cause_of_death_${String(at + 1).padStart(2, '0')}`),
]
const since1900 = generalRange("v >= DATE '1900-01-01'")
const date = asked(dateColumn, noFutureDates)
const coded: Column = (name, text, raw) =>
  sctidColumn(name, text, notNull, ...checkDigit(raw, name))
const integer = asked(intColumn)
const letter = asked(letterColumn)
const sexes = ['female', 'male', 'intersex', 'unknown']

interface Strict {
  readonly columns: Readonly<Record<string, Column>>
  readonly key?: readonly string[]
  readonly onePerPatient?: boolean
}

/** What the contracts of the namespace `strict` ask, with what they have from ehrQL. */
const strictTables: Readonly<Record<string, Strict>> = {
  patients: {
    onePerPatient: true,
    columns: {
      date_of_birth: asked(dateColumn, firstOfMonth, notNull, noFutureDates),
      sex: asked(textColumn, categorical(...sexes), notNull),
      date_of_death: asked(dateColumn, noFutureDates, dateAfter('date_of_birth')),
    },
  },
  practice_registrations: {
    key: ['patient_id', 'start_date', 'practice_pseudo_id'],
    columns: {
      start_date: asked(dateColumn, notNull, noFutureDates),
      end_date: asked(dateColumn, noFutureDates, dateAfter('start_date')),
      practice_pseudo_id: asked(intColumn, notNull),
    },
  },
  clinical_events: {
    key: ['patient_id', 'date', 'snomedct_code'],
    columns: {
      date: asked(dateColumn, noFutureDates, since1900),
      snomedct_code: coded,
      numeric_value: asked(floatColumn),
    },
  },
  medications: {
    key: ['patient_id', 'date', 'dmd_code'],
    columns: { date: asked(dateColumn, noFutureDates, since1900), dmd_code: coded },
  },
  ons_deaths: {
    onePerPatient: true,
    columns: {
      date: asked(dateColumn, notNull, noFutureDates),
      ...Object.fromEntries(causes.map((name) => [name, asked(icd10Column)])),
    },
  },
  addresses: {
    key: ['patient_id', 'address_id', 'start_date'],
    columns: {
      address_id: asked(intColumn, notNull),
      start_date: date,
      end_date: asked(dateColumn, noFutureDates, dateAfter('start_date')),
      address_type: asked(intColumn, categorical(0, 1, 3)),
      rural_urban_classification: asked(intColumn, closedRange('v BETWEEN 1 AND 8')),
      imd_rounded: asked(intColumn, closedRange('v BETWEEN 0 AND 32800 AND v % 100 = 0')),
      msoa_code: asked(textColumn, regex('E020[0-9]{5}')),
      has_postcode: letter,
      care_home_is_potential_match: letter,
      care_home_requires_nursing: letter,
      care_home_does_not_require_nursing: letter,
    },
  },
  medications_raw: {
    key: ['patient_id', 'date', 'dmd_code', 'consultation_id', 'medication_status'],
    columns: {
      date,
      dmd_code: coded,
      consultation_id: integer,
      medication_status: asked(intColumn, closedRange('v BETWEEN 0 AND 28')),
      quantity: asked(textColumn),
      repeat_medication_id: integer,
    },
  },
  repeat_medications_raw: {
    key: ['patient_id', 'date', 'dmd_code', 'start_date'],
    columns: {
      date,
      dmd_code: coded,
      consultation_id: integer,
      repeat_medication_id: integer,
      medication_status: asked(intColumn, closedRange('v BETWEEN 0 AND 28')),
      quantity: asked(textColumn),
      start_date: date,
      end_date: asked(dateColumn),
    },
  },
}

/** Columns whose nulls the register of a study permits. */
const permittedNulls: Readonly<Record<string, readonly string[]>> = {
  raw_medicines_short_data_report: ['date_of_birth', 'sex'],
}

function factsOf(study: string, table: string, path: string): TableFacts {
  const { columns, key, onePerPatient = false } = strictTables[table] as Strict
  const header = readFileSync(path, 'utf8').split('\n', 1)[0]?.split(',') ?? []
  const raw = rawFile(path)
  const facts = Object.entries(columns).map(([name, column]) => {
    const fact = column(name, header.includes(name) ? `"${name}"` : 'NULL', raw)
    if (!permittedNulls[study]?.includes(name)) return fact
    return { ...fact, checks: fact.checks.filter(({ rule }) => rule !== 'not_null') }
  })
  return {
    table: `strict/${table}`,
    raw,
    columns: [intColumn('patient_id', 'patient_id', notNull), ...facts],
    onePerPatient,
    ...(key === undefined ? {} : { unique: [key] }),
    ...(table === 'patients' ? {} : { patients: 'strict/patients' }),
  }
}

const folders: Readonly<Record<string, string>> = {
  demo_repo: 'dummy_tables',
  'ehrql-workflow': 'example-data',
  'pharmacy-first-data-development': 'dummy_tables',
  'qof-diabetes': 'dummy_data',
  raw_medicines_short_data_report: 'dummy_tables',
}

describeExtract('OpenSAFELY studies, every file', () => {
  test('no study and no file is left out', () => {
    const all = join(`${extractsFolder}`, 'opensafely-dummy')
    expect(readdirSync(all).sort()).toEqual(Object.keys(folders).sort())
    for (const [study, folder] of Object.entries(folders)) {
      const files = readdirSync(join(all, study, folder)).filter((name) => name.endsWith('.csv'))
      const tables = files.map((name) => name.slice(0, -4))
      expect(tables.filter((table) => strictTables[table] === undefined)).toEqual([])
    }
  })
})

// Half of all rows are of one study: it waits for the full size, which `.ci/run` runs.
const largest = 'demo_repo'

for (const [study, folder] of Object.entries(folders)) {
  const testStudy = study === largest && !isFullSize ? test.skip : test.concurrent
  describeExtract(`OpenSAFELY study ${study}, strictly`, () => {
    testStudy('its defects are found, counted and named as DuckDB finds them', async () => {
      const path = (table: string) =>
        join(`${extractsFolder}`, 'opensafely-dummy', study, folder, `${table}.csv`)
      const tables = Object.keys(strictTables).filter((table) => existsSync(path(table)))
      const facts = tables.map((table) => factsOf(study, table, path(table)))
      await expectExtract(`strict-${study}`, `${extractsFolder}`, facts)
    })
  })
}
