// Writes the extracts of the invented provider Northshire, as such a provider would export them: five
// tables, each from another system with its own column names, delimiter, dates and habits, and a few
// planted defects of every kind. Everything follows from the seed. No person is described.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { seededRandom } from '../../contracts/dummy/seeded-random.ts'

export interface NorthshireOptions {
  readonly seed: number
  readonly patients: number
}

export const northshireDefaults: NorthshireOptions = { seed: 20261101, patients: 2_000 }

/** Rows of every table and the refusals planted in it, by `column rule`: what a load must find. */
export interface AnswerKey {
  readonly rows: number
  readonly refused: Readonly<Record<string, number>>
}

interface Patient {
  readonly id: bigint
  readonly born: number
  readonly died: number | null
  readonly refused: boolean
}

const dayMs = 86_400_000
const monthNames = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
const firstPatientId = 7_300_000_000_000_000_001n
const day = (year: number, month: number, date: number): number =>
  Date.UTC(year, month - 1, date) / dayMs

function parts(days: number): { year: string; month: string; date: string; name: string } {
  const [year = '', month = '', date = ''] = isoDate(days).split('-')
  return { year, month, date, name: monthNames[Number(month) - 1] ?? '' }
}

const isoDate = (days: number): string => new Date(days * dayMs).toISOString().slice(0, 10)
const slashDate = (days: number): string => {
  const { year, month, date } = parts(days)
  return `${date}/${month}/${year}`
}
const wordDate = (days: number): string => {
  const { year, name, date } = parts(days)
  return `${date}-${name}-${year}`
}

const snomedCodes = [
  '195967001',
  '44054006',
  '38341003',
  '271649006',
  '27113001',
  '60621009',
  '1153637007',
  '43396009',
  '999000011000001104',
]
const dmdCodes = ['39113611000001102', '42206511000001102', '39709811000001108', '9207411000001106']
const causes = ['I219', 'C349', 'J189', 'F03', 'I64', 'A419', 'C61X', 'J449']
const firstDay = day(2019, 1, 1)
const lastDay = day(2026, 10, 31)

/** Makes the folder anew with all extracts, and returns the answer key by table. */
export function makeNorthshireExtracts(
  folder: string,
  options: NorthshireOptions = northshireDefaults,
): Record<string, AnswerKey> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const random = seededRandom(options.seed)
  const patients = makePatients(random, options.patients)
  return {
    'core/patients': writePatients(folder, random, patients),
    'core/practice_registrations': writeRegistrations(folder, random, patients),
    'core/ons_deaths': writeDeaths(folder, random, patients),
    'core/clinical_events': writeEvents(folder, random, patients),
    'core/medications': writeMedications(folder, random, patients),
  }
}

type Random = ReturnType<typeof seededRandom>

function makePatients(random: Random, count: number): Patient[] {
  const patients: Patient[] = []
  for (let i = 0; i < count; i++) {
    const born = day(1930 + random.below(90), 1 + random.below(12), 1 + random.below(28))
    const died = random.chance(0.05) ? firstDay + random.below(lastDay - firstDay) : null
    patients.push({
      id: firstPatientId + BigInt(i) * 9n,
      born: Math.min(born, firstDay - 1),
      died,
      refused: i % 500 === 250,
    })
  }
  return patients
}

