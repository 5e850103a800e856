// A provider's project that is awkward on purpose: several files and batches a table, quoted line ends
// that look like records, a compressed file, rows refused for their form and rows refused by every
// table check, so that a load goes through first passes, second passes and wrong guesses.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { seededRandom } from '../../contracts/dummy/seeded-random.ts'

export interface AwkwardOptions {
  readonly seed: number
  /** 1, or 2 for the same extract a day later: some files changed, some not. */
  readonly version: 1 | 2
  /** True: one file of more than two batches (over 12 MiB); false: everything is small. */
  readonly large: boolean
}

export const awkwardTables = [
  'core/clinical_events',
  'core/medications',
  'core/patients',
  'core/practice_registrations',
] as const

const patientsMost = 300
const firstId = 9_007_199_254_740_993n

export const awkwardProject = `backend: awkward
lake: ./lake
contracts: [core]
patient_id: int
tables:
  core/patients:
    source: {csv: extracts/patients_*.csv, delimiter: ";"}
    columns:
      patient_id: id
      date_of_birth: {from: born, format: "%d/%m/%Y", round: first_of_month}
      sex: {from: sex, values: {M: male, F: female}, otherwise: unknown}
      date_of_death: {absent: true}
    reject_ceiling: 20%
  core/clinical_events:
    source: {csv: [extracts/events_a.csv, extracts/events_b.csv.gz]}
    columns: {patient_id: id, date: day, snomedct_code: code, numeric_value: value}
    reject_ceiling: 20%
  core/medications:
    source: {csv: extracts/medications.tsv, delimiter: "\\t", quote: none}
    columns: {patient_id: id, date: day, dmd_code: code}
    reject_ceiling: 20%
  core/practice_registrations:
    source: {csv: extracts/registrations.csv}
    columns: {patient_id: id, start_date: from, end_date: to, practice_pseudo_id: practice}
    reject_ceiling: 20%
`

const isoDay = (offset: number): string =>
  new Date(Date.UTC(2019, 0, 1 + offset)).toISOString().slice(0, 10)
const slashDay = (offset: number): string => isoDay(offset).split('-').reverse().join('/')

/** Writes safelanding.yaml beside `extracts/` with all files. */
export function writeAwkwardProject(folder: string, options: AwkwardOptions): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'safelanding.yaml'), awkwardProject)
  writeAwkwardExtracts(join(folder, 'extracts'), options)
}

/** Writes the extracts of a version; those of the other version differ in some files only. */
export function writeAwkwardExtracts(folder: string, options: AwkwardOptions): void {
  mkdirSync(folder, { recursive: true })
  const write = (name: string, data: string | Uint8Array) => writeFileSync(join(folder, name), data)
  for (const number of [1, 2, 3]) {
    write(`patients_${number}.csv`, patientsFile(number, number === 2 ? options.version : 1))
  }
  write('events_a.csv', eventsFile(options.seed, options.large ? 26_000 : 900, options.large))
  const later = eventsFile(options.seed + options.version, 700, false)
  write('events_b.csv.gz', gzipSync(later))
  write('medications.tsv', medicationsFile(options.seed))
  // Refused for its form alone: no second pass.
  const registrations = [1n, 2n, 3n, 5n, 6n].map(
    (index) => `${firstId + index},2020-01-01,,${index === 3n ? 'three' : index}`,
  )
  write('registrations.csv', `id,from,to,practice\n${registrations.join('\n')}\n`)
}

function patientsFile(number: number, version: number): string {
  const lines = ['sex;note;born;id']
  for (let index = number - 1; index < patientsMost; index += 3) {
    const note = index % 7 === 0 ? '"seen;\r\nF;;01/01/1999;1\r\n""later"""' : ''
    const born = index % 50 === 10 ? '31/02/1980' : slashDay(-index * 40 - 1)
    const sex = version === 2 && index % 5 === 0 ? 'U' : index % 2 === 0 ? 'M' : 'F'
    lines.push(`${sex};${note};${born};${firstId + BigInt(index)}`)
  }
  // A duplicated key across files, and one patient who is new in the second version.
  lines.push(`F;;01/05/1950;${firstId + 4n}`)
  if (version === 2) lines.push(`M;;01/05/1950;${firstId + 1_000n}`)
  return `${lines.join('\r\n')}\r\n`
}

function eventsFile(seed: number, rows: number, padded: boolean): string {
  const random = seededRandom(seed)
  const lines = ['note,id,day,code,value']
  const codes = ['195967001', '44054006', '999000011000001104', '38341003']
  for (let row = 0; row < rows; row++) {
    // Some patients do not exist, were refused, or are duplicated: refused by a table check.
    const id = firstId + BigInt(random.below(patientsMost + 4))
    const day = random.chance(0.01) ? 'yesterday' : isoDay(random.below(2_000))
    const value = random.chance(0.5) ? '' : (random.below(10_000) / 8).toString()
    const code = random.chance(0.01) ? '123' : random.pick(codes)
    // Inside the quotes: text that looks like rows, so that a splitter has to guess.
    const looksLikeRow = `\n,${id},${isoDay(1)},${code},1\n`
    const text = padded ? `${'x'.repeat(random.below(700))}${looksLikeRow.repeat(6)}` : looksLikeRow
    const note = padded || random.chance(0.2) ? `"${text}"` : ''
    const surplus = random.chance(0.005) ? ',surplus' : ''
    lines.push(`${note},${id},${day},${code},${value}${surplus}`)
  }
  return `${lines.join('\n')}\n`
}

function medicationsFile(seed: number): string {
  const random = seededRandom(seed + 99)
  const lines = ['id\tday\tcode']
  for (let row = 0; row < 800; row++) {
    const id = firstId + BigInt(random.below(patientsMost + 2))
    lines.push(`${id}\t${isoDay(random.below(2_000))}\t39113611000001102`)
  }
  return `${lines.join('\n')}\n`
}
