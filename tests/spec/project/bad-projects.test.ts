// What a provider is told about a project file: for each mistake the position, what was expected
// and the nearest word. Each case replaces one line of a good project; positions are counted by
// hand.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { loadProject } from '../../../config/load-project.ts'
import { notSupportedYet } from '../../../config/not-supported-yet.ts'
import { builtInNamespaces } from '../../../contracts/catalogue.ts'
import { isLandingError, type LandingError } from '../../../contracts/errors.ts'
import { listWords } from '../../../contracts/nearest-word.ts'

const good = `backend: northshire
lake: ./lake
contracts: [core]
patient_id: int
tables:
  core/patients:
    source:
      csv: patients.csv
    columns:
      patient_id: PatientID
      date_of_birth: {from: DOB, format: "%d/%m/%Y"}
      sex: {from: Sex, values: {M: male}}
      date_of_death: DOD
    reject_ceiling: 1%
`

const namespaces = listWords(builtInNamespaces())

const folder = mkdtempSync(join(tmpdir(), 'safelanding-'))

function refusal(text: string, environment: Record<string, string> = {}): LandingError {
  writeFileSync(join(folder, 'project.yaml'), text)
  try {
    loadProject(join(folder, 'project.yaml'), environment)
  } catch (error) {
    if (isLandingError(error)) return error
    throw error
  }
  throw new Error('the project file was accepted')
}

function withLine(number: number, line: string): string {
  const lines = good.split('\n')
  lines[number - 1] = line
  return lines.join('\n')
}

type Case = readonly [line: number, text: string, message: string]

