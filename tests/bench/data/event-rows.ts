// Rows of events: patient, day, SNOMED CT code, value. Shuffled or clustered by patient, bare or with
// every text quoted.
import { seededRandom } from '../../../contracts/dummy/seeded-random.ts'
import { days, noteTexts, snomedTexts, valueTexts } from './made-texts.ts'
import {
  comma,
  lineEnd,
  quote,
  textTable,
  type WriteRow,
  writeByte,
  writeNumber,
  writeText,
} from './row-bytes.ts'

export const rowsPerPatient = 20
const shareWithoutValue = 0.4
const values = textTable(valueTexts)
const notes = textTable(noteTexts)

export const patientsOf = (rows: number): number => Math.max(1, Math.ceil(rows / rowsPerPatient))

/** `patient_id,date,snomedct_code,numeric_value`. */
export function eventRows(rows: number, seed: number, isSorted: boolean): WriteRow {
  const random = seededRandom(seed)
  const codes = textTable(snomedTexts(seed + 1))
  const patients = patientsOf(rows)
  return (target, index) => {
    const patient = isSorted ? Math.floor(index / rowsPerPatient) : random.below(patients)
    writeNumber(target, patient + 1)
    writeByte(target, comma)
    writeText(target, days, random.below(days.count))
    writeByte(target, comma)
    writeText(target, codes, random.below(codes.count))
    writeByte(target, comma)
    if (random.next() >= shareWithoutValue) writeText(target, values, random.below(values.count))
    writeByte(target, lineEnd)
  }
}

/** `patient_id,date,snomedct_code,numeric_value,note`: all but the value stand in quotes. */
export function quotedRows(rows: number, seed: number): WriteRow {
  const random = seededRandom(seed)
  const codes = textTable(snomedTexts(seed + 1))
  const patients = patientsOf(rows)
  return (target) => {
    writeByte(target, quote)
    writeNumber(target, 1 + random.below(patients))
    for (const table of [days, codes]) {
      writeByte(target, quote)
      writeByte(target, comma)
      writeByte(target, quote)
      writeText(target, table, random.below(table.count))
    }
    writeByte(target, quote)
    writeByte(target, comma)
    if (random.next() >= shareWithoutValue) writeText(target, values, random.below(values.count))
    writeByte(target, comma)
    writeByte(target, quote)
    writeText(target, notes, random.below(notes.count))
    writeByte(target, quote)
    writeByte(target, lineEnd)
  }
}

/** `event_id,patient_id,date,snomedct_code,numeric_value`: a key beside the event. */
export function keyedEventRows(rows: number, seed: number): WriteRow {
  const writeEvent = eventRows(rows, seed, false)
  return (target, index) => {
    writeNumber(target, index + 1)
    writeByte(target, comma)
    writeEvent(target, index)
  }
}
