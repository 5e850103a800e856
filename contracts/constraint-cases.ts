// Every constraint and every type in three voices: how a contract states it, how its reader is told,
// and what the sender of a refused row is told, with texts that pass and texts that do not. The page
// docs/generated/constraints.md shows these cases, and tests hold contracts, sentences, kernels and
// messages to them: a constraint without a case fails a test.
import type { RuleName } from './rules.ts'
import type { TableCheck } from './table-contract.ts'

export interface ConstraintCase {
  readonly name: string
  /** What stands behind `value:` in a contract, in one line. */
  readonly yaml: string
  /** The constraint in the reference pages; of a type, its name. */
  readonly sentence: string
  readonly rule: RuleName
  /** What was expected, as a refused row is explained. */
  readonly message: string
  readonly accepted: readonly string[]
  /** Texts that fail under the rule; the empty text is null. */
  readonly refused: readonly string[]
  /** What becomes of a row that fails; absent: it is refused. */
  readonly outcome?: 'null' | 'warn'
  /** Another date column of the row, `other`, and its text in every row. */
  readonly other?: string
}

/** The day of the load in the cases. */
export const dayOfCases = '2026-11-22'

const sctidRefused = ['12345', '0123456', '73211009.0', '1.23e+17'] as const

const typeCases: readonly ConstraintCase[] = [
  {
    ...{ name: 'int', yaml: '{type: int}', sentence: 'int', rule: 'type' },
    message: 'a whole number of at most 64 bits',
    accepted: ['42', '-7', '9223372036854775807'],
    refused: ['1.0', '1e3', '9223372036854775808', 'forty'],
  },
  {
    ...{ name: 'float', yaml: '{type: float}', sentence: 'float', rule: 'type' },
    message: 'a number with "." before its decimals',
    accepted: ['1', '0.5', '-1e3'],
    refused: ['1,5', 'NaN', 'high'],
  },
  {
    ...{ name: 'date', yaml: '{type: date}', sentence: 'date', rule: 'type' },
    message: 'a date written %Y-%m-%d',
    accepted: ['2020-02-29', '2020-02-29 12:30:00'],
    refused: ['2021-02-29', '29/02/2020', '20200229'],
  },
  {
    ...{ name: 'bool', yaml: '{type: bool}', sentence: 'bool', rule: 'type' },
    message: 'true as true or false as false',
    accepted: ['true', 'false'],
    refused: ['TRUE', '1', 'yes'],
  },
  {
    ...{ name: 'nhs_number', yaml: '{type: nhs_number}', sentence: 'NHS number', rule: 'type' },
    message: 'an NHS number: 10 digits without spaces',
    accepted: ['9990000018', '9990000026'],
    refused: ['999 000 0018', '999000001'],
  },
  {
    name: 'nhs_number, check digit',
    ...{ yaml: '{type: nhs_number}', sentence: 'NHS number', rule: 'check_digit' },
    message: 'an NHS number whose last digit is right (modulus 11)',
    accepted: ['9990000034'],
    refused: ['9990000019', '9990000000'],
  },
  {
    ...{ name: 'snomedct', yaml: '{type: snomedct}', sentence: 'SNOMED CT', rule: 'type' },
    message: 'a SNOMED CT code: 6 to 18 digits, the first not 0',
    accepted: ['73211009', '999000011000001104'],
    refused: sctidRefused,
  },
  {
    ...{ name: 'dmd', yaml: '{type: dmd}', sentence: 'dm+d', rule: 'type' },
    message: 'a dm+d code: 6 to 18 digits, the first not 0',
    accepted: ['39113311000001107', '317335000'],
    refused: sctidRefused,
  },
  {
    ...{ name: 'ctv3', yaml: '{type: ctv3}', sentence: 'CTV3 (Read version 3)', rule: 'type' },
    message: 'a CTV3 code: 5 characters, 2 to 5 letters or digits filled up with dots',
    accepted: ['XaBcD', '1374.', 'XE...'],
    refused: ['X....', 'XaBc', 'Xa.B.'],
  },
  {
    ...{ name: 'icd10', yaml: '{type: icd10}', sentence: 'ICD-10', rule: 'type' },
    message: 'an ICD-10 code without a dot: a capital letter and 2 to 4 digits, or A99X or A99X9',
    accepted: ['I80', 'E119', 'A0123', 'A01X', 'A01X2'],
    refused: ['E11.9', 'e119', 'A1', 'A01XX'],
  },
  {
    ...{ name: 'opcs4', yaml: '{type: opcs4}', sentence: 'OPCS-4', rule: 'type' },
    message: 'an OPCS-4 code without a dot: a capital letter other than I and 2 or 3 digits',
    accepted: ['A01', 'Z943'],
    refused: ['I01', 'A01.1', 'A1'],
  },
  {
    name: 'bnf',
    ...{ yaml: '{type: bnf}', rule: 'type' },
    sentence: 'BNF (pseudo BNF of NHSBSA prescribing data)',
    message: 'a BNF code: 15 characters, or 11 digits from 20 to 23 for appliances',
    accepted: ['0212000B0AAABAB', '21220000205'],
    refused: ['0212000B0', '24220000205'],
  },
  {
    ...{ name: 'icd10_multi', yaml: '{type: icd10_multi}', sentence: 'ICD-10 codes' },
    ...{ rule: 'type', accepted: ['||E119 ,J849 ||I801', 'E119'] },
    message: 'one or more ICD-10 codes without dots, separated by |, commas or spaces',
    refused: ['||E119 ,J84.9', '|| ,', 'E119;J849'],
  },
  {
    ...{ name: 'opcs4_multi', yaml: '{type: opcs4_multi}', sentence: 'OPCS-4 codes' },
    ...{ rule: 'type', accepted: ['||A011 ,Z943 ||Y801', 'A01'] },
    message: 'one or more OPCS-4 codes without dots, separated by |, commas or spaces',
    refused: ['||I011', '|| ,'],
  },
]