const invalid: readonly Case[] = [
  [1, 'backend: North Shire', '1:10: backend: "North Shire"; expected a snake_case name'],
  [1, '', '1:1: missing key "backend"; expected a snake_case name'],
  [
    2,
    '"la\\nke": ./lake',
    '2:1: unknown key "la·ke"; expected backend, lake, contracts, patient_id, tables, deviations, compression or dictionary; did you mean "lake"?',
  ],
  [
    2,
    'lak: ./lake',
    '2:1: unknown key "lak"; expected backend, lake, contracts, patient_id, tables, deviations, compression or dictionary; did you mean "lake"?',
  ],
  [2, 'lake: ~/lake', '2:7: lake: "~/lake"; expected the path in full, for ~ is not resolved here'],
  [3, 'contracts: []', '3:12: contracts is an empty list; expected a list of namespaces or paths'],
  [
    3,
    'contracts: [~/own]',
    '3:13: contracts[0]: "~/own"; expected the path in full, for ~ is not resolved here',
  ],
  [
    8,
    '      csv: [a.csv, ~/b.csv]',
    '8:20: csv[1]: "~/b.csv"; expected the path in full, for ~ is not resolved here',
  ],
  [
    6,
    '  patients:',
    '6:3: no contract "patients"; expected core/clinical_events, core/medications, core/ons_deaths, core/patients or core/practice_registrations; did you mean "core/patients"?',
  ],
  [2, 'lake:', '2:6: lake is empty; expected text that is not empty'],
  [3, 'contracts: core', '3:12: contracts is text; expected a list of namespaces or paths'],
  [
    3,
    'contracts: [croe]',
    `3:13: no contracts with the namespace "croe"; expected ${namespaces}, or a path such as ./contracts/croe; did you mean "core"?`,
  ],
  [
    3,
    'contracts: [core, ./nowhere]',
    '3:19: no readable folder "./nowhere"; expected a folder of contracts',
  ],
  [3, 'contracts: [core, core]', '3:19: namespace "core" twice; expected each namespace once'],
  [
    4,
    'patient_id: strng',
    '4:13: patient_id: "strng"; expected int or string; did you mean "string"?',
  ],
  [
    6,
    '  core/patient:',
    '6:3: no contract "core/patient"; expected core/clinical_events, core/medications, core/ons_deaths, core/patients or core/practice_registrations; did you mean "core/patients"?',
  ],
  [
    7,
    '    sources:',
    '7:5: unknown key "sources"; expected source, nulls, trim, columns, reject_ceiling, duplicates, invalid_utf8 or nul_bytes; did you mean "source"?',
  ],
  [
    8,
    '      {csv: a, delimiter: "\\t", qoute: none}',
    '8:33: unknown key "qoute"; expected csv, delimiter, quote, escape, newline, header, fields, comment, skip_lines, encoding, final_newline or control; did you mean "quote"?',
  ],
  [
    8,
    '      {csv: a, delimiter: \\t}',
    '8:27: delimiter: the letters "\\t"; expected "\\t" in double quotes',
  ],
  [
    8,
    '      {csv: a, newline: CRLF}',
    '8:25: newline: the letters "CRLF"; expected "\\r\\n" in double quotes',
  ],
  [8, '      {csv: a, delimiter: a"b}', '8:27: delimiter holds the quote; expected different ones'],
  [8, '      {csv: a, quote: ab}', '8:23: quote: "ab"; expected one ASCII character, or none'],
  [8, '      {csv: a, header: perhaps}', '8:24: header is text; expected true or false'],
  [
    8,
    '      {csv: a, header: false}',
    ['10:19: from: "PatientID"', '11:29: from: "DOB"', '12:19: from: "Sex"', '13:22: from: "DOD"']
      .map((text) => `${text}; expected the number of a field, from 1, as there is no header`)
      .join('\n'),
  ],
  [
    8,
    '      {csv: a, skip_lines: 1.5}',
    '8:28: skip_lines is a number; expected a whole number of at least 0',
  ],
  [
    8,
    '      {csv: a, encoding: latin1}',
    '8:26: encoding is not utf-8; expected utf-8; convert the extract first, e.g. iconv -f WINDOWS-1252 -t UTF-8 in > out',
  ],
  [
    8,
    '      {csv: a, control: {sha256: abc}}',
    '8:34: sha256: "abc"; expected a SHA-256 of 64 hexadecimal digits, or a map of file names to them',
  ],
  [
    8,
    '      {csv: a, control: {rows: -1}}',
    '8:32: rows: "-1"; expected a whole number of at least 0',
  ],
  [
    11,
    '      date_of_birth: {from: DOB, format: "%d/%m/%y"}',
    '11:42: a year of two digits (%y) without pivot; expected pivot: the first year that %y can mean, e.g. 1930',
  ],
  [
    11,
    '      date_of_birth: {from: DOB, format: dd/mm/yyyy}',
    '11:42: format: "dd/mm/yyyy"; expected strftime words such as %d/%m/%Y',
  ],
  [
    11,
    '      date_of_birth: {from: DOB, constant: x}',
    '11:22: date_of_birth has several of them; expected one of from, constant or absent',
  ],
  [
    12,
    '      sex: {from: Sex, otherwise: male}',
    '12:24: otherwise without values; expected values',
  ],
  [
    12,
    '      sex: {from: Sex, values: [M]}',
    '12:32: values is a list; expected a map such as {M: male, F: female}',
  ],
  [
    12,
    '      sex: [Sex]',
    '12:12: sex is a list; expected the name of a field, or a map with from, constant or absent',
  ],
  [12, '      sex: {from: Sex, nulls: [~]}', '12:32: nulls[0] is empty; expected text'],
  [
    13,
    '      date_of_death: {absent: true, trim: true}',
    '13:37: trim on an absent column; expected no such key',
  ],
  [
    14,
    '    reject_ceiling: 0.5',
    '14:21: reject_ceiling: "0.5"; expected a count such as 10, or a share such as 0.1%',
  ],
  [
    14,
    '    reject_ceiling: 101%',
    '14:21: reject_ceiling is above all rows; expected at most 100%',
  ],
  [14, '    duplicates: keep', '14:17: duplicates: "keep"; expected refuse or keep_identical'],
]

