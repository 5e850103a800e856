// Rows of the tables beside events: patients, and forty columns of deaths with the diagnoses of
// emergency care, most of them empty, as they are.
import { seededRandom } from '../../../contracts/dummy/seeded-random.ts'
import { days, icd10Texts, monthsOfDays, snomedTexts } from './made-texts.ts'
import {
  comma,
  lineEnd,
  textTable,
  type WriteRow,
  writeByte,
  writeNumber,
  writeText,
} from './row-bytes.ts'

export const sexes = ['female', 'male', 'intersex', 'unknown'] as const
export const places = [
  ...['Care Home', 'Elsewhere', 'Home', 'Hospice', 'Hospital'],
  'Other communal establishment',
] as const
export const causeCount = 15
export const diagnosisCount = 19

/** `patient_id,date_of_birth,sex,date_of_death`. */
export function patientRows(_rows: number, seed: number): WriteRow {
  const random = seededRandom(seed)
  const sexTable = textTable(sexes)
  return (target, index) => {
    writeNumber(target, index + 1)
    writeByte(target, comma)
    writeText(target, monthsOfDays, random.below(monthsOfDays.count))
    writeByte(target, comma)
    writeText(target, sexTable, random.below(sexTable.count))
    writeByte(target, comma)
    if (random.chance(0.1)) writeText(target, days, random.below(days.count))
    writeByte(target, lineEnd)
  }
}

/**
 * `patient_id,date,place,underlying_cause_of_death,cause_of_death_01…15,arrival_date,
 * discharge_destination,diagnosis_01…19`: a later position is filled more rarely.
 */
export function wideRows(rows: number, seed: number): WriteRow {
  const random = seededRandom(seed)
  const icd10 = textTable(icd10Texts(seed + 2))
  const snomed = textTable(snomedTexts(seed + 1))
  const placeTable = textTable(places)
  const patients = Math.max(1, Math.floor(rows / 5))
  return (target) => {
    writeNumber(target, 1 + random.below(patients))
    writeByte(target, comma)
    writeText(target, days, random.below(days.count))
    writeByte(target, comma)
    writeText(target, placeTable, random.below(placeTable.count))
    writeByte(target, comma)
    writeText(target, icd10, random.below(icd10.count))
    for (let position = 0; position < causeCount; position++) {
      writeByte(target, comma)
      if (random.next() * (1 + position / 3) < 1) {
        writeText(target, icd10, random.below(icd10.count))
      }
    }
    writeByte(target, comma)
    writeText(target, days, random.below(days.count))
    for (let position = 0; position <= diagnosisCount; position++) {
      writeByte(target, comma)
      if (random.next() * (1 + position / 3) < 1) {
        writeText(target, snomed, random.below(snomed.count))
      }
    }
    writeByte(target, lineEnd)
  }
}
