// What may never deviate, whoever approves it, in the words of the policy: "a different type, unit or
// coding system; a missing or duplicated patient identity; weakening an opt-out". Refused wherever
// the register is read.
import type { DeviationKind } from './deviation.ts'
import { patientIdColumn, type TableContract } from './table-contract.ts'

export const policyWords = {
  coding: 'a different type, unit or coding system',
  identity: 'a missing or duplicated patient identity',
  optOut: 'weakening an opt-out',
} as const

type Words = keyof typeof policyWords

interface Ban {
  readonly words: Words
  /** Why the rule falls under these words; follows "rule x: ". */
  readonly why: string
}

const unreadable: Ban = {
  words: 'coding',
  why: 'a record that cannot be read may put a value into the column of another',
}
const anotherType: Ban = {
  words: 'coding',
  why: 'a column holds one type, one unit and one coding system on every backend',
}
const corruptedCode: Ban = {
  words: 'coding',
  why: 'a corrupted code is the code of something else',
}
const unknownPatient: Ban = { words: 'identity', why: 'every row belongs to one known patient' }
const optOut: Ban = { words: 'optOut', why: 'nobody but the person decides about an opt-out' }

const bannedRules: Readonly<Record<string, Ban>> = {
  too_few_fields: unreadable,
  too_many_fields: unreadable,
  unterminated_quote: unreadable,
  text_after_quote: unreadable,
  record_too_long: unreadable,
  field_too_long: unreadable,
  invalid_utf8: { words: 'coding', why: 'text in another encoding reads as something else' },
  nul_byte: { words: 'coding', why: 'text with NUL bytes is no text' },
  type: anotherType,
  unit: anotherType,
  coding_system: anotherType,
  code_system: anotherType,
  check_digit: corruptedCode,
  float_rounded_code: corruptedCode,
  one_row_per_patient: { words: 'identity', why: 'a patient has one row' },
  patient_exists: unknownPatient,
  patient_refused: unknownPatient,
}

const namesOptOut = (text: string): boolean =>
  /(^|[_/])opt_?outs?(_|$|\/)/i.test(text.replace(/-/g, '_'))

export interface ForbiddenQuestion {
  readonly contract: string
  readonly columns: readonly string[]
  readonly rule: string
  readonly kind: DeviationKind
}

/** True where these columns are no key by themselves, but part of one that holds the patient. */
function isPartOfPatientKey(contract: TableContract | null, columns: readonly string[]): boolean {
  if (contract === null) return false
  const keys = [
    ...contract.checks.flatMap((check) => (check.kind === 'unique' ? [check.columns] : [])),
    ...contract.columns.flatMap(({ name, constraints }) =>
      constraints.some(({ kind }) => kind === 'unique') ? [[name]] : [],
    ),
  ]
  const isKey = (key: readonly string[]) =>
    key.length === columns.length && columns.every((column) => key.includes(column))
  if (keys.some(isKey)) return false
  return keys.some(
    (key) => key.includes(patientIdColumn) && columns.every((column) => key.includes(column)),
  )
}

function banOf(question: ForbiddenQuestion, contract: TableContract | null): Ban | null {
  const { columns, rule, kind } = question
  if ([question.contract, rule, ...columns].some(namesOptOut)) return optOut
  if (columns.includes(patientIdColumn)) {
    return { words: 'identity', why: `${patientIdColumn} says whose row it is` }
  }
  const isNumber = contract?.columns.some(
    ({ name, type }) => columns.includes(name) && type === 'nhs_number',
  )
  if (isNumber) return { words: 'identity', why: 'an NHS number says whose row it is' }
  if (rule === 'type' && kind === 'coarser_date') return null
  if (rule === 'unique' && isPartOfPatientKey(contract, columns)) {
    return { words: 'identity', why: `the key holds ${patientIdColumn}` }
  }
  return Object.hasOwn(bannedRules, rule) ? (bannedRules[rule] ?? null) : null
}

/**
 * Why a deviation is never permitted, in the words of the policy; null where it may be asked for.
 * `contract` null: none of that name is known.
 */
export function forbiddenReason(
  question: ForbiddenQuestion,
  contract: TableContract | null,
): string | null {
  const ban = banOf(question, contract)
  if (ban === null) return null
  return `it falls under "${policyWords[ban.words]}": ${ban.why}`
}