/** Pipe-separated, CRLF, byte order mark, quoted notes that hold line ends; DOB as dd/mm/yyyy. */
function writePatients(folder: string, random: Random, patients: readonly Patient[]): AnswerKey {
  const lines = ['PatientID|Gender|DOB|DOD|PostcodeSector|Notes']
  const refused: Record<string, number> = {}
  for (const [index, { id, born, died, refused: bad }] of patients.entries()) {
    const gender = random.chance(0.02) ? 'I' : random.chance(0.5) ? 'F' : 'M'
    const sector = `NS${1 + random.below(9)} ${random.below(10)}`
    const note = index % 40 === 7 ? '"seen at home,\r\n""no key"" at reception"' : ''
    let birth = slashDate(born)
    if (bad) {
      birth = index % 1000 === 250 ? '' : '31/02/1971'
      count(refused, `date_of_birth ${birth === '' ? 'not_null' : 'type'}`)
    }
    const sex = index % 97 === 5 ? 'U' : gender
    lines.push(
      `${id}|${sex}|${birth}|${died === null ? '31/12/9999' : slashDate(died)}|${sector}|${note}`,
    )
  }
  const twin = patients[3]
  if (twin !== undefined) {
    lines.push(`${twin.id}|F|01/01/1950|31/12/9999|NS1 1|`)
    count(refused, 'record one_row_per_patient', 2)
  }
  lines.push(`${firstPatientId - 9n}|F|01/01/1950|31/12/9999|NS1 1`)
  count(refused, 'record too_few_fields')
  writeFileSync(join(folder, 'pmi_patients_20261101.csv'), `\ufeff${lines.join('\r\n')}\r\n`)
  return { rows: lines.length - 1, refused }
}

/** Whether the load refuses the patient, so that child rows are refused because of it. */
function isRefused(patients: readonly Patient[], index: number): boolean {
  return index === 3 || (patients[index]?.refused ?? false)
}

/** Comma-separated; practice names with commas in quotes; the practice code carries `.0`. */
function writeRegistrations(
  folder: string,
  random: Random,
  patients: readonly Patient[],
): AnswerKey {
  const lines = ['RegistrationKey,PatientID,PracticeName,PracticeCode,StartDate,EndDate']
  const refused: Record<string, number> = {}
  for (const [index, { id, born, died }] of patients.entries()) {
    const start = Math.max(born, firstDay - random.below(4_000))
    const end = died ?? (random.chance(0.1) ? lastDay - random.below(300) : null)
    const code = `${random.below(60) + 1}.0`
    const practice = `"Northshire Medical Centre, No. ${code}"`
    const ended = end === null ? 'NULL' : slashDate(Math.max(end, start))
    let started = slashDate(start)
    if (isRefused(patients, index)) count(refused, 'patient_id patient_exists')
    else if (index % 700 === 100) {
      started = 'NULL'
      count(refused, 'start_date not_null')
    }
    lines.push(`${index + 1},${id},${practice},${code},${started},${ended}`)
  }
  lines.push(`0,${firstPatientId},"Practice, moved",12.5,01/01/2020,NULL`)
  count(refused, 'practice_pseudo_id type')
  writeFileSync(join(folder, 'registrations.csv'), `${lines.join('\n')}\n`)
  return { rows: lines.length - 1, refused }
}

/** Semicolon-separated, months in words, ICD-10 codes with one impossible code, no final line end. */
function writeDeaths(folder: string, random: Random, patients: readonly Patient[]): AnswerKey {
  const lines = ['id;date_of_death;underlying;cause_1;cause_2']
  const refused: Record<string, number> = {}
  for (const [index, { id, died }] of patients.entries()) {
    if (died === null) continue
    const cause = random.pick(causes)
    const second = random.chance(0.5) ? random.pick(causes) : ''
    lines.push(`${id};${wordDate(died)};${cause};${cause};${second}`)
    if (isRefused(patients, index)) count(refused, 'patient_id patient_exists')
  }
  lines.push(`${firstPatientId};05-Mar-2024;heart failure;;`)
  count(refused, 'underlying_cause_of_death type')
  writeFileSync(join(folder, 'ons_deaths.txt'), lines.join('\n'))
  return { rows: lines.length - 1, refused }
}

