// Names of columns from a header: snake_case, whole words, none that queries cannot use, none
// twice; so that the linter has nothing to say about them.
import { abbreviations, reservedFor, typeWords } from '../../contracts/lint/reserved-words.ts'
import { patientIdColumn } from '../../contracts/table-contract.ts'

const nameLengthMax = 63

/** `PatientDOB (yyyy)` as `patient_dob_yyyy`; the empty text where no letter or digit is left. */
function snakeCase(header: string): string {
  return header
    .normalize('NFKD')
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
}

function soundName(header: string, table: string, number: number): string {
  const words = snakeCase(header)
    .split('_')
    .filter((word) => word !== '')
    .map((word) => abbreviations[word] ?? word)
  if (words.length > 1 && typeWords.includes(words.at(-1) ?? '')) words.pop()
  const name = words.join('_')
  if (name === '') return `field_${number}`
  const isTaken =
    reservedFor(name) !== null ||
    !/^[a-z]/.test(name) ||
    /^file(name|_row_number|_index)$/.test(name)
  return (isTaken ? `${table}_${name}` : name).slice(0, nameLengthMax).replace(/_+$/, '')
}

const patientPattern = /^(patient|pat|person|subject)(_(pseudo|unique))?_(id|identifier|number)$/

/** True for the header of what is the patient's id, which a contract implies. */
export function isPatientId(header: string): boolean {
  return patientPattern.test(snakeCase(header))
}

/** A name for each header, or null for the patient's id; `headers` null where there is none. */
export function columnNames(headers: readonly (string | null)[], table: string): (string | null)[] {
  const seen = new Set<string>([patientIdColumn])
  return headers.map((header, index) => {
    if (
      header !== null &&
      isPatientId(header) &&
      headers.findIndex((one) => one !== null && isPatientId(one)) === index
    ) {
      return null
    }
    const name = soundName(header ?? '', table, index + 1)
    let free = name
    for (let count = 2; seen.has(free); count++) {
      free = `${name.slice(0, nameLengthMax - 4)}_${count}`
    }
    seen.add(free)
    return free
  })
}
