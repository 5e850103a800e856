// The forms of clinical codes, as data: for each system a regular expression that a whole code
// must match and the same in words. Byte matchers elsewhere are held equal to these by tests. The
// forms are those of ehrQL (opensafely-core/ehrql, ehrql/codes.py), so that what lands is what
// ehrQL accepts.
import type { CodeSystem, ColumnType, MultiCodeSystem } from './table-contract.ts'

export interface CodeSystemForm {
  readonly title: string
  /** JavaScript regular expression source over ASCII text; the whole code must match. */
  readonly pattern: string
  /** The form in words, for messages. */
  readonly expected: string
}

/**
 * SCTID: no leading zero, 6 to 18 digits (SNOMED International, Release File Specification 6.1).
 */
const sctid = '[1-9][0-9]{5,17}'

export const codeSystemForms: Readonly<Record<CodeSystem, CodeSystemForm>> = {
  snomedct: {
    title: 'SNOMED CT',
    pattern: sctid,
    expected: 'a SNOMED CT code: 6 to 18 digits, the first not 0',
  },
  dmd: {
    title: 'dm+d',
    pattern: sctid,
    expected: 'a dm+d code: 6 to 18 digits, the first not 0',
  },
  ctv3: {
    title: 'CTV3 (Read version 3)',
    pattern: '[0-9A-Za-z]{5}|[0-9A-Za-z]{4}[.]|[0-9A-Za-z]{3}[.][.]|[0-9A-Za-z]{2}[.][.][.]',
    expected: 'a CTV3 code: 5 characters, 2 to 5 letters or digits filled up with dots',
  },
  icd10: {
    title: 'ICD-10',
    // X pads a code of three characters to four, as NHS coding guidance has it; a fifth may follow.
    pattern: '[A-Z][0-9]{2}(?:X[0-9]?|[0-9]{0,2})',
    expected: 'an ICD-10 code without a dot: a capital letter and 2 to 4 digits, or A99X or A99X9',
  },
  opcs4: {
    title: 'OPCS-4',
    pattern: '[A-HJ-Z][0-9]{2,3}',
    expected: 'an OPCS-4 code without a dot: a capital letter other than I and 2 or 3 digits',
  },
  bnf: {
    title: 'BNF (pseudo BNF of NHSBSA prescribing data)',
    // Chapter, section, paragraph, sub-paragraph; chemical; product, strength, equivalent. Or
    // appliances.
    pattern: '[01][0-9]{6}[0-9A-Z]{2}(?:[A-Z][0-9A-Z]){3}|2[0-3][0-9]{9}',
    expected: 'a BNF code: 15 characters, or 11 digits from 20 to 23 for appliances',
  },
}

/** A text of several codes is checked code by code: `||E119 ,J849 ||I801`. */
export interface MultiCodeForm {
  readonly title: string
  readonly system: CodeSystem
  /** Every character between codes; any number of them, also at both ends. */
  readonly separators: string
  readonly expected: string
}

export const multiCodeForms: Readonly<Record<MultiCodeSystem, MultiCodeForm>> = {
  icd10_multi: {
    title: 'ICD-10 codes',
    system: 'icd10',
    separators: '|, ',
    expected: 'one or more ICD-10 codes without dots, separated by |, commas or spaces',
  },
  opcs4_multi: {
    title: 'OPCS-4 codes',
    system: 'opcs4',
    separators: '|, ',
    expected: 'one or more OPCS-4 codes without dots, separated by |, commas or spaces',
  },
}

export function isCodeSystem(type: ColumnType): type is CodeSystem {
  return Object.hasOwn(codeSystemForms, type)
}

export function isMultiCodeSystem(type: ColumnType): type is MultiCodeSystem {
  return Object.hasOwn(multiCodeForms, type)
}