const rowCases: readonly ConstraintCase[] = [
  {
    ...{ name: 'not_null', yaml: '{type: string, constraints: [not_null]}' },
    ...{ sentence: 'never null', rule: 'not_null' },
    message: 'a value; the column is never null',
    accepted: ['a', ' '],
    refused: [''],
  },
  {
    name: 'categorical',
    yaml: '{type: string, constraints: [{categorical: [female, male]}]}',
    ...{ sentence: 'one of female, male', rule: 'categorical', message: 'one of female, male' },
    accepted: ['female', ''],
    refused: ['Female', 'F'],
  },
  {
    name: 'categorical, of numbers',
    yaml: '{type: int, constraints: [{categorical: [1, 2, 3]}]}',
    ...{ sentence: 'one of 1, 2, 3', rule: 'categorical', message: 'one of 1, 2, 3' },
    accepted: ['1', '03'],
    refused: ['4', '-1'],
  },
  {
    ...{ name: 'first_of_month', yaml: '{type: date, constraints: [first_of_month]}' },
    sentence: 'always the first day of a month',
    ...{ rule: 'first_of_month', message: 'the first day of a month' },
    accepted: ['2020-03-01', ''],
    refused: ['2020-03-02'],
  },
  {
    name: 'regex',
    yaml: "{type: string, constraints: [{regex: 'E020[0-9]{5}'}]}",
    ...{ sentence: 'matches the pattern E020[0-9]{5}', rule: 'regex' },
    message: 'text that matches E020[0-9]{5}',
    accepted: ['E02000001'],
    refused: ['E0200000', 'E020000012', 'xE02000001'],
  },
  {
    name: 'closed_range',
    yaml: '{type: int, constraints: [{closed_range: {minimum: 0, maximum: 32800, step: 100}}]}',
    ...{ sentence: 'from 0 to 32800 in steps of 100', rule: 'closed_range' },
    message: 'a value from 0 to 32800 in steps of 100',
    accepted: ['0', '100', '32800'],
    refused: ['-100', '150', '32900'],
  },
  {
    name: 'closed_range, without a step',
    yaml: '{type: int, constraints: [{closed_range: {minimum: 1, maximum: 5}}]}',
    ...{ sentence: 'from 1 to 5', rule: 'closed_range', message: 'a value from 1 to 5' },
    accepted: ['1', '5'],
    refused: ['0', '6'],
  },
  {
    name: 'general_range',
    yaml:
      '{type: float, constraints: [{general_range: ' +
      '{minimum: 0, maximum: 10, includes_minimum: false}}]}',
    ...{ sentence: 'above 0 and at most 10', rule: 'general_range' },
    message: 'a value above 0 and at most 10',
    accepted: ['0.001', '10'],
    refused: ['0', '10.5'],
  },
  {
    name: 'general_range, of dates',
    yaml: '{type: date, constraints: [{general_range: {minimum: 1900-01-01}}]}',
    ...{ sentence: 'at least 1900-01-01', rule: 'general_range' },
    message: 'a value at least 1900-01-01',
    accepted: ['1900-01-01'],
    refused: ['1899-12-31'],
  },
  {
    name: 'date_after',
    yaml: '{type: date, constraints: [{date_after: [other]}]}',
    ...{ sentence: 'not before other', rule: 'date_after', other: '2020-06-01' },
    message: 'a date not before other',
    accepted: ['2020-06-01', '2021-01-01', ''],
    refused: ['2020-05-31'],
  },
  {
    ...{ name: 'no_future_dates', yaml: '{type: date, constraints: [no_future_dates]}' },
    ...{ sentence: 'not after the day of the load', rule: 'no_future_dates' },
    message: 'a date not after the day of the load',
    accepted: ['2026-11-22', '1900-01-01'],
    refused: ['2026-11-23', '2206-11-22'],
  },
  {
    ...{ name: 'check_digit', yaml: '{type: snomedct, constraints: [check_digit]}' },
    ...{ sentence: 'the check digit is right', rule: 'check_digit' },
    message: 'a code whose check digit is right',
    accepted: ['73211009', '22480211000001104'],
    refused: ['73211008', '37211009', '39113311000001109'],
  },
  {
    name: 'check_digit, of a code that a tool has rounded',
    yaml: '{type: dmd, check_digit: true}',
    ...{ sentence: 'the check digit is right', rule: 'float_rounded_code' },
    message: 'a code kept as text; this one was rounded by a tool that read it as a number',
    accepted: ['39113311000001107'],
    refused: ['39113311000001100', '39113311000001104', '999000011000001000'],
  },
  {
    name: 'severity warn',
    yaml: '{type: string, constraints: [{categorical: [a, b], severity: warn}]}',
    sentence: 'one of a, b; otherwise the row is counted as a warning',
    ...{ rule: 'categorical', message: 'one of a, b', outcome: 'warn' },
    accepted: ['a'],
    refused: ['c'],
  },
  {
    name: 'severity null',
    yaml:
      '{type: date, constraints: ' + '[{general_range: {minimum: 1900-01-01}, severity: null}]}',
    sentence: 'at least 1900-01-01; otherwise the value becomes null',
    ...{ rule: 'general_range', message: 'a value at least 1900-01-01', outcome: 'null' },
    accepted: ['1900-01-01'],
    refused: ['0001-01-01'],
  },
  {
    name: 'severity refuse',
    yaml: '{type: int, constraints: [{not_null: true, severity: refuse}]}',
    sentence: 'never null; otherwise the whole load is refused',
    ...{ rule: 'not_null', message: 'a value; the column is never null' },
    accepted: ['1'],
    refused: [''],
  },
]

