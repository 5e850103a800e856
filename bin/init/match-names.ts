// Which field of an extract a contract column probably comes from, by its name: equal, equal but
// for case and separators, known under another name in the NHS, or a typing error away.
import { nearestWord } from '../../contracts/nearest-word.ts'

export type MatchReason =
  | 'same name'
  | 'same but for case and separators'
  | 'known synonym'
  | 'similar name'

export interface Match {
  /** Index of the field. */
  readonly field: number
  readonly reason: MatchReason
}

/** Names that extracts use for columns of contracts, in normal form. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  patient_id: [
    'patient',
    'patid',
    'patientnumber',
    'patientidentifier',
    'personid',
    'subjectid',
    'pseudoid',
    'pseudonym',
    'patpid',
    'patientpseudoid',
    'id',
  ],
  date_of_birth: ['dob', 'birthdate', 'birthday', 'datebirth', 'born', 'yearmonthofbirth'],
  date_of_death: ['dod', 'deathdate', 'datedeath', 'died', 'deceaseddate'],
  sex: ['gender', 'sexcode', 'gendercode', 'administrativegender', 'patientsex'],
  date: [
    'eventdate',
    'effectivedate',
    'consultationdate',
    'dateofevent',
    'issuedate',
    'start',
    'recordeddate',
    'prescriptiondate',
    'dod',
    'dateofdeath',
    'deathdate',
    'dt',
  ],
  snomedct_code: [
    'snomed',
    'snomedcode',
    'snomedct',
    'conceptid',
    'sctid',
    'snomedconceptid',
    'code',
  ],
  dmd_code: ['dmd', 'dmdid', 'dmdcode', 'productcode', 'drugcode', 'medicationcode', 'code'],
  numeric_value: ['value', 'numericvalue', 'result', 'resultvalue', 'measurement', 'val'],
  start_date: [
    'start',
    'registrationstart',
    'regstart',
    'registrationdate',
    'regdate',
    'fromdate',
    'datefrom',
    'registeredon',
    'begin',
  ],
  end_date: [
    'end',
    'stop',
    'registrationend',
    'regend',
    'deregistrationdate',
    'deregdate',
    'todate',
    'dateto',
    'leftdate',
    'deregisteredon',
  ],
  practice_pseudo_id: [
    'practice',
    'practiceid',
    'practicecode',
    'gppractice',
    'organisation',
    'organisationid',
    'orgid',
    'practicepseudoid',
  ],
  underlying_cause_of_death: [
    'underlyingcause',
    'icd10u',
    'icd10underlying',
    'ucod',
    'causeofdeath',
  ],
}

/** `CauseOfDeath1`, `cause_of_death_01` and `cod01` have numbers in common that spelling hides. */
function normalForm(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')
    .replace(/0+(?=\d)/g, '')
}

function findField(
  column: string,
  names: readonly string[],
  isFree: (field: number) => boolean,
  reason: MatchReason,
): number {
  const forms = names.map(normalForm)
  const wanted = normalForm(column)
  const free = (test: (name: string, index: number) => boolean) =>
    names.findIndex((name, index) => isFree(index) && test(name, index))
  if (reason === 'same name') return free((name) => name === column)
  if (reason === 'same but for case and separators') {
    return free((_, index) => forms[index] === wanted)
  }
  if (reason === 'known synonym') {
    const numbered = /^(.*?)(\d+)$/.exec(wanted)
    const known =
      synonyms[column] ?? (numbered === null ? [] : [`cause${numbered[2]}`, `cod${numbered[2]}`])
    for (const word of known) {
      const field = free((_, index) => forms[index] === word)
      if (field >= 0) return field
    }
    return -1
  }
  // A number that differs is another column, not a typing error.
  const digits = (text: string) => text.replace(/\D/g, '')
  const candidates = names.filter(
    (_, index) => isFree(index) && digits(forms[index] ?? '') === digits(wanted),
  )
  const nearest = nearestWord(column, candidates)
  return nearest === null ? -1 : names.indexOf(nearest)
}

/** Matches columns to field names, surest reasons first; each field goes to one column at most. */
export function matchNames(
  columns: readonly string[],
  names: readonly string[],
): ReadonlyMap<string, Match> {
  const matches = new Map<string, Match>()
  const taken = new Set<number>()
  const reasons: readonly MatchReason[] = [
    'same name',
    'same but for case and separators',
    'known synonym',
    'similar name',
  ]
  for (const reason of reasons) {
    for (const column of columns) {
      if (matches.has(column)) continue
      const field = findField(column, names, (index) => !taken.has(index), reason)
      if (field < 0) continue
      taken.add(field)
      matches.set(column, { field, reason })
    }
  }
  return matches
}