/** Two files, the older one compressed; decimal values; quotes only where they are needed. */
function writeEvents(folder: string, random: Random, patients: readonly Patient[]): AnswerKey {
  const header = 'EventID,PatientID,EventDate,ConceptID,Value,Comment'
  const files: [string[], string[]] = [[header], [header]]
  const refused: Record<string, number> = {}
  let event = 0
  for (const [index, { id, died }] of patients.entries()) {
    const events = 5 + random.below(30)
    const last = died ?? lastDay
    for (let i = 0; i < events; i++) {
      event++
      const date = firstDay + random.below(Math.max(1, last - firstDay))
      const code = random.pick(snomedCodes)
      const value = random.chance(0.6) ? '' : (40 + random.below(1_200) / 10).toFixed(1)
      const comment = event % 211 === 0 ? '"raised, repeat ""soon"""' : ''
      const text = `${event},${id},${slashDate(date)},${code},${value},${comment}`
      files[date < day(2024, 1, 1) ? 0 : 1].push(text)
      if (isRefused(patients, index)) count(refused, 'patient_id patient_exists')
    }
  }
  plantEventDefects(files[1], refused)
  const rows = files[0].length + files[1].length - 2
  writeFileSync(join(folder, 'events_2023.csv.gz'), gzipSync(`${files[0].join('\n')}\n`))
  // The invalid byte is latin-1: an export whose encoding was never looked at.
  const text = Buffer.from(`${files[1].join('\n')}\n`, 'latin1')
  writeFileSync(join(folder, 'events_2024.csv'), text)
  return { rows, refused }
}

function plantEventDefects(lines: string[], refused: Record<string, number>): void {
  const id = firstPatientId
  const plant = (line: string, reason: string): void => {
    lines.splice(Math.floor(lines.length / 2), 0, line)
    count(refused, reason)
  }
  plant(`1,${id - 1_000n},02/02/2024,195967001,,`, 'patient_id patient_exists')
  plant(`2,${id},30/02/2024,195967001,,`, 'date type')
  plant(`3,${id},02/02/2024,012345,,`, 'snomedct_code type')
  plant(`4,${id},02/02/2024,195967001,high,`, 'numeric_value type')
  plant(`5,${id},02/02/2024,1959670\u00e901,,`, 'snomedct_code invalid_utf8')
  plant(`6,${id},02/02/2024,195967001,,,1`, 'record too_many_fields')
  plant(`8,${id},02/02/2024,195967001,,"closed" twice"`, 'record text_after_quote')
  plant(`9,unknown,02/02/2024,195967001,,`, 'patient_id type')
  // At the end of the file no later quote can close it.
  lines.push(`7,${id},02/02/2024,195967001,,"never closed`)
  count(refused, 'record unterminated_quote')
}

/** TAB-separated without quoting, date-times, a header in capitals. */
function writeMedications(folder: string, random: Random, patients: readonly Patient[]): AnswerKey {
  const lines = ['PATIENT_ID\tISSUED\tVPID\tQUANTITY']
  const refused: Record<string, number> = {}
  for (const [index, { id, died }] of patients.entries()) {
    const issues = random.below(20)
    const last = died ?? lastDay
    for (let i = 0; i < issues; i++) {
      const date = isoDate(firstDay + random.below(Math.max(1, last - firstDay)))
      const minute = String(random.below(60)).padStart(2, '0')
      const time = `${String(8 + random.below(10)).padStart(2, '0')}:${minute}:00`
      lines.push(`${id}\t${date} ${time}\t${random.pick(dmdCodes)}\t${1 + random.below(100)}`)
      if (isRefused(patients, index)) count(refused, 'patient_id patient_exists')
    }
  }
  lines.push(`${firstPatientId}\t2024-02-02 09:00:00\tsalbutamol\t1`)
  count(refused, 'dmd_code type')
  writeFileSync(join(folder, 'medications.tsv'), `${lines.join('\n')}\n`)
  return { rows: lines.length - 1, refused }
}

function count(refused: Record<string, number>, reason: string, by = 1): void {
  refused[reason] = (refused[reason] ?? 0) + by
}