/** Types, then constraints that are asked of rows. */
export const constraintCases: readonly ConstraintCase[] = [...typeCases, ...rowCases]

/** A question over a whole table, asked of rows that passed every constraint. */
export interface TableCheckCase {
  readonly kind: TableCheck['kind']
  /** An entry of `checks:`. */
  readonly yaml: string
  readonly sentence: string
  /** What a refused row is told; null: the whole table is refused, or nothing is said of rows. */
  readonly message: string | null
}

export const tableCheckCases: readonly TableCheckCase[] = [
  {
    ...{ kind: 'patient_exists', yaml: 'patient_exists' },
    sentence: 'every patient is in the patients table',
    message: 'a patient that the patients table has',
  },
  {
    ...{ kind: 'unique', yaml: '{unique: [patient_id, value]}' },
    sentence: 'no two rows have the same patient_id, value',
    message: 'a key that no other row has',
  },
  {
    ...{ kind: 'row_count_change', yaml: '{row_count_change: {max: 20%}}', message: null },
    sentence:
      'the number of rows grows by at most 20% and shrinks by at most 20% ' +
      'against the last snapshot',
  },
  {
    kind: 'coverage',
    yaml: '{coverage: {column: value, first: 2020-01, last: 2026-10}}',
    sentence: 'value has rows in every month from 2020-01 to 2026-10',
    message: null,
  },
  {
    ...{ kind: 'null_share', yaml: '{null_share: {column: value, max: 0.5%}}', message: null },
    sentence: 'at most 0.5% of the rows have no value',
  },
]