const unfitting: readonly Case[] = [
  [
    12,
    '      sex: {from: Sex, values: {M: mael}, otherwise: ""}',
    '12:36: "mael" is no category of sex; expected female, male, intersex or unknown; did you mean "male"?',
  ],
  [
    10,
    '',
    '9:5: column patient_id of core/patients is not mapped; expected patient_id: the field it comes from; it is never null',
  ],
  [
    10,
    '      patientid: PatientID\n      patient_id: PatientID',
    '10:7: core/patients has no column "patientid"; expected patient_id, date_of_birth, sex or date_of_death; did you mean "patient_id"?',
  ],
  [
    11,
    '',
    '9:5: column date_of_birth of core/patients is not mapped; expected date_of_birth: the field it comes from; it is never null ({absent: true} refuses every row)',
  ],
  [
    10,
    '      patient_id: {absent: true}',
    '10:28: patient_id is absent; expected from: the field it comes from',
  ],
  [
    12,
    '      sex: {from: Sex, format: "%Y"}',
    '12:24: format on a column of type string; expected a column of type date',
  ],
  [
    12,
    '      sex: {from: Sex, whole_decimals: true}',
    '12:24: whole_decimals on a column of type string; expected a column of type int',
  ],
  [
    13,
    '      date_of_death: {from: DOD, booleans: {true: [Y]}}',
    '13:34: booleans on a column of type date; expected a column of type bool',
  ],
]

test.each(invalid)('line %i as %j', (number, line, message) => {
  const error = refusal(withLine(number, line))
  const expected = message.split('\n').map((one) => `project.yaml:${one}`)
  expect(error.message.split('\n')).toEqual(expected)
  expect([error.errorName, error.exit]).toEqual(['project_invalid', 10])
})

test.each(unfitting)('line %i as %j does not fit the contract', (number, line, message) => {
  const error = refusal(withLine(number, line))
  expect(error.message).toBe(`project.yaml:${message}`)
  expect([error.errorName, error.exit]).toEqual(['mapping_invalid', 10])
})

test('every key that is known and not honoured is refused where it stands', () => {
  expect(notSupportedYet.map(({ key }) => key)).toEqual(
    expect.arrayContaining(['opt_outs', 'pseudonymise', 'schedule', 'notify', 'mssql']),
  )
  for (const { path, key, reason } of notSupportedYet) {
    const text =
      path.length === 0 ? `${good}${key}: x\n` : good.replace('csv: patients.csv', `${key}: {}`)
    const error = refusal(text)
    const position = path.length === 0 ? '15:1' : '8:7'
    expect(error.message).toBe(
      `project.yaml:${position}: key "${key}" is not supported yet; if it were ignored, ${reason}`,
    )
    expect([error.errorName, error.exit]).toEqual(['not_supported_yet', 10])
  }
})

test('a project file that does not exist ends with exit 4, a folder in its place with 10', () => {
  const load = (file: string) => {
    try {
      loadProject(file)
    } catch (error) {
      return isLandingError(error) ? [error.errorName, error.exit] : error
    }
    return null
  }
  expect(load(join(folder, 'nowhere.yaml'))).toEqual(['project_missing', 4])
  expect(load(folder)).toEqual(['project_invalid', 10])
})

const canary = 'canary-7f3a91'

test('a secret that is missing is named, and nothing of those that are set is ever shown', () => {
  writeFileSync(join(folder, 'token'), `${canary}\n`)
  const missing = refusal(good.replace('./lake', '${env:LAKE_FOLDER}/${env:SET}'), { SET: canary })
  expect(missing.message).toBe('project.yaml:2:7: environment variable LAKE_FOLDER is not set')
  expect([missing.errorName, missing.exit]).toEqual(['secret_missing', 10])
  const absent = refusal(good.replace('./lake', '${file:no-such-file}'))
  expect(absent.message).toContain('project.yaml:2:7: file no-such-file cannot be read')
  for (const reference of ['${env:SET}', '${file:token}', 'x${env:SET}x']) {
    for (const [from, to] of [
      ['patient_id: int', `patient_id: ${reference}`],
      ['[core]', `[${reference}]`],
      ['[core]', `[./${reference}]`],
      ['reject_ceiling: 1%', `reject_ceiling: ${reference}`],
      ['northshire', reference],
      ['csv: patients.csv', `{csv: a, encoding: "${reference}", quote: "${reference}"}`],
      ['"%d/%m/%Y"', `["${reference}"]`],
      ['csv: patients.csv', `{csv: a, header: "${reference}", escape: "${reference}"}`],
      ['{M: male}', `"${reference}"`],
      ['DOD', `{from: "${reference}", pivot: "${reference}", round: "${reference}"}`],
    ] as const) {
      const error = refusal(good.replace(from, to), { SET: canary })
      expect(`${error.message} ${error.remedy} ${error.stack}`).not.toContain(canary)
      expect(error.message).toMatch(/^project\.yaml:\d+:\d+: /)
    }
  }
})
