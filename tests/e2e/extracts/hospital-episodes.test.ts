// NHS artificial Hospital Episode Statistics, accident and emergency, through contracts of its own:
// sentinel dates, whole numbers with a decimal point, padded codes, categories, keys, ranges.
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import {
  bitColumn,
  categorical,
  closedRange,
  dateColumn,
  floatColumn,
  generalRange,
  intColumn,
  notNull,
  regex,
  textColumn,
  wholeColumn,
} from '../../support/column-facts.ts'
import { rawFile, type TableFacts } from '../../support/expected-rows.ts'
import { describeExtract, extractsFolder } from '../../support/extract-load.ts'
import { expectExtract } from './expect-extract.ts'

const file = 'artificial_hes_ae_0708_truncated.csv'
const raw = () => rawFile(join(`${extractsFolder}`, 'artificial-hes-ae', file))

const patientId = textColumn('patient_id', 'PSEUDO_HESID', notNull)
const sex = textColumn(
  'sex',
  `CASE SEX WHEN '1' THEN 'male' WHEN '2' THEN 'female'
    ELSE if(SEX IS NULL, NULL, 'unknown') END`,
  notNull,
  categorical('female', 'male', 'unknown'),
)
const otherSex = {
  ...{ column: 'sex', kind: 'mapped_otherwise' },
  where: "raw.SEX NOT IN ('1', '2')",
}

const people = (): TableFacts => ({
  table: 'hes/patients',
  raw: raw(),
  onePerPatient: true,
  keepIdentical: true,
  columns: [patientId, sex, textColumn('region', 'RESGOR', regex('[A-Z]'))],
  coercions: [otherSex],
})

const disposals = '01 02 03 04 05 06 07 10 11 12 13 14'.split(' ')
const sources = '00 01 02 03 04 05 06 07 08 92 93 99'.split(' ')
const clock = '([01][0-9]|2[0-3])[0-5][0-9]'

const attendances = (): TableFacts => ({
  table: 'hes/ae_attendances',
  raw: raw(),
  unique: ['attendance_id'],
  patients: 'hes/patients',
  columns: [
    patientId,
    intColumn('attendance_id', 'AEKEY', notNull),
    dateColumn(
      'arrival_date',
      'ARRIVALDATE',
      notNull,
      closedRange("v BETWEEN DATE '2007-04-01' AND DATE '2008-03-31'"),
    ),
    textColumn('arrival_time', 'ARRIVALTIME', notNull, regex(clock)),
    intColumn('arrival_mode', 'AEARRIVALMODE', notNull, categorical(1, 2, 9)),
    intColumn('attendance_category', "nullif(AEATTENDCAT, '9')", categorical(1, 2, 3)),
    bitColumn('is_unplanned', 'AEATTEND_EXC_PLANNED', notNull),
    textColumn('disposal', 'AEATTENDDISP', notNull, categorical(...disposals)),
    textColumn('department_type', 'AEDEPTTYPE', categorical('01', '02', '03', '04', '99')),
    textColumn('referral_source', 'AEREFSOURCE', categorical(...sources)),
    wholeColumn('age_years', 'ARRIVALAGE', closedRange('v BETWEEN 0 AND 120')),
    floatColumn('age', 'ARRIVALAGE_CALC', generalRange('v >= 0 AND v < 121')),
    sex,
    wholeColumn('procedure_scheme', 'PROCSCHEME', closedRange('v BETWEEN 1 AND 4')),
    textColumn('diagnosis_1', "trim(DIAG2_01, ' ')", regex('[0-9]{1,3}[BLR]?')),
    textColumn('diagnosis_2', "trim(DIAG2_02, ' ')", regex('[0-9]{1,3}[BLR]?')),
    textColumn('treatment_1', 'TREAT2_01', regex('[0-9]{2,3}')),
    textColumn('assessment_time', "nullif(INITTIME, '4000')", regex(clock)),
    intColumn('assessment_minutes', 'INITDUR', generalRange('v BETWEEN 0 AND 600')),
    textColumn('gp_practice', "nullif(GPPRAC, '&')", regex('[A-Z][0-9]{5}')),
    textColumn('residence_lsoa', 'LSOA01', regex('E01[0-9]{6}')),
    floatColumn('distance', 'PROVDIST', generalRange('v >= 0')),
    // The sentinel is the only value there is: the column lands as null.
    dateColumn('loaded_on', "nullif(SUSLDDATE_HIS, '1802-01-01 00:00:00')"),
  ],
  coercions: [
    otherSex,
    { column: 'age_years', kind: 'decimal_dropped', where: "raw.ARRIVALAGE LIKE '%.%'" },
    { column: 'procedure_scheme', kind: 'decimal_dropped', where: "raw.PROCSCHEME LIKE '%.%'" },
    { column: 'diagnosis_1', kind: 'trimmed', where: "raw.DIAG2_01 LIKE '% %'" },
    { column: 'diagnosis_2', kind: 'trimmed', where: "raw.DIAG2_02 LIKE '% %'" },
  ],
})

describeExtract('Artificial HES accident and emergency', () => {
  test('lands through contracts of its own', async () => {
    const facts = [people(), attendances()]
    const tables = await expectExtract('artificial-hes-ae', `${extractsFolder}`, facts)
    // Rows, keys and references: each kind of rule finds something in this file.
    expect(Object.keys(tables['hes/patients']?.rules ?? {}).sort()).toEqual([
      ...['identical_duplicate', 'one_row_per_patient'],
    ])
    expect(Object.keys(tables['hes/ae_attendances']?.rules ?? {}).sort()).toEqual([
      ...['categorical', 'closed_range', 'general_range', 'patient_exists', 'regex'],
    ])
  })
})
